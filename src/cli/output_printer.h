#pragma once
#include <string>

#include "cli/options.h"
#include "store/output.h"

namespace rounds {

/// Prints what jobs wrote: byte for byte, on a terminal with controls escaped and what is missing marked.
class OutputPrinter {
 public:
  explicit OutputPrinter(Color color);
  void show(const OutputPiece& piece);
  /// After the last piece: a character that was cut off by the end.
  void finish();
  std::int64_t left_out() const { return left_out_; }

 private:
  bool terminal_;
  std::string cut_{};  ///< the beginning of a character whose rest is in the next piece
  std::int64_t left_out_ = 0;
};

}  // namespace rounds
