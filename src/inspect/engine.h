#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
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
  std::string path{};     ///< sqlite: the database file, absolute
  std::string address{};  ///< name, IP address or socket folder; empty: this machine
  std::string port{};     ///< empty: the engine's own
  std::string user{};
  std::string dbname{};       ///< to connect to first
  std::string service{};      ///< postgresql: of libpq's service file
  std::string option_file{};  ///< mariadb: of its client library
  std::string tls{};          ///< of kTlsModes; empty: `verify-full`, on this machine `prefer`
  std::string tls_ca{};
  std::optional<std::string> password{};
  std::string data_dir{};              ///< as declared, where the server does not tell
  std::vector<std::string> logs{};     ///< patterns of its log files, absolute
  std::vector<std::string> backups{};  ///< patterns of the files that are backups of it, absolute
  std::optional<std::int64_t> pitr_days{};
  std::string business{};
  std::string host{};
};

/// Where a person would look for it: a path, or the address and port.
std::string place_of(const Instance& instance);

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
  std::vector<std::string> columns{};  ///< their names
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
  std::string version{};                         ///< of what answers the queries: "3.40.1"
  std::set<std::string> privileges{};            ///< what this login may do, in the words of the checks
  std::map<std::string, std::string> missing{};  ///< of privileges that it lacks: what to say about it
};

class SqlSession;
struct LogRequest;

/// A kind of database, or of machine.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Called once, first. Never throws for what the instance is.
  virtual Connection connect() = 0;
  virtual Capabilities capabilities() const = 0;
  /// Those in which checks of the scope `database` are asked: rows (name, why not or NULL). Asked once, after
  /// connect().
  virtual Answer databases() { return {}; }
  /// Lets the queries that follow go to that database. A status other than `rows` says why that cannot be.
  virtual Answer use(const std::string&) { return {}; }
  /// One statement on the instance itself.
  virtual Answer query(const std::string& sql, const Parameters& parameters, const Limits& limits) = 0;
  /// Fills the tables of that probe (checks/README.md). A status other than `rows` says why they cannot be had.
  virtual Answer gather(const std::string& probe, SqlSession& facts, const Limits& limits) = 0;
  /// Where the logs lie and what they look like, for the probe `log`; all but the window.
  virtual LogRequest log_request();
};

/// The engine of that instance; throws Error `usage` for an engine that is not supported.
std::unique_ptr<Engine> make_engine(const Instance& instance);

}  // namespace rounds
