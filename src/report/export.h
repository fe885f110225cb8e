#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "report/history.h"

namespace rounds {

enum class ReportFormat { text, json, html, markdown, csv };

std::optional<ReportFormat> report_format_from_text(std::string_view text);
/// By the file's ending: html or htm, json, md or markdown, csv, else text.
ReportFormat report_format_of_file(std::string_view file);

/// The report of an inspection's JSON document; throws Error `bad_data` when it is none.
std::string render_report(ReportFormat format, const std::string& document, const ReportView& view = {});
/// Writes beside the file and renames: readers see the old text or the new one. Throws Error.
void write_report(const std::string& file, std::string_view text);

}  // namespace rounds
