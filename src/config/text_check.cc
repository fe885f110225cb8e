#include "config/text_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/utf8.h"

namespace rounds {

namespace {

void check_characters(const SourceText& source, Problems& problems) {
  std::string_view rest = source.text();
  while (!rest.empty()) {
    const std::size_t offset = source.text().size() - rest.size();
    const std::size_t length = utf8_length(rest);
    if (length == 0) {
      const auto byte = static_cast<unsigned char>(rest.front());
      problems.error(source.place_of(offset), fmt::format("byte 0x{:02x} is not valid UTF-8", byte),
                     "save the file as UTF-8");
      return;
    }
    if (rest.front() == '\0') {
      problems.error(source.place_of(offset), "a NUL byte cannot stand in this file");
      return;
    }
    rest.remove_prefix(length);
  }
}

/// Walks over the text as TOML sees it, just closely enough to tell brackets and dots from strings and comments.
class NestingScan {
 public:
  explicit NestingScan(std::string_view text) : text_(text) {}

  /// The byte at which the text becomes too deep; npos when it never does.
  std::size_t run() {
    while (at_ < text_.size()) {
      const std::size_t start = at_;
      step();
      if (depth_ > kDeepestNesting || dots_ > kDeepestNesting) return start;
    }
    return std::string_view::npos;
  }

 private:
  void step() {
    switch (text_[at_]) {
      case '#': at_ = end_of_line(); return;
      case '"':
      case '\'': skip_string(); return;
      case '[':
      case '{': ++depth_; break;
      case ']':
      case '}': depth_ -= depth_ > 0 ? 1 : 0; break;
      case '.':
        ++dots_;
        ++at_;
        return;
      case '=':
      case ',':
      case '\n': break;
      default: ++at_; return;
    }
    dots_ = 0;  // dots count within one key
    ++at_;
  }

  std::size_t end_of_line() const { return std::min(text_.find('\n', at_), text_.size()); }

  /// Behind the closing quote; a string on one line that is not closed ends with it. A backslash hides what follows
  /// it between double quotes.
  void skip_string() {
    const char quote = text_[at_];
    const std::string triple(3, quote);
    const bool many_lines = text_.substr(at_, 3) == triple;
    const std::string_view mark = std::string_view(triple).substr(0, many_lines ? 3 : 1);
    at_ += mark.size();
    while (at_ < text_.size() && text_.substr(at_, mark.size()) != mark) {
      if (text_[at_] == '\n' && !many_lines) return;
      at_ += quote == '"' && text_[at_] == '\\' ? 2 : 1;
    }
    at_ = std::min(at_ + mark.size(), text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t dots_ = 0;
};

void check_nesting(const SourceText& source, Problems& problems) {
  const std::size_t offset = NestingScan(source.text()).run();
  if (offset == std::string_view::npos) return;
  problems.error(source.place_of(offset), fmt::format("nested deeper than {} levels", kDeepestNesting));
}

}  // namespace

bool check_text(const SourceText& source, Problems& problems) {
  if (source.text().size() > kLargestFile) {
    problems.error(Place{},
                   fmt::format("the text is {} bytes long, the limit is {}", source.text().size(), kLargestFile));
    return false;
  }
  check_characters(source, problems);
  check_nesting(source, problems);
  return !problems.has_errors();
}

}  // namespace rounds
