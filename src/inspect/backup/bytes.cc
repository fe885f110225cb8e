#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "error.h"
#include "inspect/backup/formats.h"

namespace rounds::backup {

namespace {

constexpr std::size_t kWindow = 256 * 1024;

}  // namespace

Bytes::Bytes(const std::string& path) : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  struct stat status {};
  if (!fd_ || ::fstat(fd_.get(), &status) != 0) throw sys_error(path, "open");
  size_ = status.st_size;
}

std::string Bytes::at(std::int64_t offset, std::size_t count) const {
  std::string bytes(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const ssize_t got = ::pread(fd_.get(), bytes.data() + have, count - have, offset + static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw sys_error(path_, "read");
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

std::string Bytes::last(std::size_t count) const {
  return at(std::max<std::int64_t>(size_ - static_cast<std::int64_t>(count), 0), count);
}

unsigned Cursor::byte() {
  const bool outside = at_ < window_at_ || at_ >= window_at_ + static_cast<std::int64_t>(window_.size());
  if (outside) {
    window_ = bytes_.at(at_, kWindow);
    window_at_ = at_;
    if (window_.empty()) throw AtEnd{};
  }
  return static_cast<unsigned char>(window_[static_cast<std::size_t>(at_++ - window_at_)]);
}

std::string Cursor::text(std::size_t count) {
  if (at_ + static_cast<std::int64_t>(count) > bytes_.size()) throw AtEnd{};
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>(byte());
  return text;
}

std::uint64_t Cursor::number(int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value |= std::uint64_t{byte()} << (8 * i);
  return value;
}

void Cursor::skip(std::int64_t count) {
  if (count < 0 || count > bytes_.size() - at_) throw AtEnd{};
  at_ += count;
}

void Ends::add(std::string_view bytes) {
  total += static_cast<std::int64_t>(bytes.size());
  if (head.size() < kMost) head += bytes.substr(0, kMost - head.size());
  tail += bytes.size() > kMost ? bytes.substr(bytes.size() - kMost) : bytes;
  if (tail.size() > kMost) tail.erase(0, tail.size() - kMost);
}

Ends ends_of(const Bytes& bytes) {
  return {.head = bytes.at(0, Ends::kMost), .tail = bytes.last(Ends::kMost), .total = bytes.size()};
}

}  // namespace rounds::backup
