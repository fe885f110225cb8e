#pragma once
#include <string>

namespace rounds {

/// What a file that only its owner may read says, without the line end at its end. Throws Error (never with the
/// content) for one that is no plain file of ours or of root, that others may read or write, that is empty, larger than
/// 64 KiB or has a NUL in it.
std::string read_secret_file(const std::string& path);

/// A secret as a program or a file gives it: without one line end at its end.
void trim_line_end(std::string& secret);

inline constexpr std::size_t kLargestSecret = 64 * 1024;

}  // namespace rounds
