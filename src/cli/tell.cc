#include "cli/tell.h"

#include "cli/table.h"

namespace rounds {

void tell_changes(const std::vector<Change>& changes, const Context& context, const std::string& hint) {
  if (!for_people(context.global)) {
    Listing table{"changes", {{"job", "JOB"}, {"act", "ACT"}, {"text", "TEXT"}}, {}};
    for (const Change& change : changes) table.rows.push_back({{change.job}, {change.act}, {change.text}});
    return print_table(table, context.global);
  }
  for (const Change& change : changes) print_line(change.job + ": " + change.text);
  if (!hint.empty() && !changes.empty()) print_hint(hint);
}

}  // namespace rounds
