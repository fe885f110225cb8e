#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <zlib.h>

#include "inspect/logs/log_facts.h"
#include "seed.h"
#include "time/stamp.h"

namespace rounds::seed {

/// "2026-11-21T03:04:05Z"
inline Due at(const std::string& text) { return parse_utc(text).value(); }

/// Log files in a folder of their own, and the answer to reading them.
class Logs {
 public:
  explicit Logs(const std::string& engine) : request_{.engine = engine, .line_prefix = "%m [%p] %q%u@%d "} {
    request_.timezone = "UTC";
    request_.window = {at("2026-11-20T00:00:00Z"), at("2026-11-21T00:00:00Z")};
  }
  /// Declares the file, too.
  std::string file(const std::string& name, const std::string& text) {
    const std::string path = quiet_file(name, text);
    request_.paths.push_back(path);
    return path;
  }
  std::string quiet_file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  std::string gzip(const std::string& name, const std::string& text) {
    const std::string path = folder_ / name;
    const gzFile out = ::gzopen(path.c_str(), "wb");
    ::gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    ::gzclose(out);
    request_.paths.push_back(path);
    return path;
  }
  /// As if it had been written for the last time then.
  static void date_back(const std::string& path, Due when) {
    const timespec times[2] = {{when.time_since_epoch().count(), 0}, {when.time_since_epoch().count(), 0}};
    ::utimensat(AT_FDCWD, path.c_str(), times, 0);
  }
  LogRequest& request() { return request_; }
  std::string folder() const { return folder_ / ""; }
  LogFacts read(const LogLimits& limits = {}) const { return read_logs(request_, limits); }

  /// "FATAL 28P01 x 3: text" for each group.
  std::vector<std::string> groups(const LogLimits& limits = {}) const { return lines_of(read(limits)); }
  static std::vector<std::string> lines_of(const LogFacts& facts) {
    std::vector<std::string> lines;
    for (const LogGroup& group : facts.groups) {
      lines.push_back(group.severity + (group.code.empty() ? "" : " " + group.code) + " x " +
                      std::to_string(group.count) + ": " + group.text);
    }
    return lines;
  }
  std::string cover() const {
    const LogFacts facts = read();
    return to_text(facts.cover.state) + (facts.cover.reason.empty() ? "" : ": " + facts.cover.reason);
  }

 private:
  Folder folder_;
  LogRequest request_;
};

}  // namespace rounds::seed
