#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"
#include "time/now.h"

namespace rounds {

/// Something worth telling that is no run: a loop started, a file went stale, a clock step.
struct Event {
  std::int64_t id = 0;
  Instant at{};
  std::string kind{};  ///< `loop_started`, `file_stale`, `clock_stepped`, …
  std::string job{};   ///< empty: of no job
  std::string text{};
};

void add_event(Store& store, const Event& event);  ///< inside Store::write

struct EventQuery {
  std::int64_t after_id = 0;
  std::optional<Instant> since{};  ///< at that instant or later
  std::string kind{};              ///< empty: all
  int limit = 0;                   ///< only the newest so many; 0: no limit
};
/// Oldest first.
std::vector<Event> find_events(Store& store, const EventQuery& query);
/// The kinds there have been, by name.
std::vector<std::string> event_kinds(Store& store);
std::vector<Event> events_since(Store& store, std::int64_t after_id, int limit);

}  // namespace rounds
