#include "cli/inspect_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/exit_code.h"
#include "cli/inspect_past.h"
#include "cli/inspect_plan.h"
#include "cli/job_edits.h"
#include "cli/targets.h"
#include "cli/terminal.h"
#include "inspect/document.h"
#include "report/document.h"
#include "report/export.h"
#include "report/nagios.h"
#include "time/stamp.h"

namespace rounds {

namespace {

/// What is inspected and what was known before. The store is closed again when it was read: a target may be
/// that very file, and looking at it drops this process's locks on it.
struct Assignment {
  std::vector<Target> targets;
  std::map<std::string, Past> pasts;
};

Assignment read_assignment(const InspectOptions& options, const Context& context) {
  Store store = Store::open_read_only(context.settings.store);
  Assignment assignment{.targets = select_targets(store, options), .pasts = {}};
  assignment.pasts = read_past(store, assignment.targets);
  return assignment;
}

Instance instance_of(const Target& target) {
  return {.name = target.name,
          .engine = target.engine,
          .path = target.path,
          .backups = target.backups,
          .business = target.business,
          .host = target.host};
}

InspectionResult inspect_all(const Assignment& assignment, const InspectionPlan& plan, Instant at) {
  InspectionResult result{.at = at, .tier = plan.tier, .window = plan.window, .run = plan.run};
  for (const Target& target : assignment.targets) {
    const Past& past = assignment.pasts.at(target.name);
    Examination examination = examine(instance_of(target), plan.checks, past);
    compare_with_past(examination, past, utc_text(at));
    result.examinations.push_back(std::move(examination));
  }
  return result;
}

Inspection record_of(const InspectionResult& result) {
  Inspection record;
  record.id = result.id;
  record.at = result.at;
  record.tier = to_text(result.tier);
  record.run = result.run;
  record.document = write_document(result);
  const Document document = parse_document(record.document);
  for (const DocumentTarget& target : document.targets) record.targets.push_back(target.name);
  record.critical = count_findings(document, "critical");
  record.warning = count_findings(document, "warning");
  record.info = count_findings(document, "info");
  return record;
}

/// Gives the result its number and stores it; returns its document.
std::string store_result(InspectionResult& result, const Context& context) {
  Store store = Store::open(context.settings.store);
  std::string document;
  store.write([&] {
    result.id = next_inspection_id(store);
    const Inspection record = record_of(result);
    save_inspection(store, record);
    document = record.document;
  });
  keep_log_small(store);
  return document;
}

void print_result(const InspectOptions& options, const Context& context, const std::string& document) {
  const bool json = context.global.format != Format::table;
  if (options.output_file) {
    const ReportFormat format = json ? ReportFormat::json : report_format_of_file(*options.output_file);
    write_report(*options.output_file, render_report(format, document));
  }
  if (options.nagios) {
    print(nagios_line(parse_document(document)));
  } else if (options.output_file) {
    if (!json) print_line("wrote " + *options.output_file);
  } else {
    print(json ? document + "\n" : escape_controls(render_report(ReportFormat::text, document), true));
  }
}

bool reaches(const InspectionResult& result, Severity fail_on) {
  return std::any_of(result.examinations.begin(), result.examinations.end(), [&](const Examination& examination) {
    return std::any_of(examination.entries.begin(), examination.entries.end(),
                       [&](const Entry& entry) { return entry.severity && *entry.severity >= fail_on; });
  });
}

int status_of(const InspectionResult& result, Severity fail_on) {
  const bool reached = std::any_of(result.examinations.begin(), result.examinations.end(),
                                   [](const Examination& examination) { return examination.reached; });
  if (!reached) return exit_code::unreachable;
  return reaches(result, fail_on) ? exit_code::failed : exit_code::ok;
}

/// The statements in the order in which they would run, for whoever has to approve them.
void print_plan(const Assignment& assignment, const InspectionPlan& plan) {
  for (const Target& target : assignment.targets) {
    print_line(escape_controls(fmt::format("-- target {}: {} {}", target.name, target.engine, target.path)));
    for (const Check* check : plan.checks) {
      if (check->engine != target.engine) continue;
      const std::string on = check->probe.empty() ? "the database" : "facts of the probe " + check->probe;
      const auto seconds = limits_of(check->cost).time.count() / 1000;
      print_line(fmt::format("\n-- {}, on {}, at most {} s", check->id, on, seconds));
      for (const auto& [name, value] : check->thresholds) {
        print_line(fmt::format("-- :{} = {}", name, shown(value)));
      }
      print(check->sql);
    }
  }
}

int inspect_and_report(const InspectOptions& options, const Context& context) {
  const InspectionPlan plan = plan_inspection(options, context);
  const Assignment assignment = read_assignment(options, context);
  if (options.dry_run) {
    print_plan(assignment, plan);
    return exit_code::ok;
  }
  InspectionResult result = inspect_all(assignment, plan, context.now.wall);
  const std::string document = store_result(result, context);
  print_result(options, context, document);
  return options.nagios ? nagios_status(parse_document(document)) : status_of(result, plan.fail_on);
}

}  // namespace

int run_inspection(const InspectOptions& options, const Context& context) {
  if (!options.nagios) return inspect_and_report(options, context);
  constexpr int kNagiosUnknown = 3;
  try {
    return inspect_and_report(options, context);
  } catch (const Error& error) {
    print_line(std::string("ROUNDS UNKNOWN - ") + error.what());
    return kNagiosUnknown;
  }
}

}  // namespace rounds
