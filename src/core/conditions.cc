#include "core/conditions.h"

#include <fmt/format.h>

#include <array>

#include "core/size.h"
#include "time/duration.h"

namespace rounds {

namespace {

constexpr std::array<std::string_view, 3> kClasses{"realtime", "best-effort", "idle"};
constexpr int kLastLevel = 7;

}  // namespace

std::optional<IoPriority> io_priority_from_text(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view word = text.substr(0, colon);
  IoPriority priority;
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    if (kClasses[i] != word) continue;
    priority.io_class = static_cast<IoPriority::Class>(i + 1);
    if (priority.io_class == IoPriority::Class::idle) priority.level = kLastLevel;
    if (colon == std::string_view::npos) return priority;
    const std::string_view level = text.substr(colon + 1);
    if (priority.io_class == IoPriority::Class::idle || level.size() != 1 || level[0] < '0' || level[0] > '0' + kLastLevel) return std::nullopt;
    priority.level = level[0] - '0';
    return priority;
  }
  return std::nullopt;
}

std::string to_text(IoPriority priority) {
  const std::string_view word = kClasses.at(static_cast<std::size_t>(priority.io_class) - 1);
  if (priority.io_class == IoPriority::Class::idle) return std::string(word);
  return fmt::format("{}:{}", word, priority.level);
}

std::string to_text(const ResourceLimits& limits) {
  std::string text;
  const auto add = [&text](std::string_view key, const std::string& value) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, value);
  };
  if (limits.cpu) add("cpu", to_text(*limits.cpu));
  if (limits.memory) add("memory", size_text(*limits.memory));
  if (limits.files) add("files", std::to_string(*limits.files));
  if (limits.core) add("core", size_text(*limits.core));
  return text;
}

std::optional<int> umask_from_text(std::string_view text) {
  if (text.size() < 3 || text.size() > 4) return std::nullopt;
  int mask = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    mask = mask * 8 + (c - '0');
  }
  return mask <= 0777 ? std::optional(mask) : std::nullopt;
}

std::string umask_text(int mask) { return fmt::format("{:03o}", mask); }

}  // namespace rounds
