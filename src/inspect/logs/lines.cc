#include "inspect/logs/lines.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "error.h"
#include "sys/fd.h"

namespace rounds {

namespace {

Fd open_regular(const std::string& path, std::uint64_t& size) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!fd) throw sys_error(path, "open");
  if (::fstat(fd.get(), &status) != 0) throw sys_error(path, "stat");
  if (!S_ISREG(status.st_mode)) throw Error(Fault::bad_data, path + ": is no regular file");
  size = static_cast<std::uint64_t>(status.st_size);
  return fd;
}

class PlainBytes : public LogBytes {
 public:
  PlainBytes(const std::string& path, std::uint64_t begin, std::uint64_t end) : path_(path), at_(begin) {
    std::uint64_t size = 0;
    fd_ = open_regular(path, size);
    end_ = std::min(end, size);
  }
  std::size_t read(char* to, std::size_t most) override {
    if (at_ >= end_) return 0;
    const ssize_t got = ::pread(fd_.get(), to, std::min<std::uint64_t>(most, end_ - at_), static_cast<off_t>(at_));
    if (got < 0) trouble_ = sys_error(path_, "read").what();
    if (got <= 0) return 0;
    at_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
  std::string trouble() const override { return trouble_; }

 private:
  std::string path_;
  Fd fd_{};
  std::uint64_t at_, end_ = 0;
  std::string trouble_{};
};

class GzipBytes : public LogBytes {
 public:
  explicit GzipBytes(const std::string& path) : path_(path) {
    std::uint64_t size = 0;
    Fd fd = open_regular(path, size);
    file_ = ::gzdopen(fd.get(), "rb");
    if (file_ == nullptr) throw sys_error(path, "unpack", ENOMEM);
    fd.release();
  }
  GzipBytes(const GzipBytes&) = delete;
  GzipBytes& operator=(const GzipBytes&) = delete;
  ~GzipBytes() override { ::gzclose_r(file_); }
  std::size_t read(char* to, std::size_t most) override {
    const int got = ::gzread(file_, to, static_cast<unsigned>(most));
    int code = Z_OK;
    const char* said = ::gzerror(file_, &code);
    if (code != Z_OK && code != Z_STREAM_END)
      trouble_ = path_ + ": unpack: " + (code == Z_BUF_ERROR ? "it is cut short" : said);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  std::string trouble() const override { return trouble_; }

 private:
  std::string path_;
  gzFile file_ = nullptr;
  std::string trouble_{};
};

bool odd_quotes(const char* begin, const char* end) { return std::count(begin, end, '"') % 2 != 0; }

}  // namespace

std::unique_ptr<LogBytes> open_plain(const std::string& path, std::uint64_t begin, std::uint64_t end) {
  return std::make_unique<PlainBytes>(path, begin, end);
}

std::unique_ptr<LogBytes> open_gzip(const std::string& path) { return std::make_unique<GzipBytes>(path); }

/// Moves what is not yet taken to the front and reads more behind it.
bool LineReader::refill() {
  std::memmove(buffer_.data(), buffer_.data() + at_, filled_ - at_);
  base_ += at_;
  filled_ -= at_;
  at_ = 0;
  const std::size_t got = bytes_.read(buffer_.data() + filled_, buffer_.size() - filled_);
  filled_ += got;
  return got > 0;
}

/// The buffer begins in a line that is longer than the limit: passes over the rest of it. False at the end of all
/// bytes.
bool LineReader::skip_rest(LogLine& line) {
  while (true) {
    const char* begin = buffer_.data() + at_;
    const char* filled = buffer_.data() + filled_;
    const auto* end = static_cast<const char*>(std::memchr(begin, '\n', filled_ - at_));
    line.odd_quotes_cut ^= odd_quotes(begin, end != nullptr ? end : filled);
    at_ = end != nullptr ? static_cast<std::size_t>(end - buffer_.data()) + 1 : filled_;
    if (end != nullptr) return true;
    if (!refill()) return false;
  }
}

bool LineReader::next(LogLine& line) {
  const char* end = nullptr;
  std::size_t looked = 0;
  while (true) {
    const std::size_t have = filled_ - at_;
    if (have > looked) end = static_cast<const char*>(std::memchr(buffer_.data() + at_ + looked, '\n', have - looked));
    looked = have;
    if (end != nullptr || have > kMostOfLine || !refill()) break;
  }
  if (at_ == filled_) return false;
  const char* begin = buffer_.data() + at_;
  const std::size_t size = end != nullptr ? static_cast<std::size_t>(end - begin) : filled_ - at_;
  line = {.text = {begin, std::min(size, kMostOfLine)}, .offset = consumed()};
  const bool cut = size > kMostOfLine;
  if (cut || std::memchr(begin, '\0', line.text.size()) != nullptr) {
    held_.assign(line.text);
    std::erase(held_, '\0');
    line.text = held_;
  }
  at_ += cut ? kMostOfLine : size + (end != nullptr ? 1 : 0);
  if (cut) skip_rest(line);
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  return true;
}

}  // namespace rounds
