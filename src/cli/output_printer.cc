#include "cli/output_printer.h"

#include <fmt/format.h>

#include "cli/terminal.h"

namespace rounds {

namespace {

constexpr std::size_t kLongestCharacter = 4;

/// How many of the last bytes may be the beginning of a character of UTF-8.
std::size_t cut_off(const std::string& bytes) {
  for (std::size_t back = 1; back < kLongestCharacter && back <= bytes.size(); ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if ((byte & 0xC0U) == 0x80) continue;
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

}  // namespace

OutputPrinter::OutputPrinter(Color color) : terminal_(look_at_terminal(color).interactive) {}

void OutputPrinter::show(const OutputPiece& piece) {
  left_out_ += piece.left_out;
  if (!terminal_) return print(piece.bytes);
  if (piece.left_out > 0) {
    finish();
    print(fmt::format("\n[{} bytes were left out here]\n", piece.left_out));
  }
  std::string text = cut_ + piece.bytes;
  cut_ = text.substr(text.size() - cut_off(text));
  text.resize(text.size() - cut_.size());
  print(escape_controls(text, true));
}

void OutputPrinter::finish() {
  print(escape_controls(cut_, true));
  cut_.clear();
  finish_printing();
}

}  // namespace rounds
