#include "time/cron_reader.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "time/hash.h"

namespace rounds {

namespace {

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> day_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Names {
  const std::string_view* first = nullptr;
  int count = 0;
};
constexpr Names months{month_names.data(), month_names.size()};
constexpr Names weekdays{day_names.data(), day_names.size()};

struct Rule {
  std::string_view name;
  int low;
  int high;  ///< the highest number that may be written
  int top;   ///< the highest value
  int max_step;
  Names names;  ///< of `low` and the values after it
};

constexpr std::array<Rule, 8> rules{{{"second", 0, 59, 59, 59, {}},
                                     {"minute", 0, 59, 59, 59, {}},
                                     {"hour", 0, 23, 23, 23, {}},
                                     {"day", 1, 31, 31, 31, {}},
                                     {"month", 1, 12, 12, 12, months},
                                     {"weekday", 0, 7, 6, 7, weekdays},
                                     {"year", kFirstCronYear, kLastCronYear, kLastCronYear, 129, {}},
                                     {"week", 1, 53, 53, 53, {}}}};

const Rule& rule_of(CronField field) { return rules[static_cast<std::size_t>(field)]; }

bool is_letter(char got, char lower) { return std::tolower(static_cast<unsigned char>(got)) == lower; }

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

int same_letters(std::string_view got, std::string_view name) {
  int same = 0;
  for (std::size_t i = 0; i < std::min(got.size(), name.size()); ++i) same += is_letter(got[i], name[i]);
  return same;
}

std::optional<int> find_name(std::string_view got, const Names& names) {
  for (int i = 0; i < names.count; ++i) {
    if (got.size() == names.first[i].size() && same_letters(got, names.first[i]) == 3) return i;
  }
  return std::nullopt;
}

/// The name that shares most letters at their places, two at least; or nothing.
std::string_view nearest_name(std::string_view got, const Names& names) {
  std::string_view best;
  int most = 1;
  for (int i = 0; i < names.count; ++i) {
    const int same = same_letters(got, names.first[i]);
    if (same > most) best = names.first[i], most = same;
  }
  return best;
}

Piece trimmed(const Piece& item) {
  const std::size_t begin = std::min(item.text.find_first_not_of(' '), item.text.size());
  return item.part(begin, item.text.find_last_not_of(' ') + 1 - begin);
}

std::string quoted_unless_number(std::string_view text) {
  return all_digits(text) ? std::string(text) : fmt::format("\"{}\"", text);
}

}  // namespace

std::string_view to_text(CronField field) { return rule_of(field).name; }

std::optional<CronField> cron_field_from_text(std::string_view text) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].name == text) return static_cast<CronField>(i);
  }
  return std::nullopt;
}

bool CronReader::read(CronField field, const Piece& piece) {
  field_ = field;
  whole_ = piece;
  values_.reset();
  if (field == CronField::year) dates_.any_year = false;
  for (std::size_t begin = 0; begin <= piece.text.size();) {
    const std::size_t end = std::min(piece.text.find(',', begin), piece.text.size());
    if (!read_item(trimmed(piece.part(begin, end - begin)))) return false;
    begin = end + 1;
  }
  keep(piece);
  return true;
}

bool CronReader::read_item(const Piece& item) {
  const std::string_view text = item.text;
  if (text.empty()) return fail(whole_, fmt::format("cron field \"{}\" has an empty item", rule_of(field_).name));
  if (text.front() == 'H') return read_hashed(item);
  const bool is_day = field_ == CronField::day;
  const bool is_weekday = field_ == CronField::weekday;
  if (text == "?" && (is_day || is_weekday) && whole_.text == "?") return read_plain({"*", item.at});
  if (text == "?") return fail(item, "\"?\" in cron stands alone, in a day field", "write * for every value");
  if (is_day) return read_day_item(item);
  return is_weekday ? read_weekday_item(item) : read_plain(item);
}

