#include "report/export.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>

#include "core/words.h"
#include "error.h"
#include "report/csv.h"
#include "report/document.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/text.h"
#include "sys/fd.h"

namespace rounds {

namespace {

constexpr Words<5> kFormats{"text", "json", "html", "markdown", "csv"};
static_assert(complete(kFormats, ReportFormat::csv));

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

void write_all(const std::string& file, std::string_view text, int flags) {
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | flags, 0666));
  if (!fd) throw sys_error(file, "open");
  while (!text.empty()) {
    const ssize_t written = ::write(fd.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw sys_error(file, "write");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd.get()) != 0 && errno != EINVAL) throw sys_error(file, "fsync");
}

/// Pipes and devices are written to, not replaced.
bool is_special(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

std::optional<ReportFormat> report_format_from_text(std::string_view text) {
  return value_of<ReportFormat>(kFormats, text);
}

ReportFormat report_format_of_file(std::string_view file) {
  if (ends_with(file, ".html") || ends_with(file, ".htm")) return ReportFormat::html;
  if (ends_with(file, ".md") || ends_with(file, ".markdown")) return ReportFormat::markdown;
  if (ends_with(file, ".csv")) return ReportFormat::csv;
  return ends_with(file, ".json") ? ReportFormat::json : ReportFormat::text;
}

std::string render_report(ReportFormat format, const std::string& document, const ReportView& view) {
  switch (format) {
    case ReportFormat::text: return render_text(parse_document(document), view.language);
    case ReportFormat::json: return document + "\n";
    case ReportFormat::html: return render_html(parse_document(document), view);
    case ReportFormat::markdown: return render_markdown(parse_document(document), view);
    case ReportFormat::csv: return render_csv(parse_document(document), view.language);
  }
  return {};
}

void write_report(const std::string& file, std::string_view text) {
  if (is_special(file)) return write_all(file, text, 0);
  const std::string draft = file + ".new";
  try {
    write_all(draft, text, O_NOFOLLOW);
    if (::rename(draft.c_str(), file.c_str()) != 0) throw sys_error(file, "rename");
  } catch (const Error&) {
    ::unlink(draft.c_str());
    throw;
  }
}

}  // namespace rounds
