#include "inspect/logs/log_facts.h"

#include <algorithm>
#include <array>

#include "error.h"
#include "inspect/logs/app.h"
#include "inspect/logs/lines.h"
#include "inspect/logs/mariadb.h"
#include "inspect/logs/postgres.h"
#include "inspect/logs/prefix.h"
#include "time/stamp.h"

namespace rounds {

namespace {

constexpr std::string_view kNoLine = "no line ";
constexpr std::size_t kHead = 64 << 10;
constexpr std::array<std::string_view, 3> kBySureness{"jsonlog", "csvlog", ""};  // "": all others

/// A file, how it is read, and what came of it.
struct Source {
  LogFile file{};
  LogScan::MakeFormat make_format{};
  LogSource row{};
  bool stranger = false;  ///< a file of something else: not understood, and no trouble of its own
};

std::string head_of(const LogFile& file) {
  const auto bytes = file.packing == LogFile::Packing::gzip ? open_gzip(file.path) : open_plain(file.path, file.begin);
  std::string head(kHead, '\0');
  head.resize(bytes->read(head.data(), head.size()));
  head.erase(0, std::min(head.find_first_not_of('\0'), head.size()));
  return head;
}

LogScan::MakeFormat format_of(const LogRequest& request, const LogFile& file) {
  if (request.engine == "mariadb") return mariadb_error_log;
  if (request.engine == "sqlite") return [latest = request.window.to] { return application_log(latest); };
  return [name = unpacked_name(file.path), head = head_of(file), prefix = request.line_prefix] {
    return postgres_format(name, head, prefix);
  };
}

void refuse(LogSource& row, LogSource::State state, const std::string& reason) {
  row.state = state;
  row.reason = reason;
}

std::string why_no_time(const LogRequest& request, const Source& source) {
  if (request.engine == "sqlite") return std::string(kNoLine) + "has a time near its front";
  if (request.engine == "mariadb") return std::string(kNoLine) + "is one of an error log";
  if (source.row.format != "stderr") return std::string(kNoLine) + "is one of a " + source.row.format;
  if (!LogPrefix(request.line_prefix).has_time()) {
    return "log_line_prefix \"" + request.line_prefix + "\" has no %m, %t or %n, so lines have no time";
  }
  return std::string(kNoLine) + "begins with the log_line_prefix \"" + request.line_prefix + "\"";
}

/// Looks at one file without counting: what it is, from when to when.
Source look_at(const LogRequest& request, const LogFile& file, const Zone& zone) {
  Source source{.file = file, .row = {.path = file.path}};
  if (!file.obstacle.empty()) {
    const bool missing = file.obstacle == "no file has this name";
    refuse(source.row, missing ? LogSource::State::missing : LogSource::State::unreadable, file.obstacle);
    return source;
  }
  if (file.bytes == file.begin) {
    refuse(source.row, LogSource::State::empty, "it is empty");
    return source;
  }
  try {
    source.make_format = format_of(request, file);
    source.row.format = source.make_format().name;
    LogScan(file, source.make_format, zone).look(source.row);
    if (!source.row.oldest) refuse(source.row, LogSource::State::unreadable, why_no_time(request, source));
    source.stranger = source.row.reason.starts_with(kNoLine);
  } catch (const Error& error) {
    refuse(source.row, LogSource::State::unreadable, error.what());
  }
  return source;
}

bool is_usable(const LogSource& row) { return row.state != LogSource::State::unreadable && row.oldest.has_value(); }

void read_window(Source& source, const LogRequest& request, const Zone& zone, const LogWindow& window,
                 LogBudget& budget, LogGroups& groups) {
  if (!is_usable(source.row) || window.from >= window.to || *source.row.oldest >= window.to) return;
  if (source.row.newest && source.file.packing == LogFile::Packing::none && *source.row.newest < window.from) return;
  if (source.file.packing == LogFile::Packing::gzip && source.file.written < window.from) return;
  if (budget.bytes == 0 || std::chrono::steady_clock::now() > budget.deadline) {
    refuse(source.row, LogSource::State::capped, "other files took all that may be read");
    return;
  }
  try {
    LogScan(source.file, source.make_format, zone).read(window, request.own_application, budget, groups, source.row);
  } catch (const Error& error) {
    refuse(source.row, LogSource::State::unreadable, error.what());
  }
}

/// What of the windows lies outside [from, to].
std::vector<LogWindow> without(const std::vector<LogWindow>& windows, Due from, Due to) {
  std::vector<LogWindow> left;
  for (const LogWindow& window : windows) {
    left.push_back({window.from, std::min(window.to, from)});
    left.push_back({std::max(window.from, to + std::chrono::seconds{1}), window.to});
  }
  std::erase_if(left, [](const LogWindow& window) { return window.from >= window.to; });
  return left;
}

/// Counts all files: of those that tell the same, the moments that a surer format has do not count again.
void read_all(std::vector<Source>& sources, const LogRequest& request, const Zone& zone, LogBudget budget,
              LogGroups& groups) {
  std::vector<LogWindow> windows{request.window};
  for (const std::string_view format : kBySureness) {
    const auto has_format = [&](const Source& source) {
      const bool other = source.row.format != "jsonlog" && source.row.format != "csvlog";
      return format.empty() ? other : source.row.format == format;
    };
    std::optional<Due> oldest, newest;
    for (Source& source : sources) {
      if (!has_format(source)) continue;
      for (const LogWindow& window : windows) read_window(source, request, zone, window, budget, groups);
      if (!is_usable(source.row)) continue;
      oldest = oldest ? std::min(*oldest, *source.row.oldest) : source.row.oldest;
      newest = newest ? std::max(*newest, *source.row.newest) : source.row.newest;
    }
    if (oldest) windows = without(windows, *oldest, *newest);
  }
}

void finish(LogSource& row, const LogWindow& window) {
  if (!is_usable(row)) return;
  row.reaches = *row.oldest <= window.from;
  if (row.state == LogSource::State::read && *row.newest < window.from) row.state = LogSource::State::outside;
}

/// The file keeps something of the window from us that no other one shows.
bool hides(const Source& source, const std::vector<Source>& sources, const LogWindow& window) {
  const LogSource& row = source.row;
  if (row.state == LogSource::State::capped) return true;
  if (row.state != LogSource::State::unreadable || source.stranger || source.file.written < window.from) return false;
  return row.format.empty() || std::none_of(sources.begin(), sources.end(), [&](const Source& other) {
           return is_usable(other.row) && other.row.reaches && other.row.format != row.format;
         });
}

LogCover cover_of(const std::vector<Source>& sources, const LogRequest& request) {
  LogCover cover;
  const Source* oldest = nullptr;
  for (const Source& source : sources) {
    if (!is_usable(source.row)) continue;
    // A server that writes CSV or JSON begins a text file in the same second, to say so.
    const bool same = oldest != nullptr && *source.row.oldest == *oldest->row.oldest;
    if (oldest == nullptr || *source.row.oldest < *oldest->row.oldest || (same && source.row.begins_with_start)) oldest = &source;
  }
  if (oldest == nullptr) {
    cover.state = request.declared && !request.paths.empty() ? LogCover::State::unreadable : LogCover::State::none;
    cover.reason = request.paths.empty() ? "no log is declared and none was found" : "no log can be read";
    const bool elsewhere = request.destination.find("syslog") != std::string::npos;
    if (elsewhere) cover.reason += "; log_destination is " + request.destination;
    if (!sources.empty()) cover.reason += ": " + sources.front().row.path + ": " + sources.front().row.reason;
    return cover;
  }
  cover.from = oldest->row.oldest;
  const auto hidden = std::find_if(sources.begin(), sources.end(),
                                   [&](const Source& source) { return hides(source, sources, request.window); });
  if (hidden != sources.end()) {
    cover.state = LogCover::State::partial;
    cover.reason = hidden->row.path + ": " + hidden->row.reason;
  } else if (*cover.from <= request.window.from) {
    cover.state = LogCover::State::whole;
  } else {
    const bool begun = oldest->row.begins_with_start;
    cover.state = begun ? LogCover::State::begun : LogCover::State::partial;
    cover.reason = "the oldest entry is of " + utc_text(*cover.from) + (begun ? ", when the server started" : "") +
                   "; the window begins " + utc_text(request.window.from);
  }
  return cover;
}

SqlValue seconds(const std::optional<Due>& due) {
  return due ? SqlValue(std::int64_t{due->time_since_epoch().count()}) : SqlValue();
}

void fill_groups(SqlSession& facts, const std::vector<LogGroup>& groups) {
  facts.fill(
      "CREATE TABLE log_group(severity, code, user, host, database, text, count, first_s, last_s, peak_hour, sample)",
      {});
  for (const LogGroup& group : groups) {
    facts.fill(
        "INSERT INTO log_group VALUES(:severity, :code, :user, :host, :database, :text, :count, :first_s, :last_s,"
        " :peak_hour, :sample)",
        {{"severity", group.severity},
         {"code", group.code},
         {"user", group.user},
         {"host", group.host},
         {"database", group.database},
         {"text", group.text},
         {"count", group.count},
         {"first_s", seconds(group.first)},
         {"last_s", seconds(group.last)},
         {"peak_hour", group.peak_hour},
         {"sample", group.sample}});
  }
}

void fill_sources(SqlSession& facts, const std::vector<LogSource>& sources) {
  facts.fill("CREATE TABLE log_source(path, format, state, reason, oldest_s, newest_s, lines, reaches)", {});
  for (const LogSource& source : sources) {
    facts.fill("INSERT INTO log_source VALUES(:path, :format, :state, :reason, :oldest_s, :newest_s, :lines, :reaches)",
               {{"path", source.path},
                {"format", source.format},
                {"state", to_text(source.state)},
                {"reason", source.reason},
                {"oldest_s", seconds(source.oldest)},
                {"newest_s", seconds(source.newest)},
                {"lines", source.lines},
                {"reaches", std::int64_t{source.reaches ? 1 : 0}}});
  }
}

}  // namespace

std::string to_text(LogCover::State state) {
  switch (state) {
    case LogCover::State::whole: return "whole";
    case LogCover::State::begun: return "begun";
    case LogCover::State::partial: return "partial";
    case LogCover::State::unreadable: return "unreadable";
    case LogCover::State::none: return "none";
  }
  return {};
}

LogFacts read_logs(const LogRequest& request, const LogLimits& limits) {
  LogFacts facts;
  std::string obstacle;
  const auto zone = zone_of_log(request.timezone, request.window.to, obstacle);
  const LogBudget budget{limits.bytes, std::chrono::steady_clock::now() + limits.time};
  std::vector<Source> sources;
  for (LogFile& file : find_logs(request.paths)) {
    if (!zone && file.obstacle.empty()) file.obstacle = obstacle;
    sources.push_back(look_at(request, file, zone.value_or(Zone::utc())));
  }
  LogGroups groups(limits.groups, request.engine == "postgresql" ? know_message : know_nothing);
  if (zone) read_all(sources, request, *zone, budget, groups);
  for (Source& source : sources) finish(source.row, request.window);
  facts.cover = cover_of(sources, request);
  for (Source& source : sources) facts.sources.push_back(std::move(source.row));
  facts.groups = groups.groups();
  return facts;
}

void fill_log_facts(SqlSession& facts, const LogFacts& logs, const LogWindow& window) {
  fill_groups(facts, logs.groups);
  fill_sources(facts, logs.sources);
  facts.fill("CREATE TABLE log_cover(state, reason, from_s, window_from_s, window_to_s)", {});
  facts.fill("INSERT INTO log_cover VALUES(:state, :reason, :from_s, :window_from_s, :window_to_s)",
             {{"state", to_text(logs.cover.state)},
              {"reason", logs.cover.reason},
              {"from_s", seconds(logs.cover.from)},
              {"window_from_s", seconds(window.from)},
              {"window_to_s", seconds(window.to)}});
}

}  // namespace rounds
