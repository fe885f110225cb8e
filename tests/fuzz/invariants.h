#pragma once
#include <cstdio>
#include <cstdlib>
#include <string>

#include "time/lint.h"
#include "time/stamp.h"
#include "time/trigger.h"
#include "time/words.h"

// What holds for every text.
namespace rounds::fuzz {

inline void require(bool holds, const char* what, std::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "%s: \"%.*s\"\n", what, static_cast<int>(text.size()), text.data());
  std::abort();
}

inline void check(const ParseError& error, std::string_view text) {
  require(!error.message.empty(), "an error says why", text);
  require(error.at <= text.size(), "an error is at a place in the text", text);
  require(error.length <= text.size() + 1, "and not longer than it", text);
}

/// A few dues from some moments on, forwards, backwards and counted; the words and the remarks.
inline void check(const Rule& rule, std::string_view text) {
  static const Zone zone = Zone::load("America/New_York").value();
  Schedule schedule{.trigger = {{rule}}, .zone = zone, .anchor = parse_utc("2020-01-31T05:30:00Z").value()};
  for (const char* start : {"2021-03-14T05:59:00Z", "2021-11-07T05:00:00Z", "2023-12-31T23:59:59Z"}) {
    const Due begin = parse_utc(start).value();
    Due due = begin;
    std::int64_t walked = 0;
    for (; walked < 20; ++walked) {
      const auto next = next_due(schedule, due);
      if (!next) break;
      require(*next > due, "dues rise", text);
      require(walked == 0 || previous_due(schedule, *next) == due, "and go back the same way", text);
      due = *next;
    }
    if (walked > 0)
      require(count_dues(schedule, begin + std::chrono::seconds{1}, due) == walked, "they are counted", text);
  }
  require(!in_words(schedule).empty(), "a schedule has words", text);
  lint(rule, zone, schedule.anchor);
}

}  // namespace rounds::fuzz
