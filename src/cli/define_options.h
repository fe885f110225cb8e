#pragma once
#include "cli/option_parser.h"
#include "cli/options.h"

namespace rounds {

// Each declares the options and operands of one command; `options` must outlive the parser's work.
void define(OptionParser& parser, AddOptions& options);
void define(OptionParser& parser, ListOptions& options);
void define(OptionParser& parser, ShowOptions& options);
void define(OptionParser& parser, PauseOptions& options);
void define(OptionParser& parser, ResumeOptions& options);
void define(OptionParser& parser, RemoveOptions& options);
void define(OptionParser& parser, RestoreOptions& options);
void define(OptionParser& parser, CheckOptions& options);
void define(OptionParser& parser, RunOptions& options);
void define(OptionParser& parser, RunNowOptions& options);
void define(OptionParser& parser, StopOptions& options);
void define(OptionParser& parser, WaitOptions& options);
void define(OptionParser& parser, BackfillOptions& options);
void define(OptionParser& parser, NextOptions& options);
void define(OptionParser& parser, ExplainOptions& options);
void define(OptionParser& parser, SimulateOptions& options);
void define(OptionParser& parser, HistoryOptions& options);
void define(OptionParser& parser, LogsOptions& options);
void define(OptionParser& parser, EventsOptions& options);
void define(OptionParser& parser, BackupOptions& options);
void define(OptionParser& parser, BackupRestoreOptions& options);
void define(OptionParser& parser, SelftestOptions& options);
void define(OptionParser& parser, StatusOptions& options);
void define(OptionParser& parser, DoctorOptions& options);
void define(OptionParser& parser, InspectOptions& options);
void define(OptionParser& parser, TargetAddOptions& options);
void define(OptionParser& parser, TargetListOptions& options);
void define(OptionParser& parser, TargetShowOptions& options);
void define(OptionParser& parser, TargetTestOptions& options);
void define(OptionParser& parser, TargetSnapshotOptions& options);
void define(OptionParser& parser, TargetGrantsOptions& options);
void define(OptionParser& parser, TargetRemoveOptions& options);
void define(OptionParser& parser, ReportListOptions& options);
void define(OptionParser& parser, ReportShowOptions& options);
void define(OptionParser& parser, ReportExportOptions& options);
void define(OptionParser& parser, ReportDiffOptions& options);
void define(OptionParser& parser, ReportPruneOptions& options);
void define(OptionParser& parser, HelpOptions& options);
void define(OptionParser& parser, VersionOptions& options);

}  // namespace rounds
