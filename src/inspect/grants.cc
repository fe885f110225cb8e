#include "inspect/grants.h"

namespace rounds {

namespace {

/// `text` between such quotes, doubled inside.
std::string quoted(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) out += c == quote ? std::string(2, c) : std::string(1, c);
  return out + quote;
}

std::vector<Grant> postgresql_grants(const std::string& login) {
  const std::string role = quoted(login, '"');
  return {
      {"", "CREATE ROLE " + role + " LOGIN CONNECTION LIMIT 3;  -- then: \\password " + role},
      {"monitor", "GRANT pg_monitor TO " + role + ";"},
      {"read_all",
       "-- It reads the rows of all tables; without it statistics of columns and sequences stay hidden.\n"
       "GRANT pg_read_all_data TO " +
           role + ";"},
      {"superuser",
       "-- No grant is advised: inspect as a superuser on the server itself, by peer, for the checks that need one."}};
}

std::vector<Grant> mariadb_grants(const std::string& login) {
  const std::string account = quoted(login, '\'') + "@'localhost'";
  return {{"", "CREATE USER " + account + " IDENTIFIED VIA ed25519 USING PASSWORD('…') WITH MAX_USER_CONNECTIONS 3;"},
          {"process", "GRANT PROCESS ON *.* TO " + account + ";"},
          {"replication", "GRANT BINLOG MONITOR, SLAVE MONITOR ON *.* TO " + account + ";"},
          {"accounts", "GRANT SELECT ON mysql.* TO " + account + ";"},
          {"select",
           "-- It reads the rows of all tables; without it tables that cannot be read do not show.\n"
           "GRANT SELECT ON *.* TO " +
               account + ";"}};
}

}  // namespace

std::vector<Grant> grants_of(const std::string& engine, const std::string& login) {
  if (engine == "postgresql") return postgresql_grants(login);
  if (engine == "mariadb") return mariadb_grants(login);
  return {};
}

}  // namespace rounds
