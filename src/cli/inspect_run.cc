#include "cli/inspect_run.h"

#include <fmt/format.h>
#include <fnmatch.h>
#include <poll.h>

#include <algorithm>
#include <sstream>

#include "cli/choice.h"
#include "cli/exit_code.h"
#include "cli/inspect_past.h"
#include "cli/inspect_plan.h"
#include "cli/inspect_workers.h"
#include "cli/job_edits.h"
#include "cli/report_history.h"
#include "cli/table.h"
#include "cli/target_instance.h"
#include "cli/targets.h"
#include "cli/terminal.h"
#include "inspect/document.h"
#include "report/document.h"
#include "report/export.h"
#include "report/metrics.h"
#include "report/nagios.h"
#include "store/snapshots.h"
#include "time/stamp.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;

/// More samples of a window than this tell no more.
constexpr int kMostSnapshots = 100;
constexpr std::chrono::days kSnapshotsKept{400};

/// What is inspected and what was known before. The store is closed again when it was read: a target may be
/// that very file, and looking at it drops this process's locks on it.
struct Before {
  std::vector<Target> targets;
  std::map<std::string, Past> pasts;
  std::map<std::string, std::vector<Snapshot>> snapshots;
};

std::vector<Snapshot> read_snapshots(Store& store, const std::string& target, const Window& window) {
  const std::chrono::seconds tolerance(tolerance_of(window));
  std::vector<Snapshot> snapshots;
  for (StoredSnapshot& stored : snapshots_from(store, target, window.from - tolerance, kMostSnapshots)) {
    const auto at = std::chrono::floor<std::chrono::seconds>(stored.at).time_since_epoch().count();
    snapshots.push_back({at, stored.inspection.has_value(), std::move(stored.document)});
  }
  return snapshots;
}

Before read_before(const InspectOptions& options, const InspectionPlan& plan, const Context& context) {
  Before before{.targets = select_targets(known_targets(context.settings), options), .pasts = {}, .snapshots = {}};
  std::error_code unknown;
  if (!std::filesystem::exists(context.settings.store, unknown)) return before;
  Store store = Store::open_read_only(context.settings.store);
  std::vector<std::string> names;
  for (const Target& target : before.targets) names.push_back(target.name);
  before.pasts = read_past(store, names);
  for (const std::string& name : names) before.snapshots[name] = read_snapshots(store, name, plan.window);
  return before;
}

/// What one target's inspection brought, as a worker says it.
struct Brought {
  std::string target;               ///< an object of the document
  std::string snapshot;             ///< empty: nothing was measured
  std::int64_t covered_from_s = 0;  ///< 0: nothing was measured before
};

std::string pack(const Brought& brought) {
  return fmt::format("{} {}\n", brought.target.size(), brought.covered_from_s) + brought.target + brought.snapshot;
}

Brought unpack(const std::string& said) {
  const std::size_t line = said.find('\n');
  std::istringstream head(said.substr(0, line));
  std::size_t length = 0;
  Brought brought;
  head >> length >> brought.covered_from_s;
  brought.target = said.substr(line + 1, length);
  brought.snapshot = said.substr(line + 1 + length);
  return brought;
}

/// Accepted findings are told as such, and count for nothing.
void accept_findings(Examination& examination, const std::vector<Suppression>& suppressions, Due now) {
  for (Entry& entry : examination.entries) {
    if (entry.outcome != Outcome::finding) continue;
    for (const Suppression& suppression : suppressions) {
      const bool holds = !suppression.until || *suppression.until > now;
      const bool fits =
          fnmatch(suppression.check.c_str(), entry.check->id.c_str(), 0) == 0 &&
          (suppression.subject.empty() || fnmatch(suppression.subject.c_str(), entry.subject.c_str(), 0) == 0);
      if (!holds || !fits) continue;
      const std::string until = suppression.until ? utc_text(*suppression.until) : std::string();
      entry.accepted = {*entry.severity, suppression.reason, suppression.owner, until};
      entry.reason = "accepted" + (suppression.owner.empty() ? "" : " by " + suppression.owner) +
                     (until.empty() ? "" : " until " + until) +
                     (suppression.reason.empty() ? "" : ": " + suppression.reason);
      entry.outcome = Outcome::skipped;
      entry.severity.reset();
      break;
    }
  }
}

