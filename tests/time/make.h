#pragma once
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "time/stamp.h"
#include "time/trigger.h"

// Short builders for the tests of time/.
namespace rounds::make {

inline Due utc(std::string_view text) { return parse_utc(text).value(); }
inline Zone zone(const std::string& name) { return Zone::load(name).value(); }
inline Span span(std::string_view text) { return std::get<Span>(parse_span(text)); }

inline Cron cron(std::string_view text) {
  const auto parsed = parse_cron(text);
  if (const auto* error = std::get_if<ParseError>(&parsed)) ADD_FAILURE() << text << ": " << error->message;
  return std::get<Cron>(parsed);
}

inline CronRule rule(const std::string& text) { return {cron(text), text}; }

inline Schedule schedule(std::vector<Rule> rules, const std::string& zone_name = "UTC") {
  return {{std::move(rules)}, zone(zone_name), {}, false, {}, {}};
}

inline Schedule every(std::string_view step, std::string_view anchor, const std::string& zone_name = "UTC") {
  Schedule made = schedule({EveryRule{span(step)}}, zone_name);
  made.anchor = utc(anchor);
  return made;
}

/// The next `n` dues, as UTC texts.
inline std::vector<std::string> dues(const Schedule& schedule, std::string_view after, std::size_t n) {
  std::vector<std::string> texts;
  for (auto due = next_due(schedule, utc(after)); due && texts.size() < n; due = next_due(schedule, *due)) {
    texts.push_back(utc_text(*due));
  }
  return texts;
}

}  // namespace rounds::make
