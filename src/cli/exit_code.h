#pragma once
#include "error.h"

namespace rounds::exit_code {

inline constexpr int ok = 0;
inline constexpr int failed = 1;  ///< it ran, and the answer is "failed"
inline constexpr int usage = 2;
inline constexpr int bad_data = 65;
inline constexpr int not_found = 66;
inline constexpr int unreachable = 69;
inline constexpr int internal = 70;
inline constexpr int exists = 73;
inline constexpr int temporary = 75;
inline constexpr int permission = 77;
inline constexpr int config = 78;
// run-now and wait alone
inline constexpr int timed_out = 124;
inline constexpr int before_start = 125;
inline constexpr int not_executable = 126;
inline constexpr int no_such_program = 127;
inline constexpr int signal_base = 128;

inline int of(Fault fault) {
  switch (fault) {
    case Fault::usage: return usage;
    case Fault::bad_data: return bad_data;
    case Fault::not_found: return not_found;
    case Fault::unreachable: return unreachable;
    case Fault::internal: return internal;
    case Fault::exists: return exists;
    case Fault::temporary: return temporary;
    case Fault::permission: return permission;
    case Fault::config: return config;
  }
  return internal;
}

}  // namespace rounds::exit_code
