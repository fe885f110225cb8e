#include "cli/dispatch.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/terminal.h"
#include "core/json.h"
#include "store/backup.h"
#include "sys/clock.h"

namespace rounds {

namespace {

// The command that each struct of options belongs to.
int perform(const AddOptions& options, const Context& context) { return add(options, context); }
int perform(const ListOptions& options, const Context& context) { return list(options, context); }
int perform(const ShowOptions& options, const Context& context) { return show(options, context); }
int perform(const PauseOptions& options, const Context& context) { return pause(options, context); }
int perform(const ResumeOptions& options, const Context& context) { return resume(options, context); }
int perform(const RemoveOptions& options, const Context& context) { return remove(options, context); }
int perform(const RestoreOptions& options, const Context& context) { return restore(options, context); }
int perform(const CheckOptions& options, const Context& context) { return check(options, context); }
int perform(const RunOptions& options, const Context& context) { return run(options, context); }
int perform(const RunNowOptions& options, const Context& context) { return run_now(options, context); }
int perform(const StopOptions& options, const Context& context) { return stop(options, context); }
int perform(const WaitOptions& options, const Context& context) { return wait(options, context); }
int perform(const BackfillOptions& options, const Context& context) { return backfill(options, context); }
int perform(const NextOptions& options, const Context& context) { return next(options, context); }
int perform(const ExplainOptions& options, const Context& context) { return explain(options, context); }
int perform(const SimulateOptions& options, const Context& context) { return simulate(options, context); }
int perform(const HistoryOptions& options, const Context& context) { return history(options, context); }
int perform(const LogsOptions& options, const Context& context) { return logs(options, context); }
int perform(const EventsOptions& options, const Context& context) { return events(options, context); }
int perform(const BackupOptions& options, const Context& context) { return backup(options, context); }
int perform(const BackupRestoreOptions& options, const Context& context) { return backup_restore(options, context); }
int perform(const StatusOptions& options, const Context& context) { return status(options, context); }
int perform(const DoctorOptions& options, const Context& context) { return doctor(options, context); }
int perform(const SelftestOptions& options, const Context& context) { return selftest(options, context); }
int perform(const InspectOptions& options, const Context& context) { return inspect(options, context); }
int perform(const TargetAddOptions& options, const Context& context) { return target_add(options, context); }
int perform(const TargetListOptions& options, const Context& context) { return target_list(options, context); }
int perform(const TargetShowOptions& options, const Context& context) { return target_show(options, context); }
int perform(const TargetTestOptions& options, const Context& context) { return target_test(options, context); }
int perform(const TargetSnapshotOptions& options, const Context& context) { return target_snapshot(options, context); }
int perform(const TargetGrantsOptions& options, const Context& context) { return target_grants(options, context); }
int perform(const TargetRemoveOptions& options, const Context& context) { return target_remove(options, context); }
int perform(const ReportListOptions& options, const Context& context) { return report_list(options, context); }
int perform(const ReportShowOptions& options, const Context& context) { return report_show(options, context); }
int perform(const ReportExportOptions& options, const Context& context) { return report_export(options, context); }
int perform(const ReportDiffOptions& options, const Context& context) { return report_diff(options, context); }
int perform(const ReportPruneOptions& options, const Context& context) { return report_prune(options, context); }
int perform(const HelpOptions& options, const Context& context) { return help(options, context.global); }
int perform(const VersionOptions&, const Context& context) { return version(context.global); }

/// Help and version need neither settings nor zones, and must work where those are broken.
bool needs_settings(const Command& command) {
  return !std::holds_alternative<HelpOptions>(command) && !std::holds_alternative<VersionOptions>(command);
}

Zone shown_zone(const GlobalOptions& global, const Settings& settings) {
  if (global.utc) return Zone::utc();
  return global.tz ? read_zone("--tz", *global.tz) : settings.zone;
}

bool wants_json(const std::vector<std::string>& args) {
  const auto end = std::find(args.begin(), args.end(), "--");
  for (auto arg = args.begin(); arg != end; ++arg) {
    const bool next_is_json = arg + 1 != end && *(arg + 1) == "json";
    if (*arg == "--json" || *arg == "--format=json" || (*arg == "--format" && next_is_json)) return true;
  }
  return false;
}

std::string error_text(const std::string& message, const std::string& hint) {
  return "error: " + escape_controls(message, true) + "\n" +
         (hint.empty() ? "" : "hint: " + escape_controls(hint, true) + "\n");
}

std::string error_json(const std::string& message, const std::string& hint, int status) {
  JsonWriter json;
  json.begin_object().field("schema", 1).key("error").begin_object();
  json.field("message", message).field("hint", hint).field("exit_code", status);
  return json.end_object().end_object().text() + "\n";
}

}  // namespace

int run_command_line(const std::vector<std::string>& args) {
  const CommandLine line = parse_command_line(args);
  Context context{line.global, {}, read_clock()};
  if (needs_settings(line.command)) {
    context.settings = load_settings(line.global.paths);
    context.shown_zone = shown_zone(line.global, context.settings);
  }
  try {
    const int status = std::visit([&](const auto& options) { return perform(options, context); }, line.command);
    finish_printing();
    return status;
  } catch (const Error& error) {
    // Damage inside the store shows itself wherever it is first read.
    const bool damage = error.fault() == Fault::bad_data && error.hint().empty() &&
                        std::string_view(error.what()).starts_with(context.settings.store.string());
    if (!damage) throw;
    throw Error(Fault::bad_data, error.what(), damage_hint(context.settings.store));
  }
}

int report_error(const std::exception& error, const std::vector<std::string>& args) {
  const auto* known = dynamic_cast<const Error*>(&error);
  const int status = exit_code::of(known != nullptr ? known->fault() : Fault::internal);
  const std::string hint = known != nullptr ? known->hint() : "this is a bug in rounds; please report it";
  const std::string text = wants_json(args) ? error_json(error.what(), hint, status) : error_text(error.what(), hint);
  std::fflush(stdout);
  std::fputs(text.c_str(), stderr);
  return status;
}

}  // namespace rounds
