#pragma once
#include <string>
#include <vector>

#include "cli/commands.h"
#include "store/store.h"

namespace rounds {

/// What a command did to one job.
struct Change {
  std::string job;
  std::string act;   ///< one word for programs: "paused", "unchanged"
  std::string text;  ///< for people, read after the name: "paused until Mon 08:00"
};

/// Prints what changed and the next useful command, or {"schema":1,"changes":[{"job","act","text"}]}.
void tell_changes(const std::vector<Change>& changes, const Context& context, const std::string& hint);

/// Prints what would change, for --dry-run: the texts alone, or {"schema":1,"plan":[…]}.
void tell_plan(const std::vector<Change>& plan, const Context& context);

/// A hint for whoever waits for a scheduler and there is none: "no scheduler runs on this store; " and `what` follows.
void hint_without_scheduler(const Store& store, const std::string& what);

}  // namespace rounds
