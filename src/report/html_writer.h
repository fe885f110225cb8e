#pragma once
#include <fmt/format.h>

#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/changes.h"
#include "report/escape.h"
#include "report/messages.h"

namespace rounds {

/// A page as it grows. What is put in must be numbers, messages or escaped.
class Html {
 public:
  explicit Html(Language language) : language_(language) {}

  template <typename... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  void raw(std::string_view markup) { text_ += markup; }

  Language language() const { return language_; }
  std::string_view say(MessageId id) const { return rounds::say(language_, id); }
  /// A message with its `{}` filled in; the arguments must be escaped.
  template <typename... Args>
  std::string fill(MessageId id, const Args&... args) const {
    return fmt::format(fmt::runtime(say(id)), args...);
  }
  /// A word of the document, escaped.
  std::string word(std::string_view kind, std::string_view word) const {
    return escape_html(rounds::word(language_, kind, word));
  }
  std::string title(std::string_view check, std::string_view title) const {
    return escape_html(title_of(language_, check, title));
  }

  void open_section(std::string_view id, MessageId heading) {
    put("<section id=\"{}\">\n<h2>{}</h2>\n", id, say(heading));
  }
  void close_section() { raw("</section>\n"); }
  void open_table(std::string_view caption, std::initializer_list<MessageId> headings);
  void heading(std::string_view text) { put("<th scope=\"col\">{}</th>", text); }
  void close_table() { raw("</tbody></table>\n"); }
  /// A name and its text, which is escaped here; nothing when it is empty.
  void term(MessageId name, std::string_view text);

  const std::string& text() const { return text_; }

 private:
  Language language_;
  std::string text_;
};

/// Everything up to the content of `<body>`.
void open_page(Html& page, const std::string& title);
void close_page(Html& page);
/// The section that tells what changed.
void write_changes(Html& page, const std::vector<FindingChange>& changes);

/// A dash where there is nothing.
std::string or_dash(std::string_view text);

}  // namespace rounds