/// The checks as this target wants them.
std::vector<Check> checks_for(const Target& target, const InspectionPlan& plan) {
  std::vector<Check> all = plan.rules.checks;  // a threshold of a check that is not asked now is no mistake
  apply_thresholds(all, target.thresholds, "target " + target.name);
  std::vector<Check> checks;
  for (Check& check : all) {
    const bool asked =
        std::any_of(plan.checks.begin(), plan.checks.end(), [&](const Check* other) { return other->id == check.id; });
    if (asked && check.engine == target.engine) checks.push_back(std::move(check));
  }
  return checks;
}

Brought inspect_one(const Target& target, const Instance& instance, const std::vector<Check>& checks,
                    const Before& before, const InspectionPlan& plan, Instant at) {
  Inquiry inquiry{.instance = instance, .readings = plan.readings, .window = plan.window};
  for (const Check& check : checks) inquiry.checks.push_back(&check);
  if (const auto past = before.pasts.find(target.name); past != before.pasts.end()) inquiry.past = past->second;
  if (const auto known = before.snapshots.find(target.name); known != before.snapshots.end())
    inquiry.snapshots = known->second;
  inquiry.now_s = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  Examination examination = examine(inquiry);
  compare_with_past(examination, inquiry.past, utc_text(at));
  accept_findings(examination, target.suppress, std::chrono::floor<std::chrono::seconds>(at));
  return {write_target(examination), examination.readings.empty() ? "" : write_snapshot(examination.readings),
          examination.covered ? examination.covered->from_s : 0};
}

/// A target of which nothing could be learnt: that is worth telling, and the others have their reports.
std::string write_lost(const Instance& instance, const std::vector<Check>& checks, const std::string& reason) {
  Examination examination{.instance = instance};
  for (const Check& check : checks) {
    Entry entry{.check = &check, .outcome = Outcome::error};
    entry.reason = reason;
    if (check.id.ends_with(".run.connect")) {
      entry.outcome = Outcome::finding;
      entry.severity = Severity::critical;
      entry.subject = place_of(instance);
      entry.evidence = {std::exchange(entry.reason, {})};
    }
    examination.entries.push_back(std::move(entry));
  }
  return write_target(examination);
}

struct Inspected {
  InspectionResult result;
  std::vector<StoredSnapshot> snapshots;
};