bool CronReader::read_day_item(const Piece& item) {
  if (const auto blank = item.text.find(' '); dates_.all_match && blank != item.text.npos) {
    return read_counted_weekday(item, blank);
  }
  if (dates_.all_match && item.text == "last") return read_month_end({"L", item.at});
  if (is_letter(item.text.front(), 'l')) return read_month_end(item);
  return is_letter(item.text.back(), 'w') ? read_near_workday(item) : read_plain(item);
}

bool CronReader::read_weekday_item(const Piece& item) {
  if (is_letter(item.text.back(), 'l')) return read_last_weekday(item);
  const auto hash = item.text.find('#');
  return hash != item.text.npos ? read_nth_weekday(item, hash) : read_plain(item);
}

/// `3rd fri`, `last fri`.
bool CronReader::read_counted_weekday(const Piece& item, std::size_t blank) {
  constexpr std::array<std::string_view, 5> ordinals{"1st", "2nd", "3rd", "4th", "5th"};
  const std::string_view which = item.text.substr(0, blank);
  const Piece name = item.part(std::min(item.text.find_first_not_of(' ', blank), item.text.size()));
  const auto day = find_name(name.text, weekdays);
  const auto* const ordinal = std::find(ordinals.begin(), ordinals.end(), which);
  if (ordinal == ordinals.end() && which != "last") {
    return fail(item.part(0, blank),
                fmt::format("\"{}\" in cron field \"day\" is none of 1st 2nd 3rd 4th 5th last", which));
  }
  if (!day) {
    return fail(name, fmt::format("\"{}\" in cron field \"day\" is no weekday", name.text),
                fmt::format("names have three letters: {}", fmt::join(day_names, " ")));
  }
  const auto bit = static_cast<std::uint8_t>(1 << *day);
  NthWeekdays& counted = dates_.days.counted;
  (which == "last" ? counted.last : counted.nth[static_cast<std::size_t>(ordinal - ordinals.begin())]) |= bit;
  return true;
}

/// `H`, `H/n`, `H(a-b)`, `H(a-b)/n`: one value of the range, or each n-th from one of the first n on.
bool CronReader::read_hashed(const Piece& item) {
  const Rule& rule = rule_of(field_);
  const std::size_t slash = item.text.find('/');
  const auto span = range_of_hash(item.part(1, slash == item.text.npos ? slash : slash - 1), item);
  if (!span) return false;
  const auto step = slash != item.text.npos ? number(item.part(slash + 1), 1, rule.max_step, "step") : 0;
  if (!step) return false;
  const int size = span->last - span->first + 1;
  const auto hash = mixed(stable_hash(job_), stable_hash(rule.name));
  const auto choices = static_cast<std::uint64_t>(*step == 0 ? size : std::min(*step, size));
  const int chosen = span->first + static_cast<int>(hash % choices);
  for (int n = chosen; n <= span->last; n += *step) {
    set(n);
    if (*step == 0) break;
  }
  return true;
}

/// The values that H chooses from; `base` is what stands behind it.
std::optional<CronReader::Range> CronReader::range_of_hash(const Piece& base, const Piece& item) {
  constexpr int last_day_of_all_months = 28;
  const Rule& rule = rule_of(field_);
  if (field_ == CronField::year) fail(item, "\"H\" in cron cannot stand for a year");
  else if (job_.empty()) fail(item, "\"H\" in cron needs the name of a job", "rounds next takes one: --name NAME");
  else if (base.text.empty()) return Range{rule.low, field_ == CronField::day ? last_day_of_all_months : rule.top};
  else if (base.text.size() > 2 && base.text.front() == '(' && base.text.back() == ')' && base.text[1] != '*') {
    return range(base.part(1, base.text.size() - 2), false);
  } else {
    fail(item, fmt::format("\"{}\" in cron is no form of H", item.text), "the forms are H, H/n, H(a-b) and H(a-b)/n");
  }
  return std::nullopt;
}

