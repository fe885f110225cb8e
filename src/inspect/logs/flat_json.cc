#include "inspect/logs/flat_json.h"

#include <charconv>
#include <cstdint>

namespace rounds {

namespace {

void append_utf8(std::string& text, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool take(char c) {
    skip_space();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_text(std::string& into) {
    into.clear();
    if (!take('"')) return false;
    while (true) {
      const std::size_t plain = rest_.find_first_of("\"\\");
      if (plain == std::string_view::npos) {
        into.append(rest_);
        rest_ = {};
        return false;
      }
      into.append(rest_.substr(0, plain));
      const bool end = rest_[plain] == '"';
      rest_.remove_prefix(plain + 1);
      if (end) return true;
      if (!take_escape(into)) return false;
    }
  }

  /// A number, `true`, `null`, or something nested, which is passed over.
  bool take_other(std::string& into) {
    skip_space();
    into.clear();
    if (rest_.empty()) return false;
    if (rest_[0] == '{' || rest_[0] == '[') return skip_nested();
    const std::size_t size = std::min(rest_.find_first_of(",}] \t"), rest_.size());
    into.assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return size > 0;
  }

  bool at(char c) {
    skip_space();
    return !rest_.empty() && rest_[0] == c;
  }

 private:
  void skip_space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }

  bool take_hex(std::uint32_t& code) {
    if (rest_.size() < 4) return false;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + 4, code, 16);
    if (error != std::errc() || end != rest_.data() + 4) return false;
    rest_.remove_prefix(4);
    return true;
  }

  bool take_escape(std::string& into) {
    if (rest_.empty()) return false;
    const char c = rest_[0];
    rest_.remove_prefix(1);
    switch (c) {
      case 'n': into += '\n'; return true;
      case 't': into += '\t'; return true;
      case 'r': into += '\r'; return true;
      case 'b':
      case 'f': into += ' '; return true;
      case 'u': return take_unicode(into);
      default: into += c; return true;
    }
  }

  bool take_unicode(std::string& into) {
    std::uint32_t code = 0, low = 0;
    if (!take_hex(code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && rest_.starts_with("\\u")) {
      rest_.remove_prefix(2);
      if (!take_hex(low)) return false;
      if (low >= 0xDC00 && low < 0xE000) code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(into, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
    return true;
  }

  bool skip_nested() {
    int depth = 0;
    std::string ignored;
    while (!rest_.empty()) {
      const char c = rest_[0];
      if (c == '"') {
        if (!take_text(ignored)) return false;
        continue;
      }
      rest_.remove_prefix(1);
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return false;
  }

  std::string_view rest_;
};

}  // namespace

bool read_flat_json(std::string_view text,
                    const std::function<void(std::string_view key, std::string_view value)>& field) {
  Reader reader(text);
  if (!reader.take('{')) return false;
  if (reader.take('}')) return true;
  static thread_local std::string key, value;  // their memory is kept from line to line
  do {
    if (!reader.take_text(key) || !reader.take(':')) return false;
    const bool whole = reader.at('"') ? reader.take_text(value) : reader.take_other(value);
    field(key, value);
    if (!whole) return false;
  } while (reader.take(','));
  return reader.take('}');
}

}  // namespace rounds
