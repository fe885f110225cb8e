#include "cli/run_number.h"

#include <charconv>

#include <fmt/format.h>

#include "error.h"
#include "store/ledger.h"

namespace rounds {

std::optional<RunId> run_number(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  RunId id;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), id.value);
  return fault == std::errc() ? std::optional(id) : std::nullopt;
}

Run require_run(Store& store, RunId id) {
  if (const std::optional<Run> run = find_run(store, id)) return *run;
  throw Error(Fault::not_found, fmt::format("no run {}", id.value), "rounds history");
}

}  // namespace rounds
