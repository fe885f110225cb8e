#include <zlib.h>

#include <algorithm>
#include <array>
#include <functional>

#include "inspect/backup/formats.h"
#include "inspect/host/program.h"

namespace rounds::backup {

namespace {

using Kind = BackupContent::Kind;
using namespace std::string_view_literals;

constexpr std::size_t kChunk = 256 * 1024;
constexpr const char* kLate = "the look into it did not end in time";

BackupContent broken(const std::string& format, const std::string& problem) {
  return {.kind = Kind::archive, .format = format, .problems = {problem}};
}

BackupContent late(const std::string& format) {
  return {.kind = Kind::archive, .format = format, .obstacle = kLate};
}

/// A stream of zlib that reads gzip members.
class Inflater {
 public:
  Inflater() { ok_ = ::inflateInit2(&stream_, 15 + 16) == Z_OK; }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { ::inflateEnd(&stream_); }

  /// Takes the bytes; false when they are damaged. Members may follow each other, zeros may follow the last.
  bool add(std::string bytes, Ends& ends) {
    stream_.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (ok_ && stream_.avail_in > 0) {
      if (between_) {
        while (stream_.avail_in > 0 && *stream_.next_in == 0) ++stream_.next_in, --stream_.avail_in;
        if (stream_.avail_in == 0) break;
        ok_ = ::inflateReset(&stream_) == Z_OK;
        between_ = false;
      }
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      const int code = ::inflate(&stream_, Z_NO_FLUSH);
      ends.add({out_.data(), out_.size() - stream_.avail_out});
      between_ = code == Z_STREAM_END;
      ok_ = code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR;
    }
    return ok_;
  }
  /// A member has ended and no other begun.
  bool whole() const { return ok_ && between_; }

