#include <sys/timex.h>

#include "inspect/host/families.h"
#include "inspect/host/program.h"
#include "inspect/host/table.h"

namespace rounds::host {

namespace {

/// What disciplines the clock says about it.
struct ClockState {
  std::string source{}, reason{};
  std::optional<bool> synchronised{};
  std::optional<double> offset_s{};
};

ClockState ask_kernel() {
  timex times{};
  if (::adjtimex(&times) < 0) return {.reason = "the kernel does not tell the state of its clock"};
  const double unit = (times.status & STA_NANO) != 0 ? 1e-9 : 1e-6;
  return {.source = "kernel", .synchronised = (times.status & STA_UNSYNC) == 0,
          .offset_s = static_cast<double>(times.offset) * unit};
}

/// One line of `chronyc -c tracking`: reference id, name, stratum, reference time, offset in seconds, …, leap status.
std::optional<ClockState> parse_chrony(const std::string& text) {
  std::vector<std::string> fields;
  std::string_view left = text;
  while (true) {
    const std::size_t end = std::min(left.find(','), left.size());
    fields.push_back(trimmed(left.substr(0, end)));
    if (end == left.size()) break;
    left.remove_prefix(end + 1);
  }
  if (fields.size() < 14) return std::nullopt;
  return ClockState{.source = "chrony", .synchronised = fields.back() != "Not synchronised",
                    .offset_s = to_real(fields[4])};
}

std::optional<ClockState> ask_chrony(const Place& place) {
  if (!place.live) return parse_chrony(place.text("/.collected/chrony").value_or(""));
  const auto said = run_program({"chronyc", "-n", "-c", "tracking"}, std::chrono::seconds(1));
  return said && said->status == 0 ? parse_chrony(said->output) : std::nullopt;
}

/// "synchronised=yes offset=0.0001", each word optional.
ClockState collected_clock(const Place& place) {
  ClockState state{.reason = "the state of the clock was not collected"};
  for (const std::string& word : split_words(place.text("/.collected/clock").value_or(""))) {
    if (word.starts_with("synchronised=")) state.synchronised = word.ends_with("yes");
    if (word.starts_with("offset=")) state.offset_s = to_real(word.substr(7));
  }
  if (state.synchronised) state = {.source = "kernel", .synchronised = state.synchronised, .offset_s = state.offset_s};
  return state;
}

}  // namespace

void fill_clock(SqlSession& facts, const Place& place) {
  ClockState state = place.live ? ask_kernel() : collected_clock(place);
  // chrony slews by the frequency: the kernel's own offset stays 0 under it.
  if (auto chrony = ask_chrony(place)) state = *chrony;
  FactTable table(facts, "clock", "source, synchronised, offset_s, reason");
  table.add({state.source, state.synchronised ? flag(*state.synchronised) : SqlValue(), or_null(state.offset_s),
             state.reason});
}

}  // namespace rounds::host
