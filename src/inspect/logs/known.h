#pragma once
#include <string_view>

namespace rounds {

/// A message of PostgreSQL that checks look for, recognised by its words in the languages the server speaks.
struct KnownMessage {
  std::string_view text{};  ///< in English, as the checks expect it
  std::string_view code{};  ///< the SQLSTATE that belongs to it; empty: none
};

/// Nothing known has an empty text. `severity` counts: a role that does not exist ends a connection, or only a
/// statement.
KnownMessage know_message(std::string_view severity, std::string_view message);
/// For logs of others: nothing is known.
KnownMessage know_nothing(std::string_view severity, std::string_view message);

/// A server that starts says its version, in any language.
bool tells_start(std::string_view message);

}  // namespace rounds
