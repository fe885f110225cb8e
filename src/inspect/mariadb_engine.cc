#include "inspect/mariadb_engine.h"

#include <errmsg.h>
#include <fmt/format.h>
#include <mysql.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "inspect/backup_facts.h"
#include "inspect/logs/log_facts.h"
#include "inspect/server_facts.h"
#include "inspect/sql_text.h"

namespace rounds {

namespace {

constexpr unsigned kConnectSeconds = 5;
/// The longest limit of a statement and some: then the server counts as hanging.
constexpr unsigned kReadSeconds = 35;
constexpr const char* kSessionOptions =
    "SET SESSION lock_wait_timeout = 1, SESSION innodb_lock_wait_timeout = 1, SESSION sql_mode = ''";
constexpr const char* kReadOnly = "SET SESSION TRANSACTION READ ONLY";  // takes no other setting beside it

struct CloseConnection {
  void operator()(MYSQL* connection) const { mysql_close(connection); }
};
struct FreeResult {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};

SqlValue value_of(const MYSQL_FIELD& field, const char* text, unsigned long length) {
  if (text == nullptr) return std::monostate{};
  const std::string value(text, length);
  switch (field.type) {
    case MYSQL_TYPE_TINY: case MYSQL_TYPE_SHORT: case MYSQL_TYPE_LONG: case MYSQL_TYPE_INT24: case MYSQL_TYPE_LONGLONG: case MYSQL_TYPE_YEAR: {
      errno = 0;
      const long long whole = std::strtoll(value.c_str(), nullptr, 10);
      if (errno == 0) return std::int64_t{whole};
      return std::strtod(value.c_str(), nullptr);  // an unsigned one beyond what fits
    }
    case MYSQL_TYPE_DECIMAL: case MYSQL_TYPE_NEWDECIMAL: case MYSQL_TYPE_FLOAT: case MYSQL_TYPE_DOUBLE: {
      if (value.find_first_not_of("-0123456789") == std::string::npos && value.size() < 19) return std::int64_t{std::strtoll(value.c_str(), nullptr, 10)};
      return std::strtod(value.c_str(), nullptr);
    }
    default: return value;
  }
}

/// By the numbers of MariaDB's list of errors.
Answer::Status status_of(unsigned code) {
  switch (code) {
    case 1969: case 3024: return Answer::Status::timed_out;                 // max_statement_time, max_execution_time
    case 1034: case 1035: case 1194: case 1195: case 1877: case 1712: return Answer::Status::corrupt;
    case 1044: case 1045: case 1142: case 1143: case 1227: case 1370: case 1205: case 1213: case 1317: case 1040: case 1053:
    case 2006: case 2013: return Answer::Status::unavailable;
    default: return Answer::Status::failed;
  }
}

std::string version_of(const std::string& text) {
  // Replication-safe prefix of old MariaDB: "5.5.5-10.11.19-MariaDB".
  const std::string plain = text.starts_with("5.5.5-") ? text.substr(6) : text;
  return plain.substr(0, plain.find_first_not_of("0123456789."));
}

}  // namespace

struct MariadbEngine::Session {
  std::unique_ptr<MYSQL, CloseConnection> connection{mysql_init(nullptr)};
  std::chrono::milliseconds timeout{0};  ///< as the server knows it
  std::size_t rows = 0;                  ///< the same
  bool is_mariadb = true;

  MYSQL* get() const { return connection.get(); }

  Answer failure() const { return {.status = status_of(mysql_errno(get())), .message = mysql_error(get())}; }

