#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "inspect/backup/formats.h"

namespace rounds::backup {

namespace {

using Kind = BackupContent::Kind;

constexpr unsigned kCustom = 1, kTar = 3, kDirectory = 5;
constexpr unsigned kNewest = 16;  ///< archives of version 1.16 are of PostgreSQL 17
constexpr std::uint64_t kMostEntries = 50'000'000;
constexpr unsigned kOffsetSet = 2;
constexpr unsigned kRowsBlock = 1, kLargeObjectsBlock = 3;

/// An entry of the table of contents, as far as it says where its data are.
struct TocEntry {
  std::int64_t id = 0;
  bool has_data = false;
  std::int64_t offset = -1;  ///< of the data in the file; -1: not noted
  std::string file{};        ///< of the folder format
};

struct Toc {
  unsigned minor = 0, format = 0;
  std::vector<TocEntry> entries{};
};

/// Reads the beginning of an archive of pg_dump, versions 1.10 to 1.16.
class TocReader {
 public:
  explicit TocReader(Cursor& cursor) : cursor_(cursor) {}

  /// Nothing when the version is not known.
  std::optional<Toc> read() {
    cursor_.skip(5);
    const unsigned major = cursor_.byte();
    toc_.minor = cursor_.byte();
    cursor_.skip(1);
    int_bytes_ = static_cast<int>(cursor_.byte());
    offset_bytes_ = static_cast<int>(cursor_.byte());
    toc_.format = cursor_.byte();
    const bool known = major == 1 && toc_.minor >= 10 && toc_.minor <= kNewest && int_bytes_ <= 8 && offset_bytes_ <= 8;
    if (!known) return std::nullopt;
    if (toc_.minor >= 15) {
      cursor_.skip(1);  // how it is compressed
    } else {
      integer();
    }
    for (int i = 0; i < 7; ++i) integer();  // when it was made
    for (int i = 0; i < 3; ++i) string();   // database, version of the server and of pg_dump
    const std::int64_t count = integer();
    if (count < 0 || static_cast<std::uint64_t>(count) > kMostEntries) return std::nullopt;
    for (std::int64_t i = 0; i < count; ++i) read_entry();
    return toc_;
  }

  std::int64_t integer() {
    const unsigned sign = cursor_.byte();
    const auto value = static_cast<std::int64_t>(cursor_.number(int_bytes_));
    return sign != 0 ? -value : value;
  }

 private:
  std::optional<std::string> string() {
    const std::int64_t length = integer();
    if (length < 0) return std::nullopt;
    return cursor_.text(static_cast<std::size_t>(length));
  }

  void read_entry() {
    TocEntry entry;
    entry.id = integer();
    entry.has_data = integer() != 0;
    for (int i = 0; i < 4; ++i) string();       // two numbers of the catalogue, tag, description
    if (toc_.minor >= 11) integer();            // section
    for (int i = 0; i < 5; ++i) string();       // definition, drop, copy, schema, tablespace
    if (toc_.minor >= 14) string();             // access method
    if (toc_.minor >= 16) integer();            // kind of relation
    for (int i = 0; i < 2; ++i) string();       // owner, whether it had oids
    while (string()) continue;                  // dependencies
    if (toc_.format == kCustom) {
      const unsigned state = cursor_.byte();
      const auto offset = static_cast<std::int64_t>(cursor_.number(offset_bytes_));
      if (state == kOffsetSet) entry.offset = offset;
    }
    if (toc_.format == kDirectory || toc_.format == kTar) entry.file = string().value_or("");
    toc_.entries.push_back(entry);
  }

