// Lengths and phrases: what `every` and `random` take.
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>

#include "time/trigger.h"

namespace rounds {

namespace chr = std::chrono;

namespace {

using chr::seconds;

constexpr const char* example =
    "a phrase is written like \"day at 10:30\", \"monday at 13:15\", \"hour at :17\", \"2 weeks at 08:00\" or \"3 "
    "months\"";

enum class Unit { second, minute, hour, day, week, month, year, weekday };

struct Word {
  std::string_view name;
  Unit unit;
  int weekday = 0;
};
constexpr std::array<Word, 14> words{{{"second", Unit::second},
                                      {"minute", Unit::minute},
                                      {"hour", Unit::hour},
                                      {"day", Unit::day},
                                      {"week", Unit::week},
                                      {"month", Unit::month},
                                      {"year", Unit::year},
                                      {"sunday", Unit::weekday, 0},
                                      {"monday", Unit::weekday, 1},
                                      {"tuesday", Unit::weekday, 2},
                                      {"wednesday", Unit::weekday, 3},
                                      {"thursday", Unit::weekday, 4},
                                      {"friday", Unit::weekday, 5},
                                      {"saturday", Unit::weekday, 6}}};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 6 && text.find_first_not_of("0123456789") == text.npos;
}

int number_in(std::string_view digits) {
  int number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

/// Its name, with an s behind it, or the first three letters of a weekday.
const Word* find_word(std::string_view text) {
  const std::string name = lower_case(text);
  for (const Word& word : words) {
    const bool plural = name.size() == word.name.size() + 1 && name.back() == 's' && name.starts_with(word.name);
    const bool short_day = word.unit == Unit::weekday && name == word.name.substr(0, 3);
    if (name == word.name || plural || short_day) return &word;
  }
  return nullptr;
}

/// The word that begins most like it, with three letters at least.
std::string hint_for(std::string_view text) {
  const std::string name = lower_case(text);
  std::size_t most = 2;
  std::string_view nearest;
  for (const Word& word : words) {
    const auto differs = std::mismatch(name.begin(), name.end(), word.name.begin(), word.name.end());
    const auto same = static_cast<std::size_t>(differs.first - name.begin());
    if (same > most) most = same, nearest = word.name;
  }
  return nearest.empty() ? example : fmt::format("did you mean \"{}\"?", nearest);
}

struct Token {
  std::string_view text;
  std::size_t at;
};

/// The words of a phrase and their places; four are one more than any phrase has but for its time.
struct Tokens {
  std::array<Token, 5> list{};
  std::size_t count = 0;
};

Tokens tokens_of(std::string_view text) {
  Tokens tokens;
  for (std::size_t begin = text.find_first_not_of(' '); begin != text.npos && tokens.count < tokens.list.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    tokens.list[tokens.count++] = {text.substr(begin, end - begin), begin};
    begin = text.find_first_not_of(' ', end);
  }
  return tokens;
}

/// What the phrase says, before it becomes a rule.
struct Phrase {
  int number = 1;
  const Word* word = nullptr;
  std::optional<seconds> at{};
};

ParseError wrong(const Token& token, std::string message, std::string hint = example) {
  return {std::move(message), token.at, std::max<std::size_t>(token.text.size(), 1), std::move(hint)};
}

/// How the time behind `at` is written with that unit: the parts before the first colon are left out.
std::string_view form_of(Unit unit) {
  switch (unit) {
    case Unit::second: return "";
    case Unit::minute: return ":SS";
    case Unit::hour: return ":MM or :MM:SS";
    case Unit::day:
    case Unit::week:
    case Unit::month:
    case Unit::year:
    case Unit::weekday: break;
  }
  return "HH:MM or HH:MM:SS";
}

/// The parts of `10:30:00` or `:17`; a part that is no number is -1, too many are nothing.
struct Parts {
  std::array<int, 3> number{};
  std::size_t count = 0;
};

std::optional<Parts> parts_of(std::string_view time) {
  Parts parts;
  for (std::size_t begin = 0; begin <= time.size();) {
    if (parts.count == parts.number.size()) return std::nullopt;
    const std::size_t end = std::min(time.find(':', begin), time.size());
    const std::string_view part = time.substr(begin, end - begin);
    parts.number[parts.count++] = is_number(part) && part.size() <= 2 ? number_in(part) : -1;
    begin = end + 1;
  }
  return parts;
}

/// The time behind `at`, counted from the start of the unit.
Parsed<seconds> read_time(const Token& token, Unit unit) {
  const bool of_day = unit != Unit::hour && unit != Unit::minute;
  std::string_view time = token.text;
  const bool right_start = of_day ? !time.starts_with(':') : time.starts_with(':');
  if (!of_day && right_start) time.remove_prefix(1);
  const auto parts = parts_of(time);
  const std::size_t least = of_day ? 2 : 1;
  const std::size_t most = unit == Unit::minute ? 1 : unit == Unit::hour ? 2 : 3;
  if (!right_start || !parts || parts->count < least || parts->count > most) {
    return wrong(token, fmt::format("the time here is written {}, got \"{}\"", form_of(unit), token.text));
  }
  constexpr std::array<const char*, 3> names{"hour", "minute", "second"};
  const std::size_t skipped = of_day ? 0 : unit == Unit::hour ? 1 : 2;
  seconds sum{};
  for (std::size_t i = 0; i < parts->count; ++i) {
    const int highest = skipped + i == 0 ? 23 : 59;
    if (parts->number[i] < 0 || parts->number[i] > highest) {
      return wrong(token, fmt::format("the {} of \"{}\" is 0-{}", names[skipped + i], token.text, highest),
                   highest == 23 && parts->number[i] == 24 ? "midnight is 00:00" : example);
    }
    sum += seconds{parts->number[i] * (skipped + i == 0 ? 3600 : skipped + i == 1 ? 60 : 1)};
  }
  return sum;
}

Parsed<Phrase> read_phrase(std::string_view text) {
  constexpr int most = 100'000;
  const Tokens tokens = tokens_of(text);
  Phrase phrase;
  std::size_t i = 0;
  if (is_number(tokens.list[0].text)) phrase.number = number_in(tokens.list[i++].text);
  if (phrase.number == 0 || phrase.number > most) {
    return wrong(tokens.list[0], fmt::format("the number is 1-{}, got {}", most, tokens.list[0].text));
  }
  const Token unit = i < tokens.count ? tokens.list[i++] : Token{"", text.size()};
  phrase.word = find_word(unit.text);
  if (phrase.word == nullptr) {
    return wrong(unit, fmt::format("\"{}\" is no length and no phrase", text), hint_for(unit.text));
  }
  if (i == tokens.count) return phrase;
  if (tokens.list[i].text != "at") {
    return wrong(tokens.list[i], fmt::format("\"at\" belongs here, got \"{}\"", tokens.list[i].text));
  }
  const Token time = ++i < tokens.count ? tokens.list[i++] : Token{"", text.size()};
  if (phrase.word->unit == Unit::second) return wrong(time, "seconds have no \"at\"");
  const auto at = read_time(time, phrase.word->unit);
  if (const auto* error = std::get_if<ParseError>(&at)) return *error;
  phrase.at = std::get<seconds>(at);
  if (i < tokens.count)
    return wrong(tokens.list[i], fmt::format("nothing follows the time, got \"{}\"", tokens.list[i].text));
  return phrase;
}

std::string canonical(const Phrase& phrase) {
  std::string text =
      phrase.number == 1 ? std::string(phrase.word->name) : fmt::format("{} {}s", phrase.number, phrase.word->name);
  if (!phrase.at) return text;
  const chr::hh_mm_ss clock{*phrase.at};
  const auto hour = clock.hours().count();
  const auto minute = clock.minutes().count();
  const auto second = clock.seconds().count();
  if (phrase.word->unit == Unit::minute) return text + fmt::format(" at :{:02}", second);
  text += phrase.word->unit == Unit::hour ? fmt::format(" at :{:02}", minute)
                                          : fmt::format(" at {:02}:{:02}", hour, minute);
  return second == 0 ? text : text + fmt::format(":{:02}", second);
}

/// One of these needs no anchor: the wall alone says its instants.
Cron pattern_of(const Phrase& phrase) {
  const chr::hh_mm_ss clock{*phrase.at};
  const auto second = clock.seconds().count();
  const auto minute = clock.minutes().count();
  const std::string weekday = phrase.word->unit == Unit::weekday ? std::to_string(phrase.word->weekday) : "*";
  const std::string text = phrase.word->unit == Unit::minute ? fmt::format("{} * * * * *", second)
                           : phrase.word->unit == Unit::hour
                               ? fmt::format("{} {} * * * *", second, minute)
                               : fmt::format("{} {} {} * * {}", second, minute, clock.hours().count(), weekday);
  return std::get<Cron>(parse_cron(text));
}

EveryRule rule_of(const Phrase& phrase) {
  EveryRule rule{.at = phrase.at, .phrase = canonical(phrase)};
  const int n = phrase.number;
  switch (phrase.word->unit) {
    case Unit::second: rule.step.elapsed = seconds{n}; break;
    case Unit::minute: rule.step.elapsed = chr::minutes{n}, rule.unit = chr::minutes{1}; break;
    case Unit::hour: rule.step.elapsed = chr::hours{n}, rule.unit = chr::hours{1}; break;
    case Unit::day: rule.step.days = chr::days{n}, rule.unit = chr::days{1}; break;
    case Unit::week: rule.step.days = chr::days{7 * n}, rule.unit = chr::days{1}; break;
    case Unit::month: rule.months = n, rule.unit = chr::days{1}; break;
    case Unit::year: rule.months = 12 * n, rule.unit = chr::days{1}; break;
    case Unit::weekday: rule.step.days = chr::days{7}, rule.unit = chr::days{1}; break;
  }
  if (!phrase.at && rule.months == 0) rule.phrase.clear();  // as a length, `2w`
  const bool calendar = phrase.word->unit != Unit::week && rule.months == 0;
  if (phrase.at && n == 1 && calendar) rule.pattern = pattern_of(phrase);
  return rule;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

/// `90s`, `5 minutes`: seconds, days being 86,400 of them.
Parsed<seconds> read_flat(std::string_view text) {
  auto every = parse_every(text);
  if (auto* error = std::get_if<ParseError>(&every)) return std::move(*error);
  const auto& rule = std::get<EveryRule>(every);
  if (rule.phrase.empty()) return rule.step.flat();
  return ParseError{fmt::format("\"{}\" is no length", text), 0, text.size(),
                    "a length is written like 90s, 45m or 2h30m"};
}

}  // namespace

Parsed<EveryRule> parse_every(std::string_view text) {
  constexpr chr::days longest{36525};
  constexpr int most_months = 1200;
  const bool length = text.empty() || (text.front() >= '0' && text.front() <= '9' && text.find(' ') == text.npos);
  if (length) {
    const auto span = parse_span(text);
    if (const auto* error = std::get_if<ParseError>(&span)) return *error;
    return EveryRule{.step = std::get<Span>(span)};
  }
  const auto phrase = read_phrase(text);
  if (const auto* error = std::get_if<ParseError>(&phrase)) return *error;
  const auto& read = std::get<Phrase>(phrase);
  const Token whole{text, 0};
  if (read.word->unit == Unit::weekday && read.number != 1) {
    return wrong(whole, "a weekday comes every week",
                 fmt::format("count weeks from a start: \"{} weeks at 08:00\"", read.number));
  }
  if (read.word->unit == Unit::weekday && !read.at) {
    return wrong(whole, "a weekday needs a time", fmt::format("\"{} at 08:00\"", read.word->name));
  }
  EveryRule rule = rule_of(read);
  if (rule.step.flat() > longest || rule.months > most_months)
    return wrong(whole, fmt::format("\"{}\" is above 100 years", text));
  return rule;
}

Parsed<RandomRule> parse_random(std::string_view text) {
  constexpr const char* forms = "write \"20m..40m\" or \"5..10 minutes\"";
  const std::size_t dots = text.find("..");
  if (dots == text.npos)
    return ParseError{fmt::format("\"{}\" is no range of lengths", text), 0, std::max<std::size_t>(text.size(), 1),
                      forms};
  const std::string_view right = trimmed(text.substr(dots + 2));
  std::string left(trimmed(text.substr(0, dots)));
  const bool same_unit = is_number(left);
  if (same_unit) left += right.substr(std::min(right.find_first_not_of("0123456789"), right.size()));
  const auto min = read_flat(left);
  if (const auto* error = std::get_if<ParseError>(&min); error != nullptr && !(same_unit && right.empty())) {
    return ParseError{error->message, 0, std::max<std::size_t>(dots, 1), forms};
  }
  const auto max = read_flat(right);
  if (const auto* error = std::get_if<ParseError>(&max)) {
    return ParseError{error->message, std::min(dots, text.size() - 1), text.size() - std::min(dots, text.size() - 1),
                      forms};
  }
  const RandomRule rule{std::get<seconds>(min), std::get<seconds>(max)};
  if (std::string why = refusal(rule); !why.empty()) return ParseError{std::move(why), 0, text.size(), forms};
  return rule;
}

std::string refusal(const RandomRule& rule) {
  if (rule.min <= rule.max) return {};
  return fmt::format("the shortest length {} is above the longest {}", to_text(rule.min), to_text(rule.max));
}

}  // namespace rounds
