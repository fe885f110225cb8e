#include <algorithm>

#include "inspect/backup/formats.h"

namespace rounds::backup {

namespace {

using Kind = BackupContent::Kind;

constexpr std::string_view kSqlite("SQLite format 3\0", 16);

/// A kind of dump in plain text, by words of its beginning, and the words that only a whole one ends with.
struct Footer {
  const char* format;
  const char* head;
  const char* tail;
};

/// The more special ones first.
constexpr Footer kFooters[] = {
    {"pg_dumpall", "PostgreSQL database cluster dump", "PostgreSQL database cluster dump complete"},
    {"pg_dump", "PostgreSQL database dump", "PostgreSQL database dump complete"},
    {"mariadb-dump", "-- MariaDB dump", "-- Dump completed"},
    {"mysqldump", "-- MySQL dump", "-- Dump completed"},
    {"sqlite3 .dump", "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;", "COMMIT;"},
    {"SQLite dump", "BEGIN TRANSACTION;\nCREATE ", "COMMIT;"},
};

BackupContent broken(Kind kind, const std::string& format, const std::string& problem) {
  return {.kind = kind, .format = format, .problems = {problem}};
}

BackupContent judge_plain(const Footer& footer, const Ends& ends) {
  if (ends.tail.find("ROLLBACK; -- due to errors") != std::string::npos) {
    return broken(Kind::dump, footer.format, "the dump met errors and ends with ROLLBACK");
  }
  if (ends.tail.find(footer.tail) == std::string::npos) {
    return broken(Kind::dump, footer.format,
                  std::string("the dump does not end with \"") + footer.tail + "\": it was cut short");
  }
  return {.kind = Kind::dump, .format = footer.format};
}

bool looks_like_sql(const std::string& head) {
  const bool text = head.find('\0') == std::string::npos;
  return text && (head.find("CREATE TABLE") != std::string::npos || head.find("INSERT INTO") != std::string::npos ||
                  head.find("CREATE DATABASE") != std::string::npos || head.find("COPY ") != std::string::npos);
}

std::uint64_t big_endian(const std::string& bytes, std::size_t at, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number * 256 + static_cast<unsigned char>(bytes[at + i]);
  return number;
}

BackupContent judge_sqlite(const Ends& ends) {
  const std::string format = "SQLite database";
  const std::string lack = lack_of_pages(ends.head, ends.total);
  if (!lack.empty()) return broken(Kind::database, format, lack);
  return {.kind = Kind::database, .format = format, .obstacle = "the pages of a compressed copy are not checked"};
}

}  // namespace

std::string lack_of_pages(const std::string& head, std::int64_t total) {
  if (total < 100) return "it is shorter than the header of a database";
  const std::uint64_t stored = big_endian(head, 16, 2);
  const std::uint64_t expected = (stored == 1 ? 65536 : stored) * big_endian(head, 28, 4);
  const bool counted = big_endian(head, 24, 4) == big_endian(head, 92, 4);
  if (!counted || static_cast<std::uint64_t>(total) >= expected) return {};
  return "the header counts " + std::to_string(expected) + " bytes, there are " + std::to_string(total);
}

bool is_tar(std::string_view head) { return head.size() >= 512 && head.substr(257, 5) == "ustar"; }

BackupContent judge_ends(const Ends& ends) {
  if (ends.total == 0) return {.kind = Kind::empty, .problems = {"it holds nothing"}};
  if (ends.head.starts_with(kSqlite)) return judge_sqlite(ends);
  for (const Footer& footer : kFooters) {
    if (ends.head.find(footer.head) != std::string::npos) return judge_plain(footer, ends);
  }
  if (is_tar(ends.head)) {
    const std::string end = ends.tail.size() >= 1024 ? ends.tail.substr(ends.tail.size() - 1024) : "x";
    const bool whole = end.find_first_not_of('\0') == std::string::npos;
    return whole ? BackupContent{.kind = Kind::archive, .format = "tar"}
                 : broken(Kind::archive, "tar", "the archive has no end mark: it was cut short");
  }
  if (ends.head.starts_with("PGDMP")) {
    return {.kind = Kind::dump, .format = "pg_dump custom",
            .obstacle = "the end of a dump of the custom format can be told only when it is not compressed again"};
  }
  if (is_xbstream(ends.head)) {
    if (ends_xbstream(ends.tail)) return {.kind = Kind::database, .format = "mbstream"};
    return broken(Kind::database, "mbstream", "the stream does not end with the end of a file: it was cut short");
  }
  if (ends.head.find_first_not_of('\0') == std::string::npos) {
    return broken(Kind::other, "", "it begins with zeros only: its content was never written or is lost");
  }
  if (looks_like_sql(ends.head)) {
    return {.kind = Kind::dump, .format = "SQL",
            .obstacle = "the dump was made without comments, so nothing marks its end"};
  }
  return {.kind = Kind::other, .obstacle = "it is of a kind that is not known here"};
}

}  // namespace rounds::backup
