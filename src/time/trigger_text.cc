#include <fmt/format.h>
#include <array>

#include "time/stamp.h"
#include "time/trigger.h"

namespace rounds {

namespace {

using Gap = ClockChange::Gap;
using Overlap = ClockChange::Overlap;

constexpr std::array<std::string_view, 3> gaps{"", "after", "skip"};
constexpr std::array<std::string_view, 4> overlaps{"", "first", "second", "both"};

template <typename Enum, std::size_t N>
std::optional<Enum> said(const std::array<std::string_view, N>& words, std::string_view text) {
  for (std::size_t i = 1; i < N; ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

std::string text_of(const CronRule& rule) { return rule.text; }
std::string text_of(const EveryRule& rule) {
  return "every " + (rule.phrase.empty() ? to_text(rule.step) : rule.phrase);
}
std::string text_of(const RandomRule& rule) { return "random " + to_text(rule.min) + ".." + to_text(rule.max); }
std::string text_of(const DelayRule& rule) { return "delay " + to_text(rule.length); }

std::string text_of(const AtRule& rule) {
  std::string text;
  for (const Due instant : rule.instants) text += (text.empty() ? "at " : ", ") + utc_text(instant);
  return text;
}

std::string text_of(const OnRule& rule) {
  switch (rule.event) {
    case OnRule::Event::start: return "on start";
    case OnRule::Event::boot: return "on boot";
  }
  return {};
}

std::string text_of(const Rule& rule) {
  std::string text = std::visit([](const auto& kind) { return text_of(kind); }, rule.kind);
  if (rule.jitter.count() != 0) text += " jitter " + to_text(rule.jitter);
  if (rule.dst.gap != Gap::by_meaning) text += " gap " + to_text(rule.dst.gap);
  if (rule.dst.overlap != Overlap::by_meaning) text += " overlap " + to_text(rule.dst.overlap);
  return text;
}

}  // namespace

std::string to_text(Gap gap) { return std::string(gaps[static_cast<std::size_t>(gap)]); }
std::string to_text(Overlap overlap) { return std::string(overlaps[static_cast<std::size_t>(overlap)]); }
std::optional<Gap> gap_from_text(std::string_view text) { return said<Gap>(gaps, text); }
std::optional<Overlap> clock_overlap_from_text(std::string_view text) { return said<Overlap>(overlaps, text); }

std::string to_text(const Trigger& trigger) {
  std::string text;
  for (const Rule& rule : trigger.rules) text += (text.empty() ? "" : " | ") + text_of(rule);
  return text;
}

}  // namespace rounds
