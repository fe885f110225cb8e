#include "inspect/postgres_engine.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "inspect/backup_facts.h"
#include "inspect/logs/log_facts.h"
#include "inspect/server_facts.h"
#include "inspect/sql_text.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr const char* kConnectSeconds = "5";
/// How much longer than its own limit a statement may take before the server counts as hanging.
constexpr milliseconds kGrace{2000};
/// What the session may not do, or not for long. Set after connecting: options of the connection would hide what the
/// server's files say of the same settings.
constexpr const char* kSessionSettings =
    "SET default_transaction_read_only = on; SET lock_timeout = 300; SET idle_in_transaction_session_timeout = 30000; "
    "SET jit = off; SET max_parallel_workers_per_gather = 0; SET search_path = pg_catalog; SET statement_timeout = "
    "5000; "
    "SET DateStyle = ISO; SET IntervalStyle = postgres; SET extra_float_digits = 1; SET bytea_output = hex";

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

std::string first_line(const char* text) {
  std::string line(text == nullptr ? "" : text);
  line.resize(std::min(line.size(), line.find('\n')));
  return line;
}

/// By PostgreSQL's catalogue of types: their object ids never change.
SqlValue value_of(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return std::monostate{};
  const std::string_view text(PQgetvalue(result, row, column),
                              static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case 16: return std::int64_t{text == "t" ? 1 : 0};  // bool
    case 20:
    case 21:
    case 23:
    case 26:
    case 28:
    case 700:
    case 701:
    case 1700: {  // int8 int2 int4 oid xid float4 float8 numeric
      std::int64_t whole = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
      if (error == std::errc() && end == text.data() + text.size()) return whole;
      return std::strtod(std::string(text).c_str(), nullptr);
    }
    default: return std::string(text);
  }
}

Answer failure(const PGresult* result, const PGconn* connection) {
  const char* code = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view state = code == nullptr ? "" : code;
  const char* primary = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string message = first_line(primary == nullptr ? PQerrorMessage(connection) : primary);
  if (state == "57014") return {.status = Answer::Status::timed_out, .message = message};
  if (state == "XX001" || state == "XX002") return {.status = Answer::Status::corrupt, .message = message};
  const bool elsewhere = state == "55P03" || state == "42501" || state == "40001" || state.starts_with("53") ||
                         state.starts_with("57P") || state.starts_with("08") || state == "0A000" || state == "55000";
  return {.status = elsewhere ? Answer::Status::unavailable : Answer::Status::failed, .message = message};
}

}  // namespace

struct PostgresEngine::Session {
  std::unique_ptr<PGconn, CloseConnection> connection;
  milliseconds timeout{5000};  ///< as the server knows it

  PGconn* get() const { return connection.get(); }

  /// Waits until the socket is readable; false when the deadline comes first.
  bool wait(Clock::time_point deadline) const {
    while (PQisBusy(get()) != 0) {
      const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) return false;
      pollfd socket{PQsocket(get()), POLLIN, 0};
      if (poll(&socket, 1, static_cast<int>(left)) > 0 && PQconsumeInput(get()) == 0)
        return true;  // the next result tells
    }
    return true;
  }

  void cancel() const {
    PGcancel* cancel = PQgetCancel(get());
    char ignored[256];
    if (cancel != nullptr) PQcancel(cancel, ignored, sizeof ignored);
    PQfreeCancel(cancel);
  }

  /// Sends a statement and takes its rows one by one, so that a large result is never held.
  Answer run(const std::string& sql, const Limits& limits) {
    if (connection == nullptr || PQstatus(get()) != CONNECTION_OK)
      return {.status = Answer::Status::unavailable, .message = "the connection was lost"};
    if (PQsendQuery(get(), sql.c_str()) == 0) return failure(nullptr, get());
    PQsetSingleRowMode(get());
    Answer answer;
    const auto deadline = Clock::now() + limits.time + kGrace;
    for (;;) {
      if (!wait(deadline)) {  // its own timeout has not stopped it: to ask it to cancel could hang as well
        connection.reset();
        return {.status = Answer::Status::timed_out, .message = "the server did not answer in time"};
      }
      const Result result(PQgetResult(get()));
      if (!result) return answer;
      take(answer, result.get(), limits);
    }
  }

  void take(Answer& answer, const PGresult* result, const Limits& limits) {
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK) {
      if (answer.columns.empty()) {
        for (int i = 0; i < PQnfields(result); ++i) answer.columns.emplace_back(PQfname(result, i));
      }
      for (int row = 0; row < PQntuples(result); ++row) add_row(answer, result, row, limits);
    } else if (status != PGRES_COMMAND_OK && !answer.truncated) {
      answer = failure(result, get());
    }
  }

  void add_row(Answer& answer, const PGresult* result, int row, const Limits& limits) {
    if (answer.rows.size() >= limits.rows) {
      if (!answer.truncated) cancel();
      answer.truncated = true;
      return;
    }
    SqlRow values;
    for (int column = 0; column < PQnfields(result); ++column) values.push_back(value_of(result, row, column));
    answer.rows.push_back(std::move(values));
  }
};

