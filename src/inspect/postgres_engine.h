#pragma once
#include <memory>
#include <optional>

#include "inspect/engine.h"

namespace rounds {

/// A PostgreSQL server. One connection at a time, which only reads and gives up soon (INSPECTION, "Safety"). The probes
/// `files`, `machine` and `log` look at the server's files where it runs on this machine.
class PostgresEngine : public Engine {
 public:
  explicit PostgresEngine(Instance instance);
  ~PostgresEngine() override;

  Connection connect() override;
  Capabilities capabilities() const override;
  Answer databases() override;
  Answer use(const std::string& database) override;
  Answer query(const std::string& sql, const Parameters& parameters, const Limits& limits) override;
  Answer gather(const std::string& probe, SqlSession& facts, const Limits& limits) override;
  LogRequest log_request() override;

 private:
  struct Session;

  std::string open(const std::string& database);
  bool is_open() const;
  void learn();
  bool runs_in(const std::string& data_dir);
  std::string setting(const std::string& name);
  void gather_files(SqlSession& facts);

  Instance instance_;
  std::unique_ptr<Session> session_;  ///< absent: not connected
  bool dead_ = false;                 ///< it hung, or could not be reached again
  std::string database_;              ///< of the session
  std::string version_;
  Capabilities can_;
  std::string data_dir_;  ///< empty: not on this machine, or not to be read
};

}  // namespace rounds