 private:
  z_stream stream_{};
  bool ok_ = false, between_ = false;
  std::array<char, kChunk> out_{};
};

BackupContent look_into_gzip(const Bytes& bytes, Until until) {
  Ends ends;
  const auto inflater = std::make_unique<Inflater>();
  for (std::int64_t at = 0; at < bytes.size();) {
    if (is_over(until)) return late("gzip");
    std::string chunk = bytes.at(at, kChunk);
    if (chunk.empty()) break;
    at += static_cast<std::int64_t>(chunk.size());
    if (!inflater->add(std::move(chunk), ends)) return broken("gzip", "the compressed data are damaged");
  }
  if (!inflater->whole()) return broken("gzip", "the compressed data end in the middle: they were cut short");
  return judge_ends(ends);
}

// Where no program is at hand to uncompress, the marks of the file are followed to its end. Each returns what is wrong
// with them; empty when they are whole. AtEnd means: cut short.

void walk_zstd_frame(Cursor& cursor) {
  const unsigned flags = cursor.byte();
  const bool single = (flags & 0x20) != 0;
  constexpr int kDictionary[] = {0, 1, 2, 4};
  constexpr int kSize[] = {0, 2, 4, 8};
  const int size = flags >> 6 == 0 && single ? 1 : kSize[flags >> 6];
  cursor.skip((single ? 0 : 1) + kDictionary[flags & 3] + size);
  for (bool last = false; !last;) {
    const auto header = cursor.number(3);
    last = (header & 1) != 0;
    const bool repeated = ((header >> 1) & 3) == 1;
    cursor.skip(repeated ? 1 : static_cast<std::int64_t>(header >> 3));
  }
  if ((flags & 4) != 0) cursor.skip(4);
}

std::string walk_zstd(const Bytes& bytes, Until until) {
  Cursor cursor(bytes);
  while (!cursor.done()) {
    if (is_over(until)) return kLate;
    const auto magic = cursor.number(4);
    if (magic == 0xFD2FB528) {
      walk_zstd_frame(cursor);
    } else if ((magic & 0xFFFFFFF0) == 0x184D2A50) {
      cursor.skip(static_cast<std::int64_t>(cursor.number(4)));
    } else {
      return "the compressed data are damaged";
    }
  }
  return {};
}

std::string walk_lz4(const Bytes& bytes, Until until) {
  Cursor cursor(bytes);
  while (!cursor.done()) {
    const auto magic = cursor.number(4);
    if (magic != 0x184D2204) return "the compressed data are damaged";
    const unsigned flags = cursor.byte();
    cursor.skip(1 + ((flags & 8) != 0 ? 8 : 0) + ((flags & 1) != 0 ? 4 : 0) + 1);
    while (const auto size = cursor.number(4)) {
      if (is_over(until)) return kLate;
      cursor.skip(static_cast<std::int64_t>(size & 0x7FFFFFFF) + ((flags & 16) != 0 ? 4 : 0));
    }
    if ((flags & 4) != 0) cursor.skip(4);
  }
  return {};
}

/// The footer repeats the flags of the header and ends with YZ.
std::string check_xz(const Bytes& bytes) {
  const std::string head = bytes.at(0, 12);
  std::string tail = bytes.last(1024);
  while (tail.size() >= 4 && tail.ends_with(std::string(4, '\0'))) tail.resize(tail.size() - 4);
  const bool whole = tail.size() >= 12 && tail.ends_with("YZ") && tail.substr(tail.size() - 4, 2) == head.substr(6, 2);
  if (!whole) throw Cursor::AtEnd{};
  return {};
}

/// The mark of the end stands at any bit, followed by four bytes and the bits that fill the last.
std::string check_bzip2(const Bytes& bytes) {
  const std::string tail = bytes.last(11);
  std::uint64_t window = 0;
  std::size_t left = tail.size() * 8;
  for (const char c : tail) {
    for (int bit = 7; bit >= 0; --bit, --left) {
      window = (window << 1 | ((static_cast<unsigned char>(c) >> bit) & 1)) & 0xFFFFFFFFFFFF;
      if (window == 0x177245385090 && left > 32) return {};
    }
  }
  throw Cursor::AtEnd{};
}

std::string check_marks(const Bytes& bytes, const std::string& compression, Until until) {
  if (compression == "zstd") return walk_zstd(bytes, until);
  if (compression == "lz4") return walk_lz4(bytes, until);
  if (compression == "xz") return check_xz(bytes);
  return check_bzip2(bytes);
}

BackupContent look_through_program(const Bytes& bytes, const std::string& program, Until until) {
  Ends ends;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  const auto status = host::stream_program({program, "-dc", "--", bytes.path()}, left,
                                           [&](std::string_view chunk) { ends.add(chunk); });
  if (!status) return late(program);
  if (*status != 0) return broken(program, "the compressed data are damaged: " + program + " cannot read them");
  return judge_ends(ends);
}

}  // namespace

std::string compression_of(std::string_view head) {
  if (head.starts_with("\x1F\x8B"sv)) return "gzip";
  if (head.starts_with("\x28\xB5\x2F\xFD"sv)) return "zstd";
  if (head.starts_with("\xFD" "7zXZ\0"sv)) return "xz";
  if (head.starts_with("\x04\x22\x4D\x18"sv)) return "lz4";
  if (head.size() >= 10 && head.starts_with("BZh"sv) && head[3] >= '1' && head[3] <= '9' &&
      (head.substr(4, 6) == "1AY&SY"sv || head.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv)) {
    return "bzip2";
  }
  return {};
}

BackupContent look_into_compressed(const Bytes& bytes, const std::string& compression, Until until) {
  BackupContent content;
  if (compression == "gzip") {
    content = look_into_gzip(bytes, until);
  } else {
    try {
      const std::string wrong = check_marks(bytes, compression, until);
      if (wrong == kLate) return late(compression);
      if (!wrong.empty()) return broken(compression, wrong);
    } catch (const Cursor::AtEnd&) {
      return broken(compression, "the compressed data end in the middle: they were cut short");
    }
    if (!host::has_program(compression)) {
      return {.kind = Kind::archive, .format = compression,
              .obstacle = "the file is whole, but its content cannot be seen: " + compression + " is not installed here"};
    }
    content = look_through_program(bytes, compression, until);
  }
  const bool inner = content.format != compression && !content.format.empty();
  content.format = inner ? content.format + ", " + compression : compression;
  return content;
}

}  // namespace rounds::backup