PostgresEngine::PostgresEngine(Instance instance) : instance_(std::move(instance)) {}
PostgresEngine::~PostgresEngine() = default;

/// Empty, or why it could not be opened.
std::string PostgresEngine::open(const std::string& database) {
  session_.reset();
  const bool local = is_this_machine(instance_.address);
  const std::string tls = !instance_.tls.empty()      ? instance_.tls
                          : instance_.service.empty() ? (local ? "prefer" : "verify-full")
                                                      : "";
  const std::vector<std::pair<const char*, std::string>> given{{"service", instance_.service},
                                                               {"host", instance_.address},
                                                               {"port", instance_.port},
                                                               {"user", instance_.user},
                                                               {"dbname", database},
                                                               {"password", instance_.password.value_or("")},
                                                               {"sslmode", tls},
                                                               {"sslrootcert", instance_.tls_ca},
                                                               {"connect_timeout", kConnectSeconds},
                                                               {"application_name", "rounds"},
                                                               {"client_encoding", "UTF8"}};
  std::vector<const char*> names, values;
  for (const auto& [name, value] : given) {
    if (value.empty()) continue;
    names.push_back(name);
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  auto session = std::make_unique<Session>();
  session->connection.reset(PQconnectdbParams(names.data(), values.data(), 0));
  if (PQstatus(session->get()) != CONNECTION_OK) {
    const std::string reason = first_line(PQerrorMessage(session->get()));
    return reason.empty() ? "no connection" : reason;
  }
  const Answer settled = session->run(kSessionSettings, {});
  if (settled.status != Answer::Status::rows) return settled.message;
  session_ = std::move(session);
  database_ = PQdb(session_->get());
  return {};
}

Connection PostgresEngine::connect() {
  const std::string reason =
      open(!instance_.dbname.empty() || !instance_.service.empty() ? instance_.dbname : "postgres");
  if (!session_) return {Connection::State::unreachable, reason};
  const Answer touched = query("SELECT 1", {}, {});
  if (touched.status != Answer::Status::rows) return {Connection::State::closed, touched.message};
  learn();
  return {Connection::State::open, {}};
}

/// Asks what this login may do, before anything is tried: each refusal would be a line in the server's log.
void PostgresEngine::learn() {
  const int number = PQserverVersion(session_->get());
  version_ = fmt::format("{}.{}", number / 10000, number % 10000);
  can_ = {.version = version_, .privileges = {}, .missing = {}};
  const Answer roles = query(
      "SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),"
      " pg_has_role(current_user, 'pg_monitor', 'USAGE'),"
      " coalesce((SELECT pg_has_role(current_user, oid, 'USAGE') FROM pg_roles WHERE rolname = 'pg_read_all_data'), "
      "false)",
      {}, {});
  const auto is = [&](std::size_t column) {
    return !roles.rows.empty() && roles.rows[0].at(column) == SqlValue(std::int64_t{1});
  };
  if (is(0)) can_.privileges.insert("superuser");
  if (is(0) || is(1)) can_.privileges.insert("monitor");
  if (is(0) || is(2)) can_.privileges.insert("read_all");
  can_.missing = {
      {"superuser", "needs a superuser"},
      {"monitor", "needs the role pg_monitor: GRANT pg_monitor TO the login"},
      {"read_all", "needs the role pg_read_all_data (PostgreSQL 14): statistics of columns and sequences are hidden"},
      {"backups", "no backups are declared"},
      {"local", "the data directory cannot be seen from here"}};
  if (!instance_.backups.empty()) can_.privileges.insert("backups");
  data_dir_ = setting("data_directory");
  if (data_dir_.empty()) data_dir_ = instance_.data_dir;
  if (is_this_machine(instance_.address) && runs_in(data_dir_)) {
    can_.privileges.insert("local");
  } else {
    data_dir_.clear();
  }
}

/// True when it is that folder on this machine that the server works in: behind a loopback address may be a container,
/// and the folder of that name another server's. The third line of postmaster.pid is when its server started.
bool PostgresEngine::runs_in(const std::string& data_dir) {
  constexpr std::int64_t kStartLasts = 120;
  std::ifstream file(data_dir + "/postmaster.pid");
  std::string pid, folder;
  std::int64_t started = 0;
  if (!std::getline(file, pid) || !std::getline(file, folder) || !(file >> started)) return false;
  const Answer answer = query("SELECT extract(epoch FROM pg_postmaster_start_time())::int8", {}, {});
  const auto* told = answer.rows.empty() ? nullptr : std::get_if<std::int64_t>(&answer.rows[0].at(0));
  return told != nullptr && std::abs(*told - started) <= kStartLasts;
}

Capabilities PostgresEngine::capabilities() const { return can_; }

/// Empty when it is unknown or hidden.
std::string PostgresEngine::setting(const std::string& name) {
  const Answer answer = query("SELECT setting FROM pg_settings WHERE name = :name", {{"name", name}}, {});
  if (answer.rows.empty()) return {};
  const auto* text = std::get_if<std::string>(&answer.rows[0].at(0));
  return text == nullptr ? std::string() : *text;
}

Answer PostgresEngine::databases() {
  return query(
      "SELECT datname::text, CASE WHEN NOT has_database_privilege(oid, 'CONNECT') THEN 'the login may not connect to "
      "it' END"
      " FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname",
      {}, {});
}

Answer PostgresEngine::use(const std::string& database) {
  if (is_open() && database_ == database) return {};
  if (dead_) return {.status = Answer::Status::unavailable, .message = "the server stopped answering"};
  const std::string reason = open(database);
  if (session_) return {};
  return {.status = Answer::Status::unavailable, .message = reason};
}

bool PostgresEngine::is_open() const {
  return session_ && session_->connection != nullptr && PQstatus(session_->get()) == CONNECTION_OK;
}

Answer PostgresEngine::query(const std::string& sql, const Parameters& parameters, const Limits& limits) {
  if (!is_open()) {
    if (dead_) return {.status = Answer::Status::unavailable, .message = "the server stopped answering"};
    const std::string reason = open(database_);
    dead_ = !session_;
    if (!session_) return {.status = Answer::Status::unavailable, .message = reason};
  }
  if (session_->timeout != limits.time) {
    session_->timeout = limits.time;
    session_->run(fmt::format("SET statement_timeout = {}", std::max<long>(1, limits.time.count())), {});
  }
  const auto quote = [&](const std::string& text) {
    char* escaped = PQescapeLiteral(session_->get(), text.data(), text.size());
    const std::string literal(escaped == nullptr ? "NULL" : escaped);
    PQfreemem(escaped);
    return literal;
  };
  Answer answer = session_->run(with_literals(sql, parameters, quote), limits);
  dead_ = session_->connection == nullptr;  // it hung: asking again would cost as long once more
  return answer;
}

void PostgresEngine::gather_files(SqlSession& facts) {
  namespace fs = std::filesystem;
  const auto path_of = [&](const char* name) {
    const std::string value = setting(name);
    return value.empty() ? value : (fs::path(data_dir_) / value).string();
  };
  std::error_code unreadable;
  std::vector<ServerPath> files{
      {"data_dir", data_dir_}, {"config", setting("config_file")}, {"hba", setting("hba_file")}};
  std::vector<ServerPath> disks{{"data", data_dir_}};
  std::vector<ServerPath> certificates;
  const fs::path wal = fs::canonical(fs::path(data_dir_) / "pg_wal", unreadable);
  if (!unreadable) disks.push_back({"wal", wal.string()});
  if (setting("ssl") == "on") {
    files.push_back({"key", path_of("ssl_key_file")});
    for (const char* name : {"ssl_cert_file", "ssl_ca_file"}) {
      const std::string path = path_of(name);
      if (path.empty()) continue;
      files.push_back({name == std::string("ssl_ca_file") ? "ca" : "cert", path});
      certificates.push_back(files.back());
    }
  }
  if (setting("logging_collector") == "on") {
    files.push_back({"log_dir", path_of("log_directory")});
    disks.push_back({"log", path_of("log_directory")});
  }
  const Answer spaces = query(
      "SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')", {}, {});
  for (const SqlRow& row : spaces.rows) {
    if (const auto* path = std::get_if<std::string>(&row.at(0))) disks.push_back({"tablespace", *path});
  }
  for (const ServerPath& disk : disks_of_backups(instance_.backups)) disks.push_back(disk);
  fill_file_facts(facts, files, disks, certificates);
}

/// Declared by the target, else where the collector writes, if that is on this machine.
LogRequest PostgresEngine::log_request() {
  LogRequest request{.engine = "postgresql", .paths = instance_.logs, .declared = !instance_.logs.empty()};
  if (!session_) return request;
  request.line_prefix = setting("log_line_prefix");
  request.timezone = setting("log_timezone");
  request.destination = setting("log_destination");
  if (request.declared || data_dir_.empty() || setting("logging_collector") != "on") return request;
  const std::string folder = setting("log_directory");
  if (!folder.empty()) request.paths = {(std::filesystem::path(data_dir_) / folder).string()};
  return request;
}

Answer PostgresEngine::gather(const std::string& probe, SqlSession& facts, const Limits& limits) {
  const auto unavailable = [](std::string why) {
    return Answer{.status = Answer::Status::unavailable, .message = std::move(why)};
  };
  if (probe == "files") {
    if (data_dir_.empty()) return unavailable(can_.missing.at("local"));
    gather_files(facts);
    return {};
  }
  if (probe == "machine") {
    if (data_dir_.empty()) return unavailable("whether the server runs on this machine cannot be told");
    fill_machine_facts(facts);
    return {};
  }
  if (probe == "backup" || probe == "backup_content")
    return gather_backup_facts(probe, facts, instance_.backups, limits);
  return unavailable("no probe \"" + probe + "\" here");
}

}  // namespace rounds
