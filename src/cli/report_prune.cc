#include <fmt/format.h>

#include <limits>
#include <map>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_edits.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "core/json.h"
#include "store/inspections.h"
#include "time/stamp.h"

namespace rounds {

namespace {

/// What is deleted: beyond the newest `keep` of each target and tier, and before `older_than`.
struct PruneRule {
  int keep = 1;
  Instant older_than = Instant::max();
};

PruneRule read_rule(const ReportPruneOptions& options, const Context& context) {
  if ((options.keep > 0) == options.older_than.has_value()) {
    throw Error(Fault::usage, "say which reports: either --keep N or --older-than D",
                "rounds report prune --older-than 400d --dry-run");
  }
  if (options.keep > 0) return {.keep = options.keep};
  return {.older_than = context.now.wall - read_length("--older-than", *options.older_than).flat()};
}

std::vector<Inspection> find_prunable(Store& store, const PruneRule& rule) {
  std::vector<Inspection> prunable;
  std::map<std::pair<std::string, std::string>, int> seen;
  for (const Inspection& inspection : all_inspections(store, std::numeric_limits<int>::max())) {
    bool needed = inspection.at >= rule.older_than;
    for (const std::string& target : inspection.targets) {
      if (++seen[{target, inspection.tier}] <= rule.keep) needed = true;
    }
    if (!needed) prunable.push_back(inspection);
  }
  return prunable;
}

std::string count_of(std::size_t count) { return fmt::format("{} {}", count, count == 1 ? "report" : "reports"); }

void tell(const std::vector<Inspection>& prunable, bool deleted, const Context& context) {
  if (for_people(context.global))
    return print_line((deleted ? "deleted " : "would delete ") + count_of(prunable.size()));
  JsonWriter json;
  json.begin_object().field("schema", 1).field("deleted", deleted).key("reports").begin_array();
  for (const Inspection& inspection : prunable) json.value(inspection.id);
  json.end_array().end_object();
  print_line(json.text());
}

bool confirmed(const std::vector<Inspection>& prunable) {
  return confirm(fmt::format("Delete {}, from {} to {}?", count_of(prunable.size()), utc_text(prunable.back().at),
                             utc_text(prunable.front().at)),
                 "--yes");
}

}  // namespace

int report_prune(const ReportPruneOptions& options, const Context& context) {
  const PruneRule rule = read_rule(options, context);
  if (options.dry_run) {
    Store store = Store::open_read_only(context.settings.store);
    tell(find_prunable(store, rule), false, context);
    return exit_code::ok;
  }
  Store store = Store::open(context.settings.store);
  const std::vector<Inspection> prunable = find_prunable(store, rule);
  if (!prunable.empty() && !options.yes && !confirmed(prunable)) {
    print_line("nothing was deleted");
    return exit_code::ok;
  }
  store.write([&] {
    for (const Inspection& inspection : prunable) delete_inspection(store, inspection.id);
  });
  keep_log_small(store);
  tell(prunable, true, context);
  return exit_code::ok;
}

}  // namespace rounds
