#include "inspect/host/place.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "sys/fd.h"

namespace rounds::host {

namespace {

constexpr std::string_view kBlank = " \t\r\n";

}  // namespace

std::string Place::path(std::string_view file) const {
  return root == "/" ? std::string(file) : root + std::string(file);
}

std::optional<std::string> Place::text(std::string_view file) const {
  const Fd fd(::open(path(file).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return std::nullopt;
  std::string all;
  std::array<char, 65536> chunk;
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got == 0) return all;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;  // files of the kernel may refuse to be read
    all.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

std::vector<std::string> Place::lines(std::string_view file) const { return split_lines(text(file).value_or("")); }

std::optional<std::int64_t> Place::number(std::string_view file) const {
  const auto words = split_words(text(file).value_or(""));
  return words.empty() ? std::nullopt : to_number(words.front());
}

std::string Place::word(std::string_view file) const { return trimmed(text(file).value_or("")); }

std::vector<std::string> Place::names(std::string_view folder) const {
  std::vector<std::string> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(path(folder), error), end; !error && entry != end;
       entry.increment(error)) {
    found.push_back(entry->path().filename());
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool Place::exists(std::string_view file) const {
  std::error_code error;
  return std::filesystem::exists(path(file), error);
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) return words;
    const std::size_t end = std::min(line.find_first_of(kBlank, begin), line.size());
    words.emplace_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kBlank) - begin + 1));
}

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> to_real(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace rounds::host
