#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "core/utf8.h"
#include "error.h"

namespace rounds {

namespace {

constexpr int kExitLikeSigpipe = 128 + 13;

bool is_set(const char* variable) {
  const char* text = std::getenv(variable);
  return text != nullptr && *text != '\0';
}

bool wants_color(Color wish, bool interactive) {
  if (wish != Color::automatic) return wish == Color::always;
  if (is_set("NO_COLOR")) return false;
  if (is_set("FORCE_COLOR")) return true;
  const char* term = std::getenv("TERM");
  return interactive && (term == nullptr || std::string_view(term) != "dumb");
}

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

const char* escape_of(Tone tone) {
  switch (tone) {
    case Tone::plain: return "";
    case Tone::good: return "\x1b[32m";
    case Tone::warning: return "\x1b[33m";
    case Tone::bad: return "\x1b[1;31m";
    case Tone::faint: return "\x1b[2m";
    case Tone::heading: return "\x1b[1m";
  }
  return "";
}

/// One decoded character; `bytes` is 1 and `code` absent where the bytes are no UTF-8.
struct Character {
  std::optional<char32_t> code;
  std::size_t bytes = 1;
};

Character decode(std::string_view text) {
  const std::size_t size = utf8_length(text);
  if (size == 0) return {};
  const auto lead = static_cast<unsigned char>(text[0]);
  if (size == 1) return {lead, 1};
  char32_t code = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {code, size};
}

struct Range {
  char32_t first, last;
};
/// Combining marks and other characters that take no cell of their own.
constexpr Range kZeroWidth[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},
                                {0x64B, 0x65F},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
                                {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
                                {0xFE20, 0xFE2F}};
/// East Asian wide characters and emoji.
constexpr Range kDoubleWidth[] = {{0x1100, 0x115F},  {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97C},
                                  {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                                  {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
                                  {0x20000, 0x3FFFD}};

template <std::size_t N>
bool within(char32_t code, const Range (&ranges)[N]) {
  for (const Range& range : ranges) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

std::size_t cells_of(char32_t code) {
  return code < 0x300 ? 1 : within(code, kZeroWidth) ? 0 : within(code, kDoubleWidth) ? 2 : 1;
}

bool is_control(char32_t code) {
  const bool reorders_text = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || reorders_text;
}

void append_escaped(std::string& out, std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

[[noreturn]] void refuse_output(int err) {
  if (err == EPIPE) std::_Exit(kExitLikeSigpipe);
  throw Error(Fault::temporary, std::string("standard output: write: ") + std::strerror(err));
}

}  // namespace

Terminal look_at_terminal(Color wish) {
  const bool interactive = isatty(STDOUT_FILENO) == 1;
  return {interactive, wants_color(wish, interactive), interactive ? terminal_width() : 0};
}

std::string paint(std::string_view text, Tone tone, const Terminal& terminal) {
  if (!terminal.color || tone == Tone::plain) return std::string(text);
  return std::string(escape_of(tone)).append(text).append("\x1b[0m");
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character c = decode(text);
    width += c.code ? cells_of(*c.code) : 1;
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string shorten(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t used = 0;
  std::size_t end = 0;
  while (end < text.size()) {
    const Character c = decode(text.substr(end));
    const std::size_t cells = c.code ? cells_of(*c.code) : 1;
    if (used + cells > width - 1) break;
    used += cells;
    end += c.bytes;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string escape_controls(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = decode(text);
    const std::string_view bytes = text.substr(0, c.bytes);
    const bool kept = keep_lines && (bytes == "\n" || bytes == "\t");
    if (kept || (c.code && !is_control(*c.code))) {
      out += bytes;
    } else {
      append_escaped(out, bytes);
    }
    text.remove_prefix(c.bytes);
  }
  return out;
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) refuse_output(errno);
}

void print_line(std::string_view text) {
  print(text);
  print("\n");
}

void finish_printing() {
  if (std::fflush(stdout) != 0) refuse_output(errno);
}

void print_hint(std::string_view text) {
  std::fflush(stdout);
  std::fprintf(stderr, "hint: %.*s\n", static_cast<int>(text.size()), text.data());
}

bool confirm(const std::string& question, const std::string& flag) {
  if (isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) {
    throw Error(Fault::usage, question + " Nobody is there to answer.", "add " + flag + " to answer yes");
  }
  finish_printing();
  std::fprintf(stderr, "%s [y/N] ", question.c_str());
  const int answer = std::getchar();
  return answer == 'y' || answer == 'Y';
}

}  // namespace rounds