Inspected inspect_all(const InspectOptions& options, const Before& before, const InspectionPlan& plan,
                      const Context& context) {
  const milliseconds time =
      options.timeout ? std::chrono::duration_cast<milliseconds>(read_length("--timeout", *options.timeout).flat())
                      : std::chrono::minutes(10);
  const Instant at = context.now.wall;
  std::vector<Instance> instances;
  std::vector<std::vector<Check>> checks;
  std::vector<Work> works;
  std::vector<std::string> lost(before.targets.size(),
                                "the inspection of this target ended before its time, or took longer than the " +
                                    std::to_string(time.count() / 1000) + " s that all have");
  std::vector<std::size_t> work_of;
  for (const Target& target : before.targets) {
    instances.push_back(unlocked_instance_of(target));
    checks.push_back(checks_for(target, plan));
  }
  for (std::size_t i = 0; i < instances.size(); ++i) {
    try {
      instances[i] = instance_of(before.targets[i]);
    } catch (const Error& error) {  // its password cannot be had
      lost[i] = error.what();
      continue;
    }
    work_of.push_back(i);
    works.push_back({before.targets[i].host, [&, i] {
                       return pack(inspect_one(before.targets[i], instances[i], checks[i], before, plan, at));
                     }});
  }
  Inspected inspected{{.at = at, .tier = plan.tier, .window = plan.window, .run = plan.run}, {}};
  const auto said = do_in_processes(works, options.parallel, time);
  std::vector<std::optional<std::string>> said_of(instances.size());
  for (std::size_t i = 0; i < works.size(); ++i) said_of[work_of[i]] = said[i];
  for (std::size_t i = 0; i < instances.size(); ++i) {
    const Target& target = before.targets[i];
    Brought brought = said_of[i] ? unpack(*said_of[i]) : Brought{write_lost(instances[i], checks[i], lost[i]), {}};
    if (brought.covered_from_s > 0) {
      const Due from{std::chrono::seconds(brought.covered_from_s)};
      inspected.result.covered_from = std::max(inspected.result.covered_from.value_or(from), from);
    }
    inspected.result.targets.push_back(std::move(brought.target));
    if (!brought.snapshot.empty()) inspected.snapshots.push_back({target.name, at, {}, std::move(brought.snapshot)});
  }
  return inspected;
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
std::string store_result(Inspected& inspected, const Context& context) {
  InspectionResult& result = inspected.result;
  Store store = Store::open(context.settings.store);
  std::string document;
  store.write([&] {
    result.id = next_inspection_id(store);
    const Inspection record = record_of(result);
    save_inspection(store, record);
    for (StoredSnapshot& snapshot : inspected.snapshots) {
      snapshot.inspection = result.id;
      save_snapshot(store, snapshot);
    }
    drop_snapshots(store, context.now.wall - kSnapshotsKept);
    document = record.document;
  });
  keep_log_small(store);
  return document;
}

ReportView view_of(const InspectOptions& options, const Context& context, const std::string& document) {
  Store store = Store::open_read_only(context.settings.store);
  return {read_language(options.lang.value_or("")), read_history(store, parse_document(document))};
}

void print_result(const InspectOptions& options, const Context& context, const std::string& document) {
  const bool json = context.global.format != Format::table;
  if (options.output_file) {
    const ReportFormat format = json ? ReportFormat::json : report_format_of_file(*options.output_file);
    write_report(*options.output_file, render_report(format, document, view_of(options, context, document)));
  }
  if (options.nagios) {
    print(nagios_line(parse_document(document)));
  } else if (options.output_file) {
    if (!json) print_line("wrote " + *options.output_file);
  } else {
    print(json
              ? document + "\n"
              : escape_controls(
                    render_report(ReportFormat::text, document, {read_language(options.lang.value_or("")), {}}), true));
  }
}

/// What a severity is worth among others, by the words of the document.
bool reaches(const Document& document, Severity fail_on) {
  for (const Severity severity : {Severity::info, Severity::warning, Severity::critical}) {
    if (severity >= fail_on && count_findings(document, to_text(severity)) > 0) return true;
  }
  return false;
}

int status_of(const Document& document, Severity fail_on) {
  const bool reached = std::any_of(document.targets.begin(), document.targets.end(),
                                   [](const DocumentTarget& target) { return target.reached; });
  if (!reached) return exit_code::unreachable;
  return reaches(document, fail_on) ? exit_code::failed : exit_code::ok;
}

void print_question(const std::string& name, const Question& question, Cost cost, const Parameters& thresholds) {
  std::string on = question.probes.empty() ? "the instance" : "facts of";
  for (const std::string& probe : question.probes) on += " " + probe;
  if (question.scope == Scope::database) on = "each database";
  print_line(fmt::format("\n-- {}, on {}, at most {} s", name, on, limits_of(cost).time.count() / 1000));
  for (const auto& [threshold, value] : thresholds) print_line(fmt::format("-- :{} = {}", threshold, shown(value)));
  print(question.sql);
}

/// The statements in the order in which they would run, for whoever has to approve them.
void print_plan(const Before& before, const InspectionPlan& plan) {
  for (const Target& target : before.targets) {
    const std::vector<Check> checks = checks_for(target, plan);
    print_line(escape_controls(
        fmt::format("-- target {}: {} {}", target.name, target.engine, place_of(unlocked_instance_of(target)))));
    for (const Reading* reading : plan.readings) {
      if (reading->engine == target.engine)
        print_question("reading " + reading->name, reading->question, reading->cost, {});
    }
    for (const Check& check : checks) print_question(check.id, check.question, check.cost, check.thresholds);
  }
}

/// Globs that fit checks of other engines alone would bring an empty report.
void require_checks(const Before& before, const InspectionPlan& plan) {
  const bool any = std::any_of(before.targets.begin(), before.targets.end(),
                               [&](const Target& target) { return !checks_for(target, plan).empty(); });
  if (!any)
    throw Error(Fault::usage, "no check of the tier " + to_text(plan.tier) + " fits --check and these targets",
                "rounds inspect --dry-run");
}

constexpr std::chrono::minutes kSnapshotTime{5};

bool has_readings(const std::string& engine) {
  const auto& readings = builtin_rules().readings;
  return std::any_of(readings.begin(), readings.end(),
                     [&](const Reading& reading) { return reading.engine == engine; });
}

/// Every reading of a daily inspection, as a snapshot says it, or why there is none. Those of higher tiers, a row for
/// each table or statement, are for inspections: every quarter of an hour they would fill the store.
std::string measure(const Target& target, Instant at) {
  if (!has_readings(target.engine)) return "has nothing to measure";
  Inquiry inquiry;
  try {
    inquiry.instance = instance_of(target);
  } catch (const Error& error) {
    return error.what();
  }
  for (const Reading& reading : builtin_rules().readings) {
    if (reading.tier == Tier::daily) inquiry.readings.push_back(&reading);
  }
  inquiry.now_s = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  const Examination examination = examine(inquiry);
  return examination.readings.empty() ? "could not be measured" : write_snapshot(examination.readings);
}

int inspect_and_report(const InspectOptions& options, const Context& context) {
  InspectionPlan plan;
  plan_inspection(options, context, plan);
  const Before before = read_before(options, plan, context);
  require_checks(before, plan);
  if (options.dry_run) {
    print_plan(before, plan);
    return exit_code::ok;
  }
  Inspected inspected = inspect_all(options, before, plan, context);
  const std::string text = store_result(inspected, context);
  print_result(options, context, text);
  const Document document = parse_document(text);
  if (options.metrics_file) write_report(*options.metrics_file, openmetrics(document, context.now.wall));
  return options.nagios ? nagios_status(document) : status_of(document, plan.fail_on);
}

}  // namespace

