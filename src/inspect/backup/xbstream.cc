#include <set>

#include "inspect/backup/formats.h"

namespace rounds::backup {

namespace {

constexpr std::string_view kMagic = "XBSTCK01";
constexpr std::uint64_t kLongestPath = 4096;
constexpr const char* kCut = "the stream ends in the middle: it was cut short";

/// What the chunks said about files.
struct Seen {
  std::set<std::string> open{};
  bool checkpoints = false;
};

/// One chunk: a piece of a file, or its end. False when it is of a kind that is not known.
bool read_chunk(Cursor& cursor, Seen& seen) {
  cursor.skip(static_cast<std::int64_t>(kMagic.size()) + 1);
  const unsigned kind = cursor.byte();
  const std::uint64_t length = cursor.number(4);
  if (length > kLongestPath) return false;
  const std::string path = cursor.text(length);
  if (path.find("_checkpoints") != std::string::npos) seen.checkpoints = true;
  if (kind == 'E') {
    seen.open.erase(path);
    return true;
  }
  if (kind != 'P') return false;
  seen.open.insert(path);
  const auto bytes = static_cast<std::int64_t>(cursor.number(8));
  cursor.skip(8 + 4);  // place in the file, checksum
  cursor.skip(bytes);
  return true;
}

}  // namespace

bool is_xbstream(std::string_view head) { return head.starts_with(kMagic); }

bool ends_xbstream(std::string_view tail) {
  constexpr std::size_t kPathAt = 14;
  const std::size_t last = tail.rfind(kMagic);
  if (last == std::string_view::npos || tail.size() < last + kPathAt || tail[last + 9] != 'E') return false;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length |= std::uint64_t{static_cast<unsigned char>(tail[last + 10 + i])} << (8 * i);
  return tail.size() == last + kPathAt + length;
}

BackupContent look_into_xbstream(const Bytes& bytes, Until until) {
  BackupContent content{.kind = BackupContent::Kind::database, .format = "mbstream"};
  Cursor cursor(bytes);
  Seen seen;
  try {
    while (!cursor.done()) {
      if (is_over(until)) {
        content.obstacle = "the look into it did not end in time";
        return content;
      }
      if (bytes.at(cursor.where(), kMagic.size()) != kMagic) {
        content.problems.push_back(bytes.size() - cursor.where() < 16 ? kCut : "the stream is damaged");
        return content;
      }
      if (!read_chunk(cursor, seen)) {
        content.obstacle = "the stream has a kind of chunk that is not known here";
        return content;
      }
    }
  } catch (const Cursor::AtEnd&) {
    content.problems.push_back(kCut);
    return content;
  }
  if (!seen.open.empty()) content.problems.push_back(*seen.open.begin() + " has no end in the stream: it was cut short");
  if (seen.open.empty() && !seen.checkpoints) {
    content.problems.push_back("xtrabackup_checkpoints is not in the stream, which is written at the end");
  }
  return content;
}

}  // namespace rounds::backup
