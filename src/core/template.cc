#include "core/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <variant>
#include <vector>

#include "error.h"
#include "time/duration.h"
#include "time/stamp.h"
#include "time/trigger.h"

namespace rounds {

namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";
constexpr std::string_view kConversions = "aAbBCdDeFgGHIjmMprRSTuUVwWyYzZ%";  ///< of strftime(3), those that a date has
constexpr std::size_t kLongestFormat = 128;
constexpr std::size_t kLongestDate = 20 * kLongestFormat;  ///< no two characters of a format become as many as forty
constexpr std::size_t kLongestParam = 64;

struct Filter {
  enum class Kind { add, date, utc, epoch } kind;
  Span length{};  ///< add
  bool back = false;
  std::string format{};  ///< date, utc
};

/// One template.
struct Expression {
  enum class Name { due, window_start, window_end, job, run_id, attempt, param, literal } name;
  std::string text{};  ///< of a literal; the name of a parameter
  std::vector<Filter> filters{};

  bool is_moment() const { return name == Name::due || name == Name::window_start || name == Name::window_end; }
};

using Piece = std::variant<std::string, Expression>;

constexpr std::array<std::pair<std::string_view, Expression::Name>, 6> kNames{{{"due", Expression::Name::due},
                                                                               {"window_start", Expression::Name::window_start},
                                                                               {"window_end", Expression::Name::window_end},
                                                                               {"job", Expression::Name::job},
                                                                               {"run_id", Expression::Name::run_id},
                                                                               {"attempt", Expression::Name::attempt}}};

constexpr std::array<std::pair<std::string_view, Filter::Kind>, 4> kFilters{{{"add", Filter::Kind::add},
                                                                             {"date", Filter::Kind::date},
                                                                             {"utc", Filter::Kind::utc},
                                                                             {"epoch", Filter::Kind::epoch}}};

bool is_name_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

/// Reads one text from left to right; `error` has a value once it cannot go on.
class Reader {
 public:
  Reader(std::string_view text, const Params* params) : text_(text), params_(params) {}

  std::vector<Piece> read() {
    std::vector<Piece> pieces;
    while (at_ < text_.size() && !error) {
      const std::size_t open = std::min(text_.find(kOpen, at_), text_.size());
      if (open > at_) pieces.emplace_back(std::string(text_.substr(at_, open - at_)));
      at_ = open;
      if (at_ < text_.size()) pieces.emplace_back(read_template());
    }
    return pieces;
  }

  std::optional<ParseError> error;

 private:
  void fail(std::size_t at, std::size_t length, std::string message, std::string hint = {}) {
    if (!error) error = ParseError{std::move(message), at, std::max<std::size_t>(length, 1), std::move(hint)};
  }

  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }

  bool is_end_of_word() const { return at_ == text_.size() || std::string_view(" |}").find(text_[at_]) != std::string_view::npos; }

  std::string_view read_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  Expression read_template() {
    const std::size_t open = at_;
    at_ += kOpen.size();
    skip_blanks();
    Expression expression = read_subject();
    skip_blanks();
    while (!error && take("|")) {
      skip_blanks();
      read_filter(expression);
      skip_blanks();
    }
    if (!error && !take(kClose)) {
      if (text_.find(kClose, at_) == std::string_view::npos) fail(open, kOpen.size(), "a template that begins here has no }}", literal_hint());
      else fail(at_, 1, "expected | or }} here", literal_hint());
    }
    return expression;
  }

  static std::string literal_hint() { return "braces that are meant as such: {{ \"{{\" }}"; }

  Expression read_subject() {
    if (take("\"")) return read_literal();
    const std::size_t begin = at_;
    const std::string_view word = read_word();
    if (take(".")) {
      const std::string_view param = read_word();
      if (word == "params" && !param.empty() && is_end_of_word()) return read_param(begin, std::string(param));
    } else {
      const auto known = std::find_if(kNames.begin(), kNames.end(), [word](const auto& entry) { return entry.first == word; });
      if (known != kNames.end()) return {known->second};
    }
    const std::size_t end = std::min(text_.find_first_of(" |}", at_), text_.size());
    fail(begin, end - begin, fmt::format("templates know no \"{}\"", text_.substr(begin, end - begin)),
         "they know due, window_start, window_end, job, run_id, attempt and params.NAME; " + literal_hint());
    return {Expression::Name::literal};
  }

  Expression read_literal() {
    const std::size_t end = text_.find('"', at_);
    if (end == std::string_view::npos) {
      fail(at_ - 1, 1, "a text that begins here has no end");
      return {Expression::Name::literal};
    }
    Expression expression{Expression::Name::literal, std::string(text_.substr(at_, end - at_))};
    at_ = end + 1;
    return expression;
  }

  Expression read_param(std::size_t begin, const std::string& name) {
    if (params_ != nullptr && !params_->contains(name)) {
      fail(begin, at_ - begin, fmt::format("there is no parameter \"{}\"", name), fmt::format("in the job: params = {{ {} = \"its default\" }}", name));
    }
    return {Expression::Name::param, name};
  }

  void read_filter(Expression& expression) {
    const std::size_t begin = at_;
    const std::string_view word = read_word();
    const auto known = std::find_if(kFilters.begin(), kFilters.end(), [word](const auto& entry) { return entry.first == word; });
    if (known == kFilters.end()) {
      const std::size_t end = std::min(text_.find_first_of(" :|}", begin), text_.size());
      return fail(begin, end - begin, fmt::format("there is no filter \"{}\"", text_.substr(begin, end - begin)), "filters: add:LENGTH, date:FORMAT, utc:FORMAT, epoch");
    }
    const bool is_text = !expression.is_moment() || (!expression.filters.empty() && expression.filters.back().kind != Filter::Kind::add);
    if (is_text) return fail(begin, word.size(), fmt::format("\"{}\" is for moments, and this is a text", word));
    std::size_t argument_at = at_;
    const std::string argument = read_argument(argument_at);
    Filter filter{known->second};
    if (filter.kind == Filter::Kind::add) read_length(filter, argument, argument_at);
    if (filter.kind == Filter::Kind::date || filter.kind == Filter::Kind::utc) read_format(filter, argument, argument_at, word);
    if (filter.kind == Filter::Kind::epoch && !argument.empty()) fail(argument_at, argument.size(), "\"epoch\" takes no argument");
    expression.filters.push_back(std::move(filter));
  }

