#pragma once
#include <string_view>

namespace rounds {

/// `PANIC FATAL ERROR WARNING NOTICE INFO LOG DEBUG` for what PostgreSQL writes in any of its languages; empty for
/// another word.
std::string_view postgres_severity(std::string_view word);
/// `ERROR WARNING NOTE` for a level of MariaDB or MySQL, also `System`; empty for another word.
std::string_view mariadb_severity(std::string_view word);
/// Entries of daily work, of which there may be very many.
bool is_routine(std::string_view severity);

}  // namespace rounds
