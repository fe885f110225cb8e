#include "inspect/backup.h"

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "error.h"
#include "inspect/backup/formats.h"

namespace rounds {

namespace {

constexpr int kMostProblems = 20;
constexpr std::size_t kMostFiles = 200'000;
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

/// How many bytes the files of a folder have, and when the newest was written.
BackupFile look_at_folder(const std::string& path, const struct stat& status, std::time_t now) {
  BackupFile folder{.path = path, .folder = true};
  std::time_t newest = status.st_mtime;
  std::size_t seen = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    struct stat inner {};
    if (::lstat(entry->path().c_str(), &inner) != 0 || !S_ISREG(inner.st_mode)) continue;
    folder.bytes += inner.st_size;
    if (entry.depth() == 0) newest = std::max(newest, inner.st_mtime);
    if (++seen >= kMostFiles) break;
  }
  folder.age_s = std::int64_t{now} - newest;
  return folder;
}

/// Adds what lies at that path to the list, where it may be a backup.
void look_at(const std::string& path, bool named, std::time_t now, std::vector<BackupFile>& files) {
  struct stat status {};
  if (is_companion(path) || ::stat(path.c_str(), &status) != 0) return;
  if (S_ISREG(status.st_mode)) {
    files.push_back({.path = path, .bytes = status.st_size, .age_s = std::int64_t{now} - status.st_mtime});
  } else if (S_ISDIR(status.st_mode) && backup::is_backup_folder(path)) {
    files.push_back(look_at_folder(path, status, now));
  } else if (S_ISDIR(status.st_mode) && named) {
    for (const std::string& inner : paths_of(path + "/*")) look_at(inner, false, now, files);
  }
}

bool has_wildcard(const std::string& pattern) { return pattern.find_first_of("*?[") != std::string::npos; }

std::string first_bytes(const std::string& path) { return backup::Bytes(path).at(0, kMagic.size()); }

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
  BackupContent content{.kind = BackupContent::Kind::database, .format = "SQLite database"};
  if (has_log(path)) {
    content.obstacle = "a log lies beside it, which only opening the copy for writing would bring in";
    return content;
  }
  const backup::Bytes bytes(path);
  const std::string lack = backup::lack_of_pages(bytes.at(0, 100), bytes.size());
  if (!lack.empty()) content.problems.push_back(lack);  // SQLite does not miss the rest of a last page
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
    case BackupContent::Kind::dump: return "dump";
    case BackupContent::Kind::archive: return "archive";
    case BackupContent::Kind::unreadable: return "unreadable";
    case BackupContent::Kind::other: return "other";
  }
  return {};
}

std::vector<BackupFile> find_backups(const std::vector<std::string>& patterns, std::time_t now) {
  std::vector<BackupFile> files;
  std::set<std::string> seen;
  for (const std::string& pattern : patterns) {
    for (const std::string& path : paths_of(pattern)) {
      if (seen.insert(path).second) look_at(path, !has_wildcard(pattern), now, files);
    }
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const BackupFile& a, const BackupFile& b) { return a.age_s < b.age_s; });
  return files;
}

BackupContent look_into_backup(const BackupFile& file, const Limits& limits) {
  if (file.bytes == 0) return {.kind = BackupContent::Kind::empty, .problems = {"it holds nothing"}};
  const auto until = std::chrono::steady_clock::now() + limits.time;
  try {
    if (file.folder) return backup::look_into_folder(file.path, until);
    if (first_bytes(file.path) == kMagic) return look_into_database(file.path, limits);
    return backup::look_into_file(file.path, until);
  } catch (const Error& error) {
    return {.kind = BackupContent::Kind::unreadable, .obstacle = error.what()};
  }
}

std::optional<std::int64_t> count_rows(SqlSession& session, const Limits& limits) {
  const Answer tables = session.query(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE "
      "VIRTUAL%'",
      {}, limits);
  if (tables.status != Answer::Status::rows || tables.truncated) return std::nullopt;
  const auto end = std::chrono::steady_clock::now() + limits.time;
  std::int64_t rows = 0;
  for (const SqlRow& table : tables.rows) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    const Answer count =
        session.query("SELECT count(*) FROM " + quoted(std::get<std::string>(table.at(0))), {}, {left});
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
  const bool whole = content.problems.empty();
  const bool looked = content.kind != BackupContent::Kind::none && content.obstacle.empty();
  facts.fill("CREATE TABLE content(path, kind, obstacle, rows, live_rows, format, problem, verifiable)", {});
  facts.fill("CREATE TABLE problem(text)", {});
  facts.fill(
      "INSERT INTO content VALUES(:path, :kind, :obstacle, :rows, :live_rows, :format, :problem,"
      " :verifiable)",
      {{"path", path},
       {"kind", to_text(content.kind)},
       {"obstacle", content.obstacle},
       {"rows", number(content.rows)},
       {"live_rows", number(live_rows)},
       {"format", content.format},
       {"problem", whole ? SqlValue() : SqlValue(content.problems.front())},
       {"verifiable", std::int64_t{looked || !whole}}});
  for (const std::string& problem : content.problems) {
    facts.fill("INSERT INTO problem VALUES(:text)", {{"text", problem}});
  }
}

}  // namespace rounds
