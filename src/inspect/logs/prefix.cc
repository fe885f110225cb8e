#include "inspect/logs/prefix.h"

#include <algorithm>

#include "inspect/logs/severity.h"
#include "inspect/logs/stamp.h"

namespace rounds {

namespace {

constexpr int kMostTries = 200;  // texts between literals are found by trying
constexpr std::size_t kLongestLabel = 60;

void skip_spaces(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(' '), text.size())); }

std::string_view trimmed(std::string_view text) {
  skip_spaces(text);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_in(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

/// What a piece of these letters may consist of; empty: any text, up to the literal that follows.
std::string_view alphabet(char escape) {
  switch (escape) {
    case 'p':
    case 'P':
    case 'l':
    case 'x': return "0123456789";
    case 'Q': return "-0123456789";
    case 'c': return "0123456789abcdef.";
    case 'v': return "0123456789/";
    case 'e': return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    default: return {};
  }
}

/// `host(port)` or `host`; background processes have none.
std::string_view host_alone(std::string_view text) {
  const std::size_t port = text.rfind('(');
  return port != std::string_view::npos && text.ends_with(')') ? text.substr(0, port) : text;
}

void keep(char escape, std::string_view text, LogEntry& entry) {
  text = trimmed(text);
  switch (escape) {
    case 'u': entry.user = text; break;
    case 'd': entry.database = text; break;
    case 'a': entry.application = text; break;
    case 'h':
    case 'r': entry.host = host_alone(text); break;
    case 'e': entry.code = text == "00000" ? std::string_view() : text; break;
    default: break;
  }
}

bool take_time_of(char escape, std::string_view& rest, LogStamp& stamp) {
  skip_spaces(rest);
  if (escape == 'n') return take_epoch(rest, stamp);
  if (!take_stamp(rest, stamp) || stamp.offset) return false;
  skip_spaces(rest);
  return take_zone(rest, stamp);
}

/// `%s` is empty for processes without a session.
bool skip_session_start(std::string_view& rest) {
  LogStamp ignored;
  std::string_view ahead = rest;
  if (take_time_of('s', ahead, ignored)) rest = ahead;
  return true;
}

/// `ERROR:  42P01: text`: the code is there with log_error_verbosity = verbose.
void take_verbose_code(std::string_view& message, LogEntry& entry) {
  constexpr std::size_t kCode = 5;
  if (message.size() < kCode + 2 || message.substr(kCode, 2) != ": ") return;
  const std::string_view code = message.substr(0, kCode);
  const bool plausible = std::all_of(code.begin(), code.end(), [](char c) { return is_in(c, alphabet('e')); });
  if (!plausible || std::none_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; })) return;
  entry.code = code == "00000" ? std::string_view() : code;
  message.remove_prefix(kCode + 2);
}

/// `ERROR:  text`, and with `any` also `DETAIL:  text`: true when there is such a label, with the severity if it is
/// one.
bool take_label(std::string_view rest, LogEntry& entry, bool any) {
  const std::size_t size = rest.find(":  ");
  if (size == std::string_view::npos || size == 0 || size > kLongestLabel) return false;
  std::string_view label = rest.substr(0, size);
  while (label.ends_with(' ')) label.remove_suffix(1);
  if (label.ends_with("\xC2\xA0")) label.remove_suffix(2);
  if (label.find_first_of("\"'()[]") != std::string_view::npos) return false;
  entry.severity = postgres_severity(label);
  if (entry.severity.empty() && !any) return false;
  std::string_view message = rest.substr(size + 3);
  if (!entry.severity.empty()) take_verbose_code(message, entry);
  entry.message.assign(message);
  return true;
}

}  // namespace

LogPrefix::LogPrefix(std::string_view format) : format_(format) {
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) pieces_.push_back({0, literal});
    literal.clear();
  };
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 >= format.size()) {
      literal += format[i];
      continue;
    }
    ++i;
    while (i + 1 < format.size() && is_in(format[i], "-0123456789")) ++i;  // a width
    if (format[i] == '%') {
      literal += '%';
    } else {
      end_literal();
      pieces_.push_back({format[i], {}});
    }
  }
  end_literal();
  has_time_ = std::any_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
    return piece.escape == 'm' || piece.escape == 't' || piece.escape == 'n';
  });
}

/// A text ends where the next literal begins, at its first place that lets the rest of the line fit.
bool LogPrefix::match_text(std::size_t piece, std::string_view rest, Attempt& attempt) const {
  const bool literal_follows = piece + 1 < pieces_.size() && pieces_[piece + 1].escape == 0;
  const std::string_view literal = literal_follows ? std::string_view(pieces_[piece + 1].literal) : std::string_view();
  for (std::size_t size = 0; size <= rest.size() && attempt.tries > 0; ++size, --attempt.tries) {
    if (literal_follows) size = rest.find(literal, size);
    if (size == std::string_view::npos) return false;
    if (match(piece + 1, rest.substr(size), attempt)) {
      keep(pieces_[piece].escape, rest.substr(0, size), attempt.entry);
      return true;
    }
  }
  return false;
}

bool LogPrefix::match(std::size_t piece, std::string_view rest, Attempt& attempt) const {
  for (; piece < pieces_.size(); ++piece) {
    const Piece& now = pieces_[piece];
    if (now.escape == 0) {
      if (!rest.starts_with(now.literal)) return false;
      rest.remove_prefix(now.literal.size());
    } else if (now.escape == 'q') {
      if (take_label(rest, attempt.entry, false)) return true;  // no session: the prefix ends here
      return match(piece + 1, rest, attempt) || take_label(rest, attempt.entry, attempt.any_label);
    } else if (is_in(now.escape, "mtn")) {
      if (!take_time_of(now.escape, rest, attempt.entry.stamp)) return false;
    } else if (now.escape == 's') {
      if (!skip_session_start(rest)) return false;
    } else if (const std::string_view letters = alphabet(now.escape); !letters.empty()) {
      skip_spaces(rest);
      const std::size_t size = std::min(rest.find_first_not_of(letters), rest.size());
      keep(now.escape, rest.substr(0, size), attempt.entry);
      rest.remove_prefix(size);
      const bool padded = piece + 1 < pieces_.size() && !pieces_[piece + 1].literal.starts_with(' ');
      if (padded) skip_spaces(rest);
    } else {
      return match_text(piece, rest, attempt);
    }
  }
  return take_label(rest, attempt.entry, attempt.any_label);
}

bool LogPrefix::match_line(std::string_view line, LogEntry& entry, bool any_label) const {
  entry.clear();
  Attempt attempt{entry, any_label, kMostTries};
  return has_time_ && !line.starts_with('\t') && match(0, line, attempt);
}

bool LogPrefix::parse_entry(std::string_view line, LogEntry& entry) const { return match_line(line, entry, false); }

LineKind LogPrefix::parse(std::string_view line, LogEntry& entry) const {
  if (parse_entry(line, entry)) return LineKind::entry;
  return match_line(line, entry, true) ? LineKind::stamped : LineKind::other;
}

}  // namespace rounds
