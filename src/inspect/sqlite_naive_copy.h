#pragma once
#include <string>

namespace rounds {

/// Whether a backup is a plain copy of the main file alone, made while the write-ahead log held more.
struct NaiveCopy {
  enum class Verdict {
    no,       ///< the backup holds what stood in the log, or the log holds nothing
    yes,      ///< it lacks what stood in the log when it was made
    unknown,  ///< the log was written after the backup was
  } verdict = Verdict::no;
  long long pages = 0;  ///< that the log has newer than the main file and that were compared
};

/// Compares pages of the log with those of the main file and of the backup; reads plain bytes of all three, in a way
/// that keeps the locks of this process. Throws Error when one cannot be read.
NaiveCopy compare_with_log(const std::string& database, const std::string& copy);

}  // namespace rounds
