#pragma once
#include "inspect/logs/entry.h"

namespace rounds {

/// An application's log, line by line, in any shape that has a time near the front. Entries are the lines that name an
/// error of SQLite; their code is the error's name. Times without a year (syslog) are of the last year in which they
/// are not later than the day after `latest`.
LogFormat application_log(Due latest);

}  // namespace rounds
