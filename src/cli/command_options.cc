#include "cli/command_options.h"

#include <algorithm>
#include <iterator>
#include <type_traits>

#include "cli/choice.h"
#include "cli/define_options.h"
#include "error.h"

namespace rounds {

namespace {

Format format_from_text(const std::string& text) {
  if (text == "json") return Format::json;
  if (text == "ndjson") return Format::ndjson;
  return text == "csv" ? Format::csv : Format::table;
}

Color color_from_text(const std::string& text) {
  if (text == "always") return Color::always;
  return text == "never" ? Color::never : Color::automatic;
}

/// Whether the command has an option of its own in place of a global one.
template <typename Options>
constexpr bool owns_tz = std::is_same_v<Options, NextOptions>;
template <typename Options>
constexpr bool owns_format = std::is_same_v<Options, ReportShowOptions> || std::is_same_v<Options, ReportExportOptions> ||
                             std::is_same_v<Options, ReportDiffOptions>;

void define_paths(OptionParser& p, PathOverrides& paths) {
  p.value("--store", paths.store, "FILE", "the store");
  p.value("--jobs-dir", paths.jobs_dir, "DIR", "the job files");
  p.value("--config", paths.config, "FILE", "config.toml");
}

/// `Options` are those of the command.
template <typename Options>
void define_globals(OptionParser& p, GlobalOptions& g) {
  define_paths(p, g.paths);
  if constexpr (!owns_format<Options>) {
    p.choice(
        "--format", {"table", "json", "ndjson", "csv"},
        [&g](const std::string& given) { g.format = format_from_text(given); }, "how rows are printed");
  }
  p.flag(
      "--json", [&g] { g.format = Format::json; }, "the same as --format json");
  p.value(
      "--columns", [&g](const std::string& given) { g.columns = split_at_commas(given); }, "A,B",
      "which columns, in this order; `help` lists them");
  p.choice(
      "--color", {"auto", "always", "never"}, [&g](const std::string& given) { g.color = color_from_text(given); },
      "colour the output");
  p.flag("--utc", g.utc, "show times in UTC");
  if constexpr (!owns_tz<Options>) p.value("--tz", g.tz, "ZONE", "show times in this zone");
}

/// Where a command keeps what follows `--`, as it is; null: operands like those before it.
std::vector<std::string>* verbatim(AddOptions& o) { return &o.argv; }
std::vector<std::string>* verbatim(RunNowOptions& o) { return &o.extra; }
template <typename Options>
std::vector<std::string>* verbatim(Options&) {
  return nullptr;
}

using Args = std::vector<std::string>;

/// Declares the options of a command; parses as well when there are words to parse.
template <typename Options>
CommandLine read(OptionParser& parser, const Args* words) {
  CommandLine line{{}, Options{}};
  auto& options = std::get<Options>(line.command);
  define(parser, options);
  if (words == nullptr) return line;
  define_globals<Options>(parser, line.global);
  bool help = false;
  bool full_help = false;
  parser.flag("-h", help, "short help");
  parser.flag("--help", full_help, "full help");
  Args mine = *words;
  if (Args* rest = verbatim(options)) {
    const auto mark = std::find(mine.begin(), mine.end(), "--");
    if (mark != mine.end()) rest->assign(mark + 1, mine.end());
    mine.erase(mark, mine.end());
  }
  parser.parse(mine);
  if (help || full_help) line.command = HelpOptions{"", full_help};
  return line;
}

struct ReaderOf {
  std::string_view command;
  CommandLine (*read)(OptionParser&, const Args*);
};
constexpr ReaderOf kReaders[] = {
    {"add", read<AddOptions>},
    {"list", read<ListOptions>},
    {"show", read<ShowOptions>},
    {"pause", read<PauseOptions>},
    {"resume", read<ResumeOptions>},
    {"remove", read<RemoveOptions>},
    {"restore", read<RestoreOptions>},
    {"check", read<CheckOptions>},
    {"run", read<RunOptions>},
    {"run-now", read<RunNowOptions>},
    {"stop", read<StopOptions>},
    {"wait", read<WaitOptions>},
    {"backfill", read<BackfillOptions>},
    {"next", read<NextOptions>},
    {"explain", read<ExplainOptions>},
    {"simulate", read<SimulateOptions>},
    {"history", read<HistoryOptions>},
    {"logs", read<LogsOptions>},
    {"events", read<EventsOptions>},
    {"backup", read<BackupOptions>},
    {"backup restore", read<BackupRestoreOptions>},
    {"selftest", read<SelftestOptions>},
    {"status", read<StatusOptions>},
    {"doctor", read<DoctorOptions>},
    {"inspect", read<InspectOptions>},
    {"target add", read<TargetAddOptions>},
    {"target list", read<TargetListOptions>},
    {"target show", read<TargetShowOptions>},
    {"target test", read<TargetTestOptions>},
    {"target snapshot", read<TargetSnapshotOptions>},
    {"target grants", read<TargetGrantsOptions>},
    {"target remove", read<TargetRemoveOptions>},
    {"report list", read<ReportListOptions>},
    {"report show", read<ReportShowOptions>},
    {"report export", read<ReportExportOptions>},
    {"report diff", read<ReportDiffOptions>},
    {"report prune", read<ReportPruneOptions>},
    {"help", read<HelpOptions>},
    {"version", read<VersionOptions>},
};

CommandLine read_by_name(std::string_view command, OptionParser& parser, const Args* words) {
  const auto reader = std::find_if(std::begin(kReaders), std::end(kReaders),
                                   [&](const ReaderOf& candidate) { return candidate.command == command; });
  if (reader == std::end(kReaders)) throw Error(Fault::internal, "no reader for " + std::string(command));
  return reader->read(parser, words);
}

}  // namespace

CommandLine read_command(const CommandEntry& entry, const std::vector<std::string>& args) {
  OptionParser parser{std::string(entry.name)};
  CommandLine line = read_by_name(entry.name, parser, &args);
  auto* help = std::get_if<HelpOptions>(&line.command);
  if (help != nullptr && entry.name != "help") help->topic = entry.name;
  return line;
}

CommandLine read_globals(const std::vector<std::string>& args) {
  OptionParser parser{""};
  CommandLine line{{}, HelpOptions{}};
  bool version = false;
  auto& help = std::get<HelpOptions>(line.command);
  bool short_help = false;
  define_globals<HelpOptions>(parser, line.global);
  parser.flag("-h", short_help, "short help");
  parser.flag("--help", help.full, "full help");
  parser.flag("-V,--version", version, "print the version");
  parser.parse(args);
  if (version && !short_help && !help.full) line.command = VersionOptions{};
  return line;
}

std::vector<OptionHelp> options_of(const CommandEntry& entry) {
  OptionParser parser{std::string(entry.name)};
  read_by_name(entry.name, parser, nullptr);
  return parser.help();
}

std::vector<OptionHelp> global_options() {
  OptionParser parser{""};
  GlobalOptions global;
  define_globals<HelpOptions>(parser, global);
  return parser.help();
}

}  // namespace rounds