  /// Takes the rows as they come, so that a large result is never held.
  Answer run(const std::string& sql, const Limits& limits) {
    if (mysql_real_query(get(), sql.data(), sql.size()) != 0) return failure();
    const std::unique_ptr<MYSQL_RES, FreeResult> result(mysql_use_result(get()));
    if (!result) return mysql_errno(get()) == 0 ? Answer{} : failure();
    Answer answer;
    const unsigned columns = mysql_num_fields(result.get());
    const MYSQL_FIELD* fields = mysql_fetch_fields(result.get());
    for (unsigned i = 0; i < columns; ++i) answer.columns.emplace_back(fields[i].name);
    while (const MYSQL_ROW row = mysql_fetch_row(result.get())) {
      answer.truncated = answer.rows.size() >= limits.rows;
      if (answer.truncated) continue;  // the server sends one row more; without our limit it stops at its time
      const unsigned long* lengths = mysql_fetch_lengths(result.get());
      SqlRow values;
      for (unsigned i = 0; i < columns; ++i) values.push_back(value_of(fields[i], row[i], lengths[i]));
      answer.rows.push_back(std::move(values));
    }
    if (mysql_errno(get()) != 0) return failure();
    return answer;
  }
};

MariadbEngine::MariadbEngine(Instance instance) : instance_(std::move(instance)) {}
MariadbEngine::~MariadbEngine() = default;

std::string MariadbEngine::open() {
  const bool socket = instance_.address.starts_with('/');
  const std::string usual = is_this_machine(instance_.address) ? "prefer" : "verify-full";
  const std::string tls = socket ? "disable" : (instance_.tls.empty() ? usual : instance_.tls);
  const auto [code, reason] = attempt(tls);
  return code == CR_SSL_CONNECTION_ERROR && tls == "prefer" ? attempt("disable").second : reason;
}

std::pair<unsigned, std::string> MariadbEngine::attempt(const std::string& tls) {
  session_.reset();
  auto session = std::make_unique<Session>();
  MYSQL* mysql = session->get();
  mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &kConnectSeconds);
  mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &kReadSeconds);
  mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options4(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "rounds");
  if (!instance_.option_file.empty()) {
    mysql_options(mysql, MYSQL_READ_DEFAULT_FILE, instance_.option_file.c_str());
    mysql_options(mysql, MYSQL_READ_DEFAULT_GROUP, "rounds");
  }
  const bool socket = instance_.address.starts_with('/');
  const my_bool enforce = 1;  // to this library that only means: use it
  const my_bool verify = tls.starts_with("verify") ? 1 : 0;
  if (tls != "disable") {
    mysql_ssl_set(mysql, nullptr, nullptr, instance_.tls_ca.empty() ? nullptr : instance_.tls_ca.c_str(), nullptr, nullptr);
    mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &enforce);
    mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  }
  std::string path = socket ? instance_.address : std::string();
  if (std::filesystem::is_directory(path)) {
    for (const char* name : {"mysqld.sock", "mariadb.sock", "mysql.sock", "sock"}) {
      if (std::filesystem::exists(path + "/" + name)) path += std::string("/") + name;
      if (!std::filesystem::is_directory(path)) break;
    }
  }
  const auto text = [](const std::string& value) { return value.empty() ? nullptr : value.c_str(); };
  const unsigned port = instance_.port.empty() ? 0 : static_cast<unsigned>(std::strtoul(instance_.port.c_str(), nullptr, 10));
  // "localhost" means the default socket to this library; with a port somebody means TCP.
  const std::string host = socket ? "localhost" : (instance_.address == "localhost" && port != 0 ? "127.0.0.1" : instance_.address);
  if (mysql_real_connect(mysql, text(host), text(instance_.user), instance_.password ? instance_.password->c_str() : nullptr,
                         text(instance_.dbname), port, text(path), 0) == nullptr) {
    return {mysql_errno(mysql), mysql_error(mysql)};
  }
  session->is_mariadb = std::string(mysql_get_server_info(mysql)).find("MariaDB") != std::string::npos;
  session->run(kSessionOptions, {});
  session->run(kReadOnly, {});
  session_ = std::move(session);
  return {};
}

Connection MariadbEngine::connect() {
  const std::string reason = open();
  if (!session_) return {Connection::State::unreachable, reason};
  const Answer touched = query("SELECT 1", {}, {});
  if (touched.status != Answer::Status::rows) return {Connection::State::closed, touched.message};
  learn();
  return {Connection::State::open, {}};
}

