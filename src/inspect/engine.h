#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace rounds {

/// One value of a row: NULL, integer, real or text.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string>;
using SqlRow = std::vector<SqlValue>;
/// Named values of a statement, without the colon.
using Parameters = std::map<std::string, SqlValue>;

/// The instance to examine, as its target declares it.
struct Instance {
  std::string name{};
  std::string engine{};
  std::string path{};                  ///< sqlite: the database file, absolute
  std::vector<std::string> backups{};  ///< patterns of the files that are backups of it, absolute
  std::string business{};
  std::string host{};
};

/// What a query may cost.
struct Limits {
  std::chrono::milliseconds time{1000};
  std::size_t rows = 1000;
};

/// What a query brought. `message` says why there are no rows; with `rows` it is empty.
struct Answer {
  enum class Status {
    rows,
    unavailable,  ///< this query cannot be answered here and now
    timed_out,    ///< stopped at its limit
    corrupt,      ///< the database is damaged where the query looked
    failed,
  } status = Status::rows;
  std::vector<SqlRow> rows{};
  bool truncated = false;  ///< there were more rows than the limit
  std::string message{};
};

/// How far `Engine::connect` got.
struct Connection {
  enum class State {
    open,
    locked,       ///< reached, but somebody keeps it locked
    closed,       ///< reached, but it cannot be queried as it is
    unreachable,  ///< nothing there, or nothing that we may see
  } state = State::unreachable;
  std::string reason{};  ///< empty when open
};
std::string to_text(Connection::State state);

struct Capabilities {
  std::string version{};               ///< of what answers the queries: "3.40.1"
  std::set<std::string> privileges{};  ///< what this login may do, in the words of the checks
};

/// A kind of database. A query asks the instance itself (`probe` empty) or a table of facts, named like the
/// probe, that the engine gathered from outside: files, locks, the connection.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Called once, first. Never throws for what the instance is.
  virtual Connection connect() = 0;
  virtual Capabilities capabilities() const = 0;
  virtual Answer query(const std::string& probe, const std::string& sql, const Parameters& parameters,
                       const Limits& limits) = 0;
};

/// The engine of that instance; throws Error `usage` for an engine that is not supported.
std::unique_ptr<Engine> make_engine(const Instance& instance);

}  // namespace rounds
