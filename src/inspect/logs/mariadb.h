#pragma once
#include "inspect/logs/entry.h"

namespace rounds {

/// The error log of MariaDB or MySQL, as text or JSON. A server that starts where the one before did not say that it
/// stops is an entry of its own, an ERROR: killed from outside, it may leave no other trace.
LogFormat mariadb_error_log();

}  // namespace rounds