/// Asks what this login may do, before anything is tried: each refusal could be a line in the server's log.
void MariadbEngine::learn() {
  can_ = {.version = version_of(mysql_get_server_info(session_->get())), .privileges = {}, .missing = {}};
  can_.missing = {{"process", "needs the privilege PROCESS"},
                  {"replication", "needs BINLOG MONITOR and REPLICA MONITOR (elsewhere REPLICATION CLIENT)"},
                  {"select", "needs SELECT on all schemas: what cannot be read does not show"},
                  {"accounts", "needs SELECT on the schema mysql"},
                  {"backups", "no backups are declared"},
                  {"local", "the data directory cannot be seen from here"}};
  if (!instance_.backups.empty()) can_.privileges.insert("backups");
  learn_privileges();
  data_dir_ = variable("datadir");
  if (data_dir_.empty()) data_dir_ = instance_.data_dir;
  std::error_code hidden;
  if (!data_dir_.empty() && is_this_machine(instance_.address) && std::filesystem::exists(data_dir_ + "/ibdata1", hidden)) {
    can_.privileges.insert("local");
  } else {
    data_dir_.clear();
  }
}

void MariadbEngine::learn_privileges() {
  std::set<std::string> everywhere, on_mysql;
  const Answer global = query("SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = "
                              "concat('''', substring_index(current_user(), '@', 1), '''@''', substring_index(current_user(), '@', -1), '''')", {}, {});
  for (const SqlRow& row : global.rows) everywhere.insert(std::get<std::string>(row.at(0)));
  const Answer schema = query("SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES WHERE TABLE_SCHEMA = 'mysql'", {}, {});
  for (const SqlRow& row : schema.rows) on_mysql.insert(std::get<std::string>(row.at(0)));
  const auto has = [&](const char* name) { return everywhere.count(name) > 0; };
  if (has("PROCESS")) can_.privileges.insert("process");
  const bool replica = has("REPLICATION SLAVE ADMIN") || has("SLAVE MONITOR") || has("REPLICA MONITOR") || has("REPLICATION CLIENT") || has("SUPER");
  if (replica || has("BINLOG MONITOR")) can_.privileges.insert("replication");
  if (has("SELECT")) can_.privileges.insert({"select"});
  if (has("SELECT") || on_mysql.count("SELECT") > 0) can_.privileges.insert("accounts");
}

Capabilities MariadbEngine::capabilities() const { return can_; }

std::string MariadbEngine::variable(const std::string& name) {
  const Answer answer = query("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME = :name", {{"name", name}}, {});
  if (answer.rows.empty()) return {};
  const auto* text = std::get_if<std::string>(&answer.rows[0].at(0));
  return text == nullptr ? std::string() : *text;
}

std::vector<std::string> MariadbEngine::databases() {
  std::vector<std::string> names;
  const Answer answer = query("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN "
                              "('information_schema', 'performance_schema', 'mysql', 'sys') ORDER BY 1", {}, {});
  for (const SqlRow& row : answer.rows) names.push_back(std::get<std::string>(row.at(0)));
  return names;
}

Answer MariadbEngine::use(const std::string& database) {
  if (!session_) return {.status = Answer::Status::unavailable, .message = "not connected"};
  database_ = database;
  return mysql_select_db(session_->get(), database.c_str()) == 0 ? Answer{} : session_->failure();
}

