#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rounds {

/// More of one line, or of one CSV record, is not held.
inline constexpr std::size_t kMostOfLine = 65'536;

/// Where a log's bytes come from.
class LogBytes {
 public:
  virtual ~LogBytes() = default;
  /// 0 at the end, and when reading failed.
  virtual std::size_t read(char* to, std::size_t most) = 0;
  /// Why reading failed; empty when it did not.
  virtual std::string trouble() const = 0;
};

/// A regular file from `begin` to `end`, or up to its size when opened. Throws Error.
std::unique_ptr<LogBytes> open_plain(const std::string& path, std::uint64_t begin = 0, std::uint64_t end = UINT64_MAX);
/// What a gzip file unpacks to. Throws Error.
std::unique_ptr<LogBytes> open_gzip(const std::string& path);

/// One line, without its end and without NUL bytes; valid until the next one is read.
struct LogLine {
  std::string_view text{};
  std::uint64_t offset = 0;     ///< of its first byte, from where reading began
  bool odd_quotes_cut = false;  ///< the part beyond the limit, which was skipped, opens or closes a quotation
};

/// Splits bytes into lines with bounded memory.
class LineReader {
 public:
  explicit LineReader(LogBytes& bytes) : bytes_(bytes), buffer_(kBuffer) {}
  bool next(LogLine& line);
  /// How many bytes all lines so far took.
  std::uint64_t consumed() const { return base_ + at_; }

 private:
  static constexpr std::size_t kBuffer = 1 << 20;
  bool refill();
  bool skip_rest(LogLine& line);
  LogBytes& bytes_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, filled_ = 0;
  std::uint64_t base_ = 0;  ///< offset of the buffer's first byte
  std::string held_{};      ///< a line that was cut or cleaned
};

}  // namespace rounds
