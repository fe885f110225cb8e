#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rounds::host {

/// Where the files of a machine are read: `/` for this machine, or a folder that holds copies of them, made up or
/// collected from elsewhere. What only system calls or programs tell lies there as files of `/.collected/`.
struct Place {
  std::string root = "/";
  bool live = true;  ///< this machine, now

  std::string path(std::string_view file) const;
  /// The whole file; nothing when it is not there or may not be read.
  std::optional<std::string> text(std::string_view file) const;
  /// Its lines; none when it cannot be read.
  std::vector<std::string> lines(std::string_view file) const;
  /// Its first word as a number.
  std::optional<std::int64_t> number(std::string_view file) const;
  /// Its text without the spaces around it; empty when it cannot be read.
  std::string word(std::string_view file) const;
  /// The names in a folder, sorted; none when there is no such folder.
  std::vector<std::string> names(std::string_view folder) const;
  bool exists(std::string_view file) const;
};

std::vector<std::string> split_lines(std::string_view text);
/// The words between spaces and tabs.
std::vector<std::string> split_words(std::string_view line);
std::string trimmed(std::string_view text);
/// A decimal number that is the whole text.
std::optional<std::int64_t> to_number(std::string_view text);
std::optional<double> to_real(std::string_view text);

}  // namespace rounds::host
