#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/settings.h"

namespace rounds {

enum class Format { table, json, ndjson, csv };
enum class Color { automatic, always, never };

/// One struct a command, as typed and not yet understood: names and texts. `cli/<command>.cc` reads them.
struct AddOptions {
  std::string name;
  std::string from_file;  ///< -f FILE or "-"
  std::optional<std::string> cron, every, random, in, delay, on;
  std::vector<std::string> at;  ///< several: once each
  std::optional<std::string> jitter, dst_gap, dst_overlap;
  bool now = false;
  std::optional<std::string> command;
  std::vector<std::string> argv;  ///< after --
  /// --KEY VALUE for every other key of a job, in the order given; dashes in KEY became underscores.
  std::vector<std::pair<std::string, std::string>> keys;
  bool replace = false, dry_run = false;
};
struct ListOptions {
  std::vector<std::string> patterns, tags, states;
  bool failed = false;
};
struct ShowOptions {
  std::string name;
};
struct PauseOptions {
  std::vector<std::string> names, tags;
  bool all = false;
  std::optional<std::string> for_length, until;
  std::string reason;
};
struct ResumeOptions {
  std::vector<std::string> names, tags;
  bool all = false;
};
struct RemoveOptions {
  std::vector<std::string> names, tags;
  bool all = false, yes = false, purge = false, dry_run = false;
};
struct RestoreOptions {
  std::string name;
};
struct CheckOptions {
  std::vector<std::string> paths;  ///< none: the jobs directory
  bool dry_run = false;
};
struct RunOptions {
  bool once = false;
  std::optional<std::string> for_length;
  std::optional<int> max_parallel;
  bool log_json = false;
};
struct RunNowOptions {
  std::vector<std::string> names, tags;
  std::optional<std::string> delay, timeout, window;
  std::vector<std::string> params;  ///< NAME=VALUE
  bool detach = false, retry = false;
  std::vector<std::string> extra;  ///< after --
};
struct StopOptions {
  std::vector<std::string> runs_or_names;
};
struct WaitOptions {
  std::vector<std::string> runs;
  std::optional<std::string> timeout;
};
struct BackfillOptions {
  std::string name, from;
  std::optional<std::string> to;
  int parallel = 1;
  bool only_missing = false, dry_run = false, yes = false;
};
struct NextOptions {
  std::vector<std::string> names;
  std::optional<std::string> cron, every, at, from, until, tz;
  std::string name;  ///< of a job that the expression would be in, for H
  int count = 0;     ///< 0: not given
  bool plain = false;
};
struct ExplainOptions {
  std::string name;
  std::optional<std::string> at;
};
struct SimulateOptions {
  std::vector<std::string> names, down;
  std::optional<std::string> from, to;
  std::optional<int> max_parallel;
};
struct HistoryOptions {
  std::vector<std::string> names;
  std::optional<std::string> since, verdict;
  int count = 0;  ///< 0: not given
};
struct LogsOptions {
  std::string job_or_run;
  bool follow = false, last_failed = false;
};
struct EventsOptions {
  bool follow = false;
  std::optional<std::string> since;
  std::string kind;  ///< empty: all
  int count = 0;     ///< 0: not given
};
struct StatusOptions {};
struct BackupOptions {
  std::string file;  ///< empty: beside the store, with the time in its name
};
struct BackupRestoreOptions {
  std::string file;
};
struct SelftestOptions {
  int kills = 100, edits = 400, stubborn = 50;  ///< 0: leaves that trial out
  std::optional<int> seed;                      ///< absent: drawn
  bool keep = false;
};
struct DoctorOptions {
  bool accept_clock = false;
};
struct InspectOptions {
  std::vector<std::string> targets, tags, checks;
  std::optional<std::string> business, host, tier, window, fail_on, output_file, metrics_file, timeout, lang;
  int parallel = 16;
  bool nagios = false, dry_run = false;
};
struct TargetAddOptions {
  std::string name;
  /// engine, path, business, host, labels, … : --KEY VALUE, dashes became underscores.
  std::vector<std::pair<std::string, std::string>> keys;
  bool replace = false;
};
struct TargetListOptions {};
struct TargetShowOptions {
  std::string name;
};
struct TargetTestOptions {
  std::string name;
};
struct TargetSnapshotOptions {
  std::vector<std::string> targets;
};
struct TargetGrantsOptions {
  std::string name;
  bool explain = false;
};
struct TargetRemoveOptions {
  std::string name;
  bool yes = false;
};
struct ReportListOptions {
  int count = 0;
};
struct ReportShowOptions {
  std::string id;      ///< a number, or empty for the newest
  std::string format;  ///< text json html markdown csv; empty: text, or json with --json
  std::string lang;    ///< en zh; empty: en
};
struct ReportExportOptions {
  std::string id;
  std::string format;       ///< text json html markdown csv
  std::string lang;         ///< en zh; empty: en
  std::string output_file;  ///< empty: standard output
};
struct ReportDiffOptions {
  std::vector<std::string> ids;  ///< none: the newest and the one before; one: that and the one before
  std::string format;            ///< text json html markdown
  std::string lang;
};
struct ReportPruneOptions {
  int keep = 0;  ///< 0: not given
  std::optional<std::string> older_than;
  bool yes = false, dry_run = false;
};
struct HelpOptions {
  std::string topic;  ///< a command, a topic, or empty
  bool full = false;
};
struct VersionOptions {};

using Command = std::variant<AddOptions, ListOptions, ShowOptions, PauseOptions, ResumeOptions, RemoveOptions,
                             RestoreOptions, CheckOptions, RunOptions, RunNowOptions, StopOptions, WaitOptions, BackfillOptions, NextOptions, ExplainOptions, SimulateOptions,
                             HistoryOptions, LogsOptions, EventsOptions, StatusOptions, DoctorOptions, BackupOptions, BackupRestoreOptions, SelftestOptions, InspectOptions, TargetAddOptions,
                             TargetListOptions, TargetShowOptions, TargetTestOptions, TargetSnapshotOptions, TargetGrantsOptions, TargetRemoveOptions,
                             ReportListOptions, ReportShowOptions, ReportExportOptions, ReportDiffOptions, ReportPruneOptions, HelpOptions, VersionOptions>;

/// Options that stand before or after the subcommand.
struct GlobalOptions {
  PathOverrides paths;
  Format format = Format::table;
  std::vector<std::string> columns;
  Color color = Color::automatic;
  bool utc = false;
  std::optional<std::string> tz;  ///< zone to show times in (not `next --tz`, which is the zone of the rule)
};

struct CommandLine {
  GlobalOptions global;
  Command command;
};

/// Reads the arguments (without the program's name). Throws Error `usage` with a suggestion; a bare
/// `rounds`, -h and --help become HelpOptions: help wins over any other error on the line.
CommandLine parse_command_line(const std::vector<std::string>& args);

}  // namespace rounds
