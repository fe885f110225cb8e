#include <charconv>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/report_history.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "report/diff.h"
#include "report/export.h"
#include "store/inspections.h"
#include "time/stamp.h"

namespace rounds {

namespace {

constexpr int kDefaultCount = 50;

Inspection newest_inspection(Store& store) {
  const auto newest = all_inspections(store, 1);
  if (newest.empty()) throw Error(Fault::not_found, "there are no reports yet", "rounds inspect TARGET");
  return newest.front();
}

/// With its document; an empty id means the newest.
Inspection require_inspection(Store& store, const std::string& id) {
  std::int64_t number = 0;
  if (id.empty()) {
    number = newest_inspection(store).id;
  } else {
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc() || end != id.data() + id.size()) {
      throw Error(Fault::usage, "a report has a number, got \"" + id + "\"", "rounds report list");
    }
  }
  if (auto inspection = find_inspection(store, number)) return *inspection;
  throw Error(Fault::not_found, "no report " + std::to_string(number), "rounds report list");
}

/// `--format`, else `--json`, else what the file's ending says, else text.
ReportFormat format_of(const std::string& format, const GlobalOptions& global, const std::string& file) {
  if (const auto given = report_format_from_text(format)) return *given;
  require_choice("format", format.empty() ? "text" : format, {"text", "json", "html", "markdown", "csv"});
  return global.format == Format::table ? report_format_of_file(file) : ReportFormat::json;
}

std::string render(Store& store, ReportFormat format, const std::string& id, const std::string& lang) {
  const std::string document = require_inspection(store, id).document;
  const bool with_trends = format == ReportFormat::html || format == ReportFormat::markdown;
  return render_report(format, document,
                       {read_language(lang), with_trends ? read_history(store, parse_document(document)) : History()});
}

/// Texts of inspected databases must not act on the terminal.
void print_report(ReportFormat format, const std::string& report) {
  print(format == ReportFormat::text ? escape_controls(report, true) : report);
}

std::vector<Cell> row_of(const Inspection& inspection, const Zone& zone) {
  const auto count = [](std::int64_t n, Tone tone) { return Cell{n, {}, n > 0 ? tone : Tone::plain}; };
  const Due at = std::chrono::floor<std::chrono::seconds>(inspection.at);
  return {Cell{inspection.id},
          Cell{value_of(inspection.at), local_text(at, zone)},
          Cell{inspection.tier},
          Cell{inspection.targets},
          count(inspection.critical, Tone::bad),
          count(inspection.warning, Tone::warning),
          count(inspection.info, Tone::plain),
          Cell{value_of(inspection.run)}};
}

}  // namespace

int report_list(const ReportListOptions& options, const Context& context) {
  Store store = Store::open_read_only(context.settings.store);
  Listing table{.name = "reports",
                .columns = {{"inspection", "REPORT", true},
                            {"at", "AT"},
                            {"tier", "TIER"},
                            {"targets", "TARGETS"},
                            {"critical", "CRITICAL", true},
                            {"warning", "WARNING", true},
                            {"info", "INFO", true},
                            {"run", "RUN", true}},
                .rows = {}};
  for (const Inspection& inspection : all_inspections(store, options.count > 0 ? options.count : kDefaultCount)) {
    table.rows.push_back(row_of(inspection, context.shown_zone));
  }
  print_table(table, context.global);
  return exit_code::ok;
}

int report_show(const ReportShowOptions& options, const Context& context) {
  const ReportFormat format = format_of(options.format, context.global, {});
  Store store = Store::open_read_only(context.settings.store);
  print_report(format, render(store, format, options.id, options.lang));
  return exit_code::ok;
}

int report_export(const ReportExportOptions& options, const Context& context) {
  const ReportFormat format = format_of(options.format, context.global, options.output_file);
  Store store = Store::open_read_only(context.settings.store);
  const std::string report = render(store, format, options.id, options.lang);
  if (options.output_file.empty() || options.output_file == "-") {
    print_report(format, report);
  } else {
    write_report(options.output_file, report);
    if (for_people(context.global)) print_line("wrote " + options.output_file);
  }
  return exit_code::ok;
}

int report_diff(const ReportDiffOptions& options, const Context& context) {
  if (options.ids.size() > 2)
    throw Error(Fault::usage, "two reports are compared, got " + std::to_string(options.ids.size()),
                "rounds report diff 7 12");
  const ReportFormat format = format_of(options.format, context.global, {});
  Store store = Store::open_read_only(context.settings.store);
  const Inspection after = require_inspection(store, options.ids.empty() ? "" : options.ids.back());
  const std::optional<Inspection> before =
      options.ids.size() == 2 ? require_inspection(store, options.ids.front()) : find_inspection_before(store, after);
  if (!before) {
    throw Error(Fault::not_found, "no report of the same targets before report " + std::to_string(after.id),
                "rounds report list");
  }
  const std::string text = render_diff(format, parse_document(before->document), parse_document(after.document),
                                       read_language(options.lang));
  print_report(format, text);
  return exit_code::ok;
}

}  // namespace rounds