  Cursor& cursor_;
  Toc toc_;
  int int_bytes_ = 4, offset_bytes_ = 8;
};

void skip_chunks(Cursor& cursor, TocReader& reader) {
  while (const std::int64_t length = reader.integer()) cursor.skip(length);
}

/// One block of data. False when there is no block where one should begin.
bool skip_block(Cursor& cursor, TocReader& reader) {
  const unsigned kind = cursor.byte();
  if (kind != kRowsBlock && kind != kLargeObjectsBlock) return false;
  reader.integer();
  if (kind == kRowsBlock) {
    skip_chunks(cursor, reader);
  } else {
    while (reader.integer() != 0) skip_chunks(cursor, reader);
  }
  return true;
}

/// Where the last block begins when all are noted, which a dump into a file does at its end.
std::optional<std::int64_t> last_block(const Toc& toc) {
  std::int64_t last = -1;
  for (const TocEntry& entry : toc.entries) {
    if (!entry.has_data) continue;
    if (entry.offset < 0) return std::nullopt;
    last = std::max(last, entry.offset);
  }
  return last < 0 ? std::nullopt : std::optional(last);
}

std::int64_t blocks_of(const Toc& toc) {
  return std::count_if(toc.entries.begin(), toc.entries.end(), [](const TocEntry& entry) { return entry.has_data; });
}

/// Goes over the blocks behind the table of contents.
void check_blocks(Cursor& cursor, TocReader& reader, const Toc& toc, Until until, BackupContent& content) {
  const auto last = last_block(toc);
  const std::int64_t expected = last ? 1 : blocks_of(toc);
  if (last) cursor.go(*last);
  std::int64_t seen = 0;
  for (; seen < expected && !cursor.done(); ++seen) {
    if (is_over(until)) {
      content.obstacle = "the look into it did not end in time";
      return;
    }
    if (!skip_block(cursor, reader)) {
      content.problems.push_back("the data of the dump are damaged");
      return;
    }
  }
  if (seen < expected) {
    content.problems.push_back("the data of " + std::to_string(blocks_of(toc) - (last ? 0 : seen)) +
                               " tables are not in the dump: it was cut short");
  } else if (!cursor.done()) {
    content.obstacle = "there is more behind the end of the dump";
  }
}

bool has_file(const std::string& folder, const std::string& name) {
  for (const char* ending : {"", ".gz", ".lz4", ".zst"}) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(folder + "/" + name + ending, ignored)) return true;
  }
  return false;
}

}  // namespace

bool is_pg_dump(const Bytes& bytes) { return bytes.at(0, 5) == "PGDMP"; }

BackupContent look_into_pg_dump(const Bytes& bytes, Until until) {
  BackupContent content{.kind = Kind::dump, .format = "pg_dump custom"};
  Cursor cursor(bytes);
  TocReader reader(cursor);
  try {
    const auto toc = reader.read();
    if (!toc || toc->format != kCustom) {
      content.obstacle = "this version of the format of pg_dump is not known here";
    } else {
      check_blocks(cursor, reader, *toc, until, content);
    }
  } catch (const Cursor::AtEnd&) {
    content.problems.push_back("the dump ends in the middle: it was cut short");
  }
  return content;
}

BackupContent look_into_pg_dump_folder(const std::string& folder, Until until) {
  BackupContent content{.kind = Kind::dump, .format = "pg_dump directory"};
  const Bytes bytes(folder + "/toc.dat");
  Cursor cursor(bytes);
  TocReader reader(cursor);
  try {
    const auto toc = reader.read();
    if (!toc || (toc->format != kDirectory && toc->format != kTar)) {  // pg_dump notes tar for folders
      content.obstacle = "this version of the format of pg_dump is not known here";
      return content;
    }
    for (const TocEntry& entry : toc->entries) {
      if (entry.has_data && !entry.file.empty() && !has_file(folder, entry.file)) {
        content.problems.push_back(entry.file + " is listed in toc.dat and not there");
      }
    }
  } catch (const Cursor::AtEnd&) {
    content.problems.push_back("toc.dat was cut short");
    return content;
  }
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (!content.problems.empty() || !file.is_regular_file()) continue;
    if (is_over(until)) {
      content.obstacle = "the look into it did not end in time";
      break;
    }
    const Bytes data(file.path());
    const std::string compression = compression_of(data.at(0, 16));
    if (compression.empty()) continue;
    for (const std::string& problem : look_into_compressed(data, compression, until).problems) {
      // A table without rows is a compressed file of very little, never of nothing.
      content.problems.push_back(file.path().filename().string() + ": " + problem);
    }
  }
  return content;
}

}  // namespace rounds::backup
