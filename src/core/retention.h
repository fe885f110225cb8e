#pragma once
#include <chrono>

namespace rounds {

/// What the ledger keeps of what is over: all that ended within `keep`, and of each job its last `runs` rows.
struct Retention {
  std::chrono::seconds keep = std::chrono::days(90);
  int runs = 100;
};

}  // namespace rounds