int run_target_snapshot(const TargetSnapshotOptions& options, const Context& context) {
  const std::vector<KnownTarget> known = known_targets(context.settings);
  if (known.empty() && options.targets.empty()) return exit_code::ok;  // the job goes on after its last target has gone
  InspectOptions selection;
  selection.targets = options.targets;
  const std::vector<Target> targets = select_targets(known, selection);
  std::vector<Work> works;
  for (const Target& target : targets)
    works.push_back({target.host, [&] { return measure(target, context.now.wall); }});
  const auto said = do_in_processes(works, selection.parallel, kSnapshotTime);
  Store store = Store::open(context.settings.store);
  store.write([&] {
    for (std::size_t i = 0; i < works.size(); ++i) {
      if (said[i] && said[i]->starts_with('{')) save_snapshot(store, {targets[i].name, context.now.wall, {}, *said[i]});
    }
    drop_snapshots(store, context.now.wall - kSnapshotsKept);
  });
  keep_log_small(store);
  int failed = 0;
  for (std::size_t i = 0; i < works.size(); ++i) {
    const bool measured = said[i] && said[i]->starts_with('{');
    if (!measured && has_readings(targets[i].engine)) ++failed;
    const std::string why = said[i] ? *said[i] : "took too long";
    if (for_people(context.global))
      print_line(escape_controls(targets[i].name + (measured ? ": measured" : ": " + why)));
  }
  return failed > 0 ? exit_code::unreachable : exit_code::ok;
}

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
