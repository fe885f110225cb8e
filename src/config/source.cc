#include "config/source.h"

#include <algorithm>
#include <tuple>

#include "core/utf8.h"

namespace rounds {

namespace {

constexpr std::size_t kMostProblems = 100;
/// A line longer than this is shown in part, some way around the place.
constexpr std::size_t kShownCharacters = 160;
constexpr std::size_t kShownBefore = 60;
/// So is a message that quotes something longer than this.
constexpr std::size_t kLongestMessage = 1000;

/// The text without its first `count` characters.
std::string_view skip_characters(std::string_view text, std::size_t count) {
  for (; count > 0 && !text.empty(); --count) text.remove_prefix(first_character(text).size());
  return text;
}

/// Its first `count` characters.
std::string_view take_characters(std::string_view text, std::size_t count) {
  return text.substr(0, text.size() - skip_characters(text, count).size());
}

/// Puts the line into the diagnostic, cut around the column where it is long.
void quote_line(Diagnostic& diagnostic, std::string_view line) {
  const auto column = static_cast<std::size_t>(std::max(diagnostic.column, 1));
  const std::size_t skipped = column > kShownCharacters ? column - kShownBefore : 0;
  const std::string_view rest = skip_characters(line, skipped);
  const std::string_view shown = take_characters(rest, kShownCharacters);
  diagnostic.line_text = std::string(skipped > 0 ? "\u2026" : "") + std::string(shown);
  if (shown.size() < rest.size()) diagnostic.line_text += "\u2026";
  diagnostic.text_column = skipped > 0 ? static_cast<int>(skipped) : 1;
}

std::string shortened(std::string message) {
  if (message.size() <= kLongestMessage) return message;
  return std::string(take_characters(message, kShownCharacters)) + "\u2026";
}

}  // namespace

SourceText::SourceText(std::string_view text, std::string shown_path)
    : text_(text), shown_path_(std::move(shown_path)), line_starts_{0} {
  for (std::size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1)) {
    line_starts_.push_back(i + 1);
  }
}

std::string_view SourceText::line(int number) const {
  if (number < 1 || number > line_count()) return {};
  const std::size_t start = line_starts_[static_cast<std::size_t>(number) - 1];
  std::string_view line = text_.substr(start, text_.find('\n', start) - start);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

Place SourceText::place_of(std::size_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const std::size_t start = *(after - 1);
  return Place{.line = static_cast<int>(after - line_starts_.begin()),
               .column = static_cast<int>(character_count(text_.substr(start, offset - start))) + 1};
}

Place SourceText::inside(const Place& literal, std::string_view content, std::size_t at, std::size_t length) const {
  const std::string_view rest = skip_characters(line(literal.line), static_cast<std::size_t>(literal.column) - 1);
  const std::string_view raw = take_characters(rest, literal.length);
  const bool quoted = raw.size() >= 2 && (raw.front() == '"' || raw.front() == '\'') && raw.back() == raw.front();
  if (!quoted || raw.substr(1, raw.size() - 2) != content) return literal;
  at = std::min(at, content.size());
  return Place{.line = literal.line,
               .column = literal.column + 1 + static_cast<int>(character_count(content.substr(0, at))),
               .length = std::max<std::size_t>(character_count(content.substr(at, length)), 1)};
}

Diagnostic SourceText::diagnose(Diagnostic::Severity severity, const Place& place, std::string message,
                                std::string hint) const {
  Diagnostic diagnostic{.severity = severity,
                        .message = shortened(std::move(message)),
                        .file = shown_path_,
                        .line = place.line,
                        .column = place.column,
                        .length = place.length,
                        .hint = shortened(std::move(hint))};
  quote_line(diagnostic, line(place.line));
  return diagnostic;
}

void Problems::error(const Place& place, std::string message, std::string hint) {
  add(source_.diagnose(Diagnostic::Severity::error, place, std::move(message), std::move(hint)));
}

void Problems::warning(const Place& place, std::string message, std::string hint) {
  add(source_.diagnose(Diagnostic::Severity::warning, place, std::move(message), std::move(hint)));
}

void Problems::add(Diagnostic problem) {
  if (discreet_) hidden_.insert(problem.line);
  const bool known = std::any_of(list_.begin(), list_.end(), [&](const Diagnostic& d) {
    return d.line == problem.line && d.column == problem.column && d.message == problem.message;
  });
  if (known) return;
  if (list_.size() < kMostProblems) {
    list_.push_back(std::move(problem));
  } else {
    cut_ = true;
  }
}

bool Problems::has_errors() const {
  return cut_ || std::any_of(list_.begin(), list_.end(),
                             [](const Diagnostic& d) { return d.severity == Diagnostic::Severity::error; });
}

std::vector<Diagnostic> Problems::in_order() const {
  std::vector<Diagnostic> sorted = list_;
  for (Diagnostic& problem : sorted) {
    if (!hidden_.contains(problem.line)) continue;
    problem.shows_line = false;
    problem.line_text.clear();
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  if (cut_) sorted.push_back(Diagnostic{.message = "there are more problems than these", .file = source_.shown_path()});
  return sorted;
}

}  // namespace rounds
