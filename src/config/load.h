#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "core/job.h"
#include "time/now.h"
#include "time/zone.h"

namespace rounds {

struct LoadedJob {
  Job job;
  int line = 0;    ///< of its `[job.NAME]` header
  int column = 0;  ///< of the name in it
  std::string line_text{};
  std::size_t length = 1;
};

/// A job file after parsing: its jobs, or all its problems at once. Warnings do not keep it from loading.
struct LoadedFile {
  std::string path;  ///< as shown to people
  std::vector<LoadedJob> jobs;
  std::vector<Diagnostic> problems;

  bool ok() const;  ///< no problem is an error
};

/// A problem with a job as a whole, at its name.
Diagnostic about(const LoadedJob& job, const std::string& shown_path, std::string message, std::string hint);

/// What a file looked like when it was read; equal identity means that it need not be read again.
struct FileIdentity {
  std::int64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

struct FileText {
  std::string text;
  FileIdentity identity;
  std::uint64_t hash = 0;
};

/// How many slots each named pool has.
using Pools = std::map<std::string, int>;

/// What parsing depends on beside the text.
struct LoadContext {
  Now now;
  Zone fallback_zone = Zone::utc();  ///< of jobs that name no zone
  std::string base_dir;              ///< relative `working_dir` starts here; absolute
  Pools pools{};                     ///< those that jobs may name
  bool lint = false;                 ///< warn of what is allowed and probably not meant
};

/// One open with O_NOFOLLOW, fstat, a bounded read (1 MiB). As root refuses a file that others may write or own, and
/// one in such a folder. Throws Error with the path.
FileText read_job_file(const std::string& path);
/// Parses that text; never throws for what the text says.
LoadedFile parse_jobs(std::string_view text, const std::string& shown_path, const LoadContext& context);
/// True when a file of days that one of the job's exceptions names says something else by now, or cannot be read.
bool days_changed(const Job& job);
/// The text as a TOML basic string, quotes included: for composing what `parse_jobs` reads.
std::string toml_quote(std::string_view text);
/// `*.toml` directly in the folder, no dot files, sorted; throws Error when it cannot be read.
std::vector<std::string> list_job_files(const std::string& dir);

}  // namespace rounds
