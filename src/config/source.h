#pragma once
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"

namespace rounds {

/// A stretch of a text, both counted from 1; columns and length in characters. Line 0: the text as a whole.
struct Place {
  int line = 0;
  int column = 0;
  std::size_t length = 1;
};

/// A text with its name and its lines. The text must outlive it.
class SourceText {
 public:
  SourceText(std::string_view text, std::string shown_path);

  std::string_view text() const { return text_; }
  const std::string& shown_path() const { return shown_path_; }
  /// Without its line end; empty where there is no such line.
  std::string_view line(int number) const;
  int line_count() const { return static_cast<int>(line_starts_.size()); }
  /// The character at that byte.
  Place place_of(std::size_t offset) const;
  /// The part [at, at + length) of a string whose literal stands at `literal`: exact where the literal is on one
  /// line and has no escapes, else the literal as a whole.
  Place inside(const Place& literal, std::string_view content, std::size_t at, std::size_t length) const;
  /// A problem at that place, with the line for the caret.
  Diagnostic diagnose(Diagnostic::Severity severity, const Place& place, std::string message, std::string hint) const;

 private:
  std::string_view text_;
  std::string shown_path_;
  std::vector<std::size_t> line_starts_;
};

/// All that goes wrong while one text is read; what is reported twice is kept once.
class Problems {
 public:
  explicit Problems(const SourceText& source) : source_(source) {}

  const SourceText& source() const { return source_; }
  void error(const Place& place, std::string message, std::string hint = {});
  void warning(const Place& place, std::string message, std::string hint = {});
  bool discreet() const { return discreet_; }
  bool has_errors() const;
  /// True when further problems would not be kept, so that there is no point in looking for them.
  bool full() const { return cut_; }
  /// In the order of the text. A text with more problems than anyone reads keeps the first hundred.
  std::vector<Diagnostic> in_order() const;

 private:
  friend class Discretion;
  void add(Diagnostic problem);

  const SourceText& source_;
  std::vector<Diagnostic> list_;
  std::set<int> hidden_;
  bool discreet_ = false;
  bool cut_ = false;
};

/// While it lives, no line with a problem that is found is ever shown, and no value quoted: there may be a secret in it.
class Discretion {
 public:
  explicit Discretion(Problems& problems, bool wanted = true) : problems_(problems), before_(problems.discreet_) {
    problems_.discreet_ = before_ || wanted;
  }
  ~Discretion() { problems_.discreet_ = before_; }
  Discretion(const Discretion&) = delete;
  Discretion& operator=(const Discretion&) = delete;

 private:
  Problems& problems_;
  bool before_;
};

}  // namespace rounds