bool CronReader::read_plain(const Piece& item) {
  const Rule& rule = rule_of(field_);
  const std::size_t slash = item.text.find('/');
  const bool stepped = slash != item.text.npos;
  const auto span = range(item.part(0, slash), stepped);
  if (!span) return false;
  const auto step = stepped ? number(item.part(slash + 1), 1, rule.max_step, "step") : 1;
  if (!step) return false;
  if (field_ == CronField::year && item.text == "*") dates_.any_year = true;
  for (int n = span->first; n <= span->last; n += *step) set(n);
  return true;
}

/// `value` may lie beyond the highest one by a wrap.
void CronReader::set(int value) {
  const Rule& rule = rule_of(field_);
  values_.set(static_cast<std::size_t>((value - rule.low) % (rule.top - rule.low + 1)));
}

bool CronReader::read_month_end(const Piece& item) {
  const std::string_view rest = item.text.substr(1);
  if (rest.empty()) {
    dates_.days.from_end |= 1;
  } else if (rest.size() == 1 && is_letter(rest.front(), 'w')) {
    dates_.days.last_workday = true;
  } else if (rest.front() == '-') {
    const auto before = number(item.part(2), 1, 30, "n of L-n");
    if (!before) return false;
    dates_.days.from_end |= 1u << *before;
  } else {
    return fail_value(item);
  }
  return true;
}

bool CronReader::read_near_workday(const Piece& item) {
  const std::string_view day = item.text.substr(0, item.text.size() - 1);
  if (!all_digits(day)) {
    return fail(item, fmt::format("\"W\" in cron follows one day, got \"{}\"", item.text),
                "15W is the workday nearest to the 15th");
  }
  const auto near = number(item.part(0, day.size()), 1, 31, {});
  if (near) dates_.days.near |= 1u << *near;
  return near.has_value();
}

bool CronReader::read_last_weekday(const Piece& item) {
  if (item.text.size() == 1) {
    return fail(item, "\"L\" in cron field \"weekday\" follows a day", "friL is the last Friday of the month");
  }
  const auto day = value(item.part(0, item.text.size() - 1));
  if (day) dates_.weekdays.counted.last |= static_cast<std::uint8_t>(1 << *day % 7);
  return day.has_value();
}

bool CronReader::read_nth_weekday(const Piece& item, std::size_t hash) {
  const auto day = value(item.part(0, hash));
  if (!day) return false;
  const auto n = number(item.part(hash + 1), 1, 5, "n of #n");
  if (n) dates_.weekdays.counted.nth[static_cast<std::size_t>(*n - 1)] |= static_cast<std::uint8_t>(1 << *day % 7);
  return n.has_value();
}

std::optional<CronReader::Range> CronReader::range(const Piece& base, bool stepped) {
  const Rule& rule = rule_of(field_);
  if (base.text == "*") return Range{rule.low, rule.top};
  const std::size_t hyphen = base.text.find('-');
  const auto first = value(base.part(0, hyphen));
  if (!first) return std::nullopt;
  if (hyphen != base.text.npos) {
    const auto last = value(base.part(hyphen + 1));
    return last ? range_between(base, *first, *last) : std::nullopt;
  }
  if (!stepped) return Range{*first, *first};
  return Range{*first > rule.top ? rule.low : *first, rule.top};
}

std::optional<CronReader::Range> CronReader::range_between(const Piece& whole, int first, int last) {
  const Rule& rule = rule_of(field_);
  if (first == last) return Range{first, last};
  if (first > rule.top) first = rule.low;
  if (first <= last) return Range{first, last};
  if (field_ == CronField::year) {
    fail(whole, fmt::format("cron field \"year\" does not wrap, got {}", whole.text),
         fmt::format("write {}-{}", last, first));
    return std::nullopt;
  }
  return Range{first, last + rule.top - rule.low + 1};
}

