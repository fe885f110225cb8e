#pragma once
#include <iosfwd>

#include "cli/options.h"
#include "config/settings.h"
#include "time/now.h"

namespace rounds {

/// What every command works with. Settings are loaded; the store is opened by those who need it.
struct Context {
  GlobalOptions global;
  Settings settings;
  Now now;
  Zone shown_zone = Zone::utc();  ///< --tz, --utc, else the settings' zone
};

// One command, one function, one file of that name; each returns the exit status and throws Error.
int add(const AddOptions& options, const Context& context);
int list(const ListOptions& options, const Context& context);
int show(const ShowOptions& options, const Context& context);
int pause(const PauseOptions& options, const Context& context);
int resume(const ResumeOptions& options, const Context& context);
int remove(const RemoveOptions& options, const Context& context);
int restore(const RestoreOptions& options, const Context& context);
int check(const CheckOptions& options, const Context& context);
int run(const RunOptions& options, const Context& context);
int run_now(const RunNowOptions& options, const Context& context);
int stop(const StopOptions& options, const Context& context);
int wait(const WaitOptions& options, const Context& context);
int backfill(const BackfillOptions& options, const Context& context);
int next(const NextOptions& options, const Context& context);
int explain(const ExplainOptions& options, const Context& context);
int simulate(const SimulateOptions& options, const Context& context);
int history(const HistoryOptions& options, const Context& context);
int logs(const LogsOptions& options, const Context& context);
int events(const EventsOptions& options, const Context& context);
int status(const StatusOptions& options, const Context& context);
int doctor(const DoctorOptions& options, const Context& context);
int backup(const BackupOptions& options, const Context& context);
int backup_restore(const BackupRestoreOptions& options, const Context& context);
int selftest(const SelftestOptions& options, const Context& context);
int inspect(const InspectOptions& options, const Context& context);
int target_add(const TargetAddOptions& options, const Context& context);
int target_list(const TargetListOptions& options, const Context& context);
int target_show(const TargetShowOptions& options, const Context& context);
int target_test(const TargetTestOptions& options, const Context& context);
int target_snapshot(const TargetSnapshotOptions& options, const Context& context);
int target_grants(const TargetGrantsOptions& options, const Context& context);
int target_remove(const TargetRemoveOptions& options, const Context& context);
int report_list(const ReportListOptions& options, const Context& context);
int report_show(const ReportShowOptions& options, const Context& context);
int report_export(const ReportExportOptions& options, const Context& context);
int report_diff(const ReportDiffOptions& options, const Context& context);
int report_prune(const ReportPruneOptions& options, const Context& context);
int help(const HelpOptions& options, const GlobalOptions& global);
int version(const GlobalOptions& global);

}  // namespace rounds
