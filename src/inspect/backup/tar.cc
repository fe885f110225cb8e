#include "inspect/backup/formats.h"

namespace rounds::backup {

namespace {

using Kind = BackupContent::Kind;

constexpr std::int64_t kBlock = 512;

/// Octal text, or a big-endian number where the first bit is set.
std::int64_t size_of_member(const std::string& header) {
  std::int64_t size = 0;
  const auto first = static_cast<unsigned char>(header[124]);
  if ((first & 0x80) != 0) {
    for (std::size_t i = 125; i < 136; ++i) size = size * 256 + static_cast<unsigned char>(header[i]);
    return size;
  }
  for (std::size_t i = 124; i < 136; ++i) {
    if (header[i] >= '0' && header[i] <= '7') size = size * 8 + (header[i] - '0');
  }
  return size;
}

bool checksum_fits(const std::string& header) {
  std::int64_t sum = 0, stored = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(header[i]);
  }
  for (std::size_t i = 148; i < 156; ++i) {
    if (header[i] >= '0' && header[i] <= '7') stored = stored * 8 + (header[i] - '0');
  }
  return sum == stored;
}

}  // namespace

BackupContent look_into_tar(const Bytes& bytes, Until until) {
  BackupContent content{.kind = Kind::archive, .format = "tar"};
  for (std::int64_t at = 0;;) {
    if (is_over(until)) {
      content.obstacle = "the look into it did not end in time";
      return content;
    }
    const std::string header = bytes.at(at, kBlock);
    if (header.size() < static_cast<std::size_t>(kBlock)) {
      content.problems.push_back("the archive has no end mark: it was cut short");
      return content;
    }
    if (header.find_first_not_of('\0') == std::string::npos) return content;
    if (!checksum_fits(header)) {
      content.problems.push_back("the header of a member of the archive is damaged");
      return content;
    }
    if (at == 0 && header.starts_with("toc.dat")) content = {.kind = Kind::dump, .format = "pg_dump tar"};
    const std::int64_t size = size_of_member(header);
    // Of a file with holes, GNU tar may write more headers, which have no checksum.
    bool more = header[156] == 'S' && header[482] != '\0';
    while (more) {
      at += kBlock;
      const std::string extension = bytes.at(at, kBlock);
      more = extension.size() == static_cast<std::size_t>(kBlock) && extension[504] != '\0';
    }
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
  }
}

}  // namespace rounds::backup
