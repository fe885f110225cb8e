#include "inspect/sqlite_backup.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "error.h"
#include "sys/fd.h"

namespace rounds {

namespace {

constexpr int kMostProblems = 20;
constexpr std::string_view kMagic("SQLite format 3\0", 16);

std::vector<std::string> paths_of(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return paths;
}

/// Lies beside a database that was copied while in use; a pattern may fit it, too.
bool is_companion(const std::string& path) {
  return path.ends_with("-wal") || path.ends_with("-shm") || path.ends_with("-journal");
}

std::optional<BackupFile> look_at(const std::string& path, std::time_t now) {
  struct stat status {};
  if (is_companion(path)) return std::nullopt;
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return BackupFile{path, status.st_size, std::int64_t{now} - status.st_mtime};
}

std::string first_bytes(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) throw sys_error(path, "open");
  std::string bytes(kMagic.size(), '\0');
  const ssize_t got = ::pread(fd.get(), bytes.data(), bytes.size(), 0);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

/// Something that was lying beside the database when it was copied, and belongs to it.
bool has_log(const std::string& path) {
  const auto holds_bytes = [](const std::string& file) {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(file, ignored);
    return !ignored && size > 0;
  };
  return holds_bytes(path + "-wal") || holds_bytes(path + "-journal");
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

/// What quick_check says about it, or why that could not be asked.
void check_database(SqlSession& session, const Limits& limits, BackupContent& content) {
  const Answer answer = session.query("SELECT quick_check FROM pragma_quick_check(:most) WHERE quick_check <> 'ok'",
                                      {{"most", std::int64_t{kMostProblems}}}, limits);
  switch (answer.status) {
    case Answer::Status::rows:
      for (const SqlRow& row : answer.rows) content.problems.push_back(std::get<std::string>(row.at(0)));
      break;
    case Answer::Status::corrupt: content.problems.push_back(answer.message); break;
    case Answer::Status::unavailable:
    case Answer::Status::timed_out:
    case Answer::Status::failed: content.obstacle = "the check of its pages did not end: " + answer.message; break;
  }
}

BackupContent look_into_database(const std::string& path, const Limits& limits) {
  BackupContent content{.kind = BackupContent::Kind::database};
  if (has_log(path)) {
    content.obstacle = "a log lies beside it, which only opening the copy for writing would bring in";
    return content;
  }
  SqlSession session = SqlSession::on_file_at_rest(path);
  check_database(session, limits, content);
  if (content.problems.empty() && content.obstacle.empty()) content.rows = count_rows(session, limits);
  return content;
}

}  // namespace

std::string to_text(BackupContent::Kind kind) {
  switch (kind) {
    case BackupContent::Kind::none: return "none";
    case BackupContent::Kind::empty: return "empty";
    case BackupContent::Kind::database: return "database";
    case BackupContent::Kind::unreadable: return "unreadable";
    case BackupContent::Kind::other: return "other";
  }
  return {};
}

std::vector<BackupFile> find_backups(const std::vector<std::string>& patterns, std::time_t now) {
  std::set<std::string> paths;
  for (const std::string& pattern : patterns) {
    for (std::string& path : paths_of(pattern)) paths.insert(std::move(path));
  }
  std::vector<BackupFile> files;
  for (const std::string& path : paths) {
    if (auto file = look_at(path, now)) files.push_back(std::move(*file));
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const BackupFile& a, const BackupFile& b) { return a.age_s < b.age_s; });
  return files;
}

BackupContent look_into_backup(const BackupFile& file, const Limits& limits) {
  if (file.bytes == 0) return {.kind = BackupContent::Kind::empty};
  try {
    if (first_bytes(file.path) != kMagic) return {.kind = BackupContent::Kind::other};
    return look_into_database(file.path, limits);
  } catch (const Error& error) {
    return {.kind = BackupContent::Kind::unreadable, .obstacle = error.what()};
  }
}

std::optional<std::int64_t> count_rows(SqlSession& session, const Limits& limits) {
  const Answer tables = session.query(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'",
      {}, limits);
  if (tables.status != Answer::Status::rows || tables.truncated) return std::nullopt;
  const auto end = std::chrono::steady_clock::now() + limits.time;
  std::int64_t rows = 0;
  for (const SqlRow& table : tables.rows) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    const Answer count = session.query("SELECT count(*) FROM " + quoted(std::get<std::string>(table.at(0))), {}, {left});
    if (count.status != Answer::Status::rows) return std::nullopt;
    rows += std::get<std::int64_t>(count.rows.at(0).at(0));
  }
  return rows;
}

void fill_backup_facts(SqlSession& facts, const std::vector<std::string>& patterns,
                       const std::vector<BackupFile>& files) {
  facts.fill("CREATE TABLE declared(pattern)", {});
  facts.fill("CREATE TABLE backup(path, bytes, age_s)", {});
  for (const std::string& pattern : patterns) {
    facts.fill("INSERT INTO declared VALUES(:pattern)", {{"pattern", pattern}});
  }
  for (const BackupFile& file : files) {
    facts.fill("INSERT INTO backup VALUES(:path, :bytes, :age_s)",
               {{"path", file.path}, {"bytes", file.bytes}, {"age_s", file.age_s}});
  }
}

void fill_content_facts(SqlSession& facts, const std::string& path, const BackupContent& content,
                        std::optional<std::int64_t> live_rows) {
  const auto number = [](std::optional<std::int64_t> value) { return value ? SqlValue(*value) : SqlValue(); };
  facts.fill("CREATE TABLE content(path, kind, obstacle, rows, live_rows)", {});
  facts.fill("CREATE TABLE problem(text)", {});
  facts.fill("INSERT INTO content VALUES(:path, :kind, :obstacle, :rows, :live_rows)",
             {{"path", path},
              {"kind", to_text(content.kind)},
              {"obstacle", content.obstacle},
              {"rows", number(content.rows)},
              {"live_rows", number(live_rows)}});
  for (const std::string& problem : content.problems) {
    facts.fill("INSERT INTO problem VALUES(:text)", {{"text", problem}});
  }
}

}  // namespace rounds