Answer MariadbEngine::query(const std::string& sql, const Parameters& parameters, const Limits& limits) {
  if (!session_ || mysql_get_socket(session_->get()) == static_cast<my_socket>(-1)) {
    const std::string reason = open();
    if (!session_) return {.status = Answer::Status::unavailable, .message = reason};
    if (!database_.empty()) mysql_select_db(session_->get(), database_.c_str());
  }
  if (session_->timeout != limits.time) {
    session_->timeout = limits.time;
    const double seconds = static_cast<double>(limits.time.count()) / 1000;
    session_->run(session_->is_mariadb ? fmt::format("SET SESSION max_statement_time = {}", seconds)
                                       : fmt::format("SET SESSION max_execution_time = {}", limits.time.count()), {});
  }
  if (session_->rows != limits.rows) {
    session_->rows = limits.rows;
    session_->run(fmt::format("SET SESSION sql_select_limit = {}", limits.rows + 1), {});
  }
  const auto quote = [&](const std::string& text) {
    std::string escaped(text.size() * 2 + 1, '\0');
    escaped.resize(mysql_real_escape_string(session_->get(), escaped.data(), text.data(), text.size()));
    return "'" + escaped + "'";
  };
  return session_->run(with_literals(sql, parameters, quote), limits);
}

void MariadbEngine::gather_files(SqlSession& facts) {
  namespace fs = std::filesystem;
  const auto path_of = [&](const char* name) {
    const std::string value = variable(name);
    return value.empty() ? value : (fs::path(data_dir_) / value).string();
  };
  std::vector<ServerPath> files{{"data_dir", data_dir_}}, disks{{"data", data_dir_}}, certificates;
  for (const auto& [name, role] : {std::pair("ssl_key", "key"), std::pair("ssl_cert", "cert"), std::pair("ssl_ca", "ca")}) {
    const std::string path = path_of(name);
    if (path.empty()) continue;
    files.push_back({role, path});
    if (role != std::string("key")) certificates.push_back(files.back());
  }
  const std::string log = path_of("log_error");
  if (!log.empty()) {
    files.push_back({"log_dir", fs::path(log).parent_path().string()});
    disks.push_back({"log", fs::path(log).parent_path().string()});
  }
  const std::string binlog = variable("log_bin_basename");
  if (!binlog.empty()) disks.push_back({"binlog", fs::path(binlog).parent_path().string()});
  const std::string tmp = variable("tmpdir");
  if (!tmp.empty()) disks.push_back({"tmp", tmp.substr(0, tmp.find(':'))});
  for (const ServerPath& disk : disks_of_backups(instance_.backups)) disks.push_back(disk);
  fill_file_facts(facts, files, disks, certificates);
  facts.fill("CREATE TABLE upgrade(path, version)", {});
  for (const char* name : {"mariadb_upgrade_info", "mysql_upgrade_info"}) {
    std::ifstream info(data_dir_ + "/" + name);
    std::string version;
    if (!std::getline(info, version)) continue;
    version.resize(version.find_last_not_of(std::string("\0 \r\n", 4)) + 1);
    facts.fill("INSERT INTO upgrade VALUES(:path, :version)", {{"path", data_dir_ + "/" + name}, {"version", version}});
    break;
  }
}

/// Declared by the target, else the error log that the server names, if that is on this machine.
LogRequest MariadbEngine::log_request() {
  LogRequest request{.engine = "mariadb", .paths = instance_.logs, .declared = !instance_.logs.empty()};
  if (!session_) return request;
  request.timezone = variable("system_time_zone");
  const std::string log = variable("log_error");
  if (!request.declared && !data_dir_.empty() && !log.empty()) request.paths = {(std::filesystem::path(data_dir_) / log).string()};
  return request;
}

Answer MariadbEngine::gather(const std::string& probe, SqlSession& facts, const Limits& limits) {
  const auto unavailable = [](std::string why) { return Answer{.status = Answer::Status::unavailable, .message = std::move(why)}; };
  if (probe == "files") {
    if (data_dir_.empty()) return unavailable(can_.missing.at("local"));
    gather_files(facts);
    return {};
  }
  if (probe == "machine") {
    if (!is_this_machine(instance_.address)) return unavailable("the server is on another machine");
    fill_machine_facts(facts);
    return {};
  }
  if (probe == "backup" || probe == "backup_content") return gather_backup_facts(probe, facts, instance_.backups, limits);
  return unavailable("no probe \"" + probe + "\" here");
}

}  // namespace rounds