  /// What stands behind the colon, up to the next bar or the end, without the blanks around it; and where.
  std::string read_argument(std::size_t& begin) {
    if (!take(":")) return {};
    skip_blanks();
    begin = at_;
    const std::size_t end = std::min({text_.find('|', at_), text_.find(kClose, at_), text_.size()});
    std::string_view argument = text_.substr(at_, end - at_);
    at_ = end;
    while (argument.ends_with(' ')) argument.remove_suffix(1);
    return std::string(argument);
  }

  void read_length(Filter& filter, std::string_view argument, std::size_t at) {
    const bool has_sign = argument.starts_with('-') || argument.starts_with('+');
    filter.back = argument.starts_with('-');
    const auto length = parse_span(argument.substr(has_sign ? 1 : 0));
    if (const auto* problem = std::get_if<ParseError>(&length)) {
      return fail(at, argument.size(), "add: " + problem->message, "for example {{ due | add:-1d | date:%Y-%m-%d }}");
    }
    filter.length = std::get<Span>(length);
  }

  void read_format(Filter& filter, const std::string& argument, std::size_t at, std::string_view word) {
    if (argument.empty()) return fail(at, 1, fmt::format("\"{}\" needs a format", word), fmt::format("for example {}:%Y-%m-%d", word));
    if (argument.size() > kLongestFormat) return fail(at, argument.size(), fmt::format("a format has at most {} characters", kLongestFormat));
    for (std::size_t i = 0; i < argument.size(); ++i) {
      if (argument[i] != '%') continue;
      const char conversion = ++i < argument.size() ? argument[i] : ' ';
      if (kConversions.find(conversion) == std::string_view::npos) {
        return fail(at + i - 1, 2, fmt::format("a date has no \"%{}\"", conversion), "the formats of strftime(3); seconds since 1970: {{ due | epoch }}");
      }
    }
    filter.format = argument;
  }

  std::string_view text_;
  const Params* params_;
  std::size_t at_ = 0;
};

std::string date_text(Due due, const Zone& zone, const std::string& format) {
  const std::time_t civil = zone.local(due).time_since_epoch().count();  // read as if it were UTC
  std::tm fields{};
  gmtime_r(&civil, &fields);
  const std::string abbreviation = zone.abbreviation(due);
  fields.tm_gmtoff = zone.period(due).offset.count();
  fields.tm_zone = abbreviation.c_str();
  std::array<char, kLongestDate> text{};
  return std::string(text.data(), std::strftime(text.data(), text.size(), format.c_str(), &fields));
}

Due moved(Due due, const Filter& filter, const Zone& zone) {
  if (filter.back) return step_back(due, filter.length, zone);
  if (filter.length.days.count() == 0) return due + filter.length.elapsed;
  return zone.first_instant(zone.local(due) + filter.length.days) + filter.length.elapsed;
}

std::string moment_text(Due due, const std::vector<Filter>& filters, const Zone& zone) {
  for (const Filter& filter : filters) {
    switch (filter.kind) {
      case Filter::Kind::add: due = std::clamp(moved(due, filter, zone), kEarliestDue, kLatestDue); break;
      case Filter::Kind::date: return date_text(due, zone, filter.format);
      case Filter::Kind::utc: return date_text(due, Zone::utc(), filter.format);
      case Filter::Kind::epoch: return std::to_string(due.time_since_epoch().count());
    }
  }
  return utc_text(due);
}

std::string value_of(const Expression& expression, const TemplateValues& values) {
  switch (expression.name) {
    case Expression::Name::due: return moment_text(values.due, expression.filters, values.zone);
    case Expression::Name::window_start: return moment_text(values.window_start, expression.filters, values.zone);
    case Expression::Name::window_end: return moment_text(values.window_end, expression.filters, values.zone);
    case Expression::Name::job: return values.job;
    case Expression::Name::run_id: return std::to_string(values.run_id);
    case Expression::Name::attempt: return std::to_string(values.attempt);
    case Expression::Name::param: return values.params.at(expression.text);
    case Expression::Name::literal: return expression.text;
  }
  return {};
}

}  // namespace

std::string param_refusal(std::string_view name) {
  if (name.empty()) return "a parameter needs a name";
  if (name.size() > kLongestParam) return "longer than 64 characters";
  if (name.front() < 'a' || name.front() > 'z') return "it does not begin with a small letter";
  if (!std::all_of(name.begin(), name.end(), is_name_character)) return "only small letters, digits and _ are allowed";
  return {};
}

std::optional<ParseError> template_refusal(std::string_view text, const Params* params) {
  Reader reader(text, params);
  reader.read();
  return reader.error;
}

std::string fill_in(std::string_view text, const TemplateValues& values) {
  Reader reader(text, &values.params);
  const auto pieces = reader.read();
  if (reader.error) throw Error(Fault::internal, "template: " + reader.error->message);
  std::string filled;
  for (const Piece& piece : pieces) {
    const auto* plain = std::get_if<std::string>(&piece);
    filled += plain ? *plain : value_of(std::get<Expression>(piece), values);
  }
  return filled;
}

}  // namespace rounds