std::optional<int> CronReader::value(const Piece& piece) {
  const Rule& rule = rule_of(field_);
  if (const auto index = find_name(piece.text, rule.names)) return rule.low + *index;
  if (piece.text.empty()) {
    fail(whole_, fmt::format("cron field \"{}\" lacks a value in \"{}\"", rule.name, whole_.text));
    return std::nullopt;
  }
  return number(piece, rule.low, rule.high, {});
}

/// `what` names a number that is no value of the field; empty for the values themselves.
std::optional<int> CronReader::number(const Piece& piece, int low, int high, std::string_view what) {
  constexpr std::size_t max_digits = 4;
  int number = -1;
  if (all_digits(piece.text) && piece.text.size() <= max_digits) {
    number = 0;
    for (const char digit : piece.text) number = number * 10 + (digit - '0');
  }
  if (number >= low && number <= high) return number;
  if (what.empty()) {
    fail_value(piece);
  } else {
    const std::string got = piece.text.empty() ? "nothing" : quoted_unless_number(piece.text);
    fail(piece.text.empty() ? whole_ : piece,
         fmt::format("{} in cron field \"{}\" is {}-{}, got {}", what, rule_of(field_).name, low, high, got));
  }
  return std::nullopt;
}

void CronReader::keep(const Piece& piece) {
  const bool open = piece.text.front() == '*' || piece.text.front() == '?';
  switch (field_) {
    case CronField::second: times_.seconds = bits(); return;
    case CronField::minute: times_.minutes = bits(); return;
    case CronField::hour: times_.hours = static_cast<std::uint32_t>(bits()); return;
    case CronField::month: dates_.months = static_cast<std::uint16_t>(bits()); return;
    case CronField::week: dates_.weeks = values_.count() == 53 ? 0 : bits(); return;
    case CronField::year:
      if (!dates_.any_year) dates_.years = values_;
      return;
    case CronField::day:
      dates_.days.days = static_cast<std::uint32_t>(bits());
      dates_.days.open = open;
      return;
    case CronField::weekday:
      dates_.weekdays.each = static_cast<std::uint8_t>(bits());
      dates_.weekdays.open = open;
      return;
  }
}

/// The values read, bit n for n.
std::uint64_t CronReader::bits() const {
  std::uint64_t set = 0;
  const int low = rule_of(field_).low;
  for (int n = low; n <= rule_of(field_).top; ++n) {
    if (values_[static_cast<std::size_t>(n - low)]) set |= std::uint64_t{1} << n;
  }
  return set;
}

bool CronReader::fail(const Piece& piece, std::string message, std::string hint) {
  error_ = {std::move(message), piece.at, piece.text.size(), std::move(hint)};
  return false;
}

bool CronReader::fail_value(const Piece& piece) {
  const Rule& rule = rule_of(field_);
  return fail(piece,
              fmt::format("cron field \"{}\" is {}-{}, got {}", rule.name, rule.low, rule.high,
                          quoted_unless_number(piece.text)),
              hint_for(piece.text));
}

std::string CronReader::hint_for(std::string_view got) const {
  const bool is_number = all_digits(got);
  if (is_number && got.size() > 4) return "numbers have at most four digits";
  if (is_number && field_ == CronField::weekday) return "days of the week are 0-7; 0 and 7 are both Sunday";
  if (field_ == CronField::hour && got == "24") return "midnight is hour 0";
  if (is_number) return {};
  const Rule& rule = rule_of(field_);
  if (const auto near = nearest_name(got, rule.names); !near.empty()) return fmt::format("did you mean \"{}\"?", near);
  if (!nearest_name(got, weekdays).empty()) return "names of weekdays belong in the field after the month";
  if (!nearest_name(got, months).empty()) return "names of months belong in the field after the day";
  if (rule.names.count != 0) {
    return fmt::format("names have three letters: {}",
                       fmt::join(rule.names.first, rule.names.first + rule.names.count, " "));
  }
  return {};
}

}  // namespace rounds
