#pragma once
#include <memory>
#include <optional>

#include "inspect/engine.h"

namespace rounds {

/// A MariaDB or MySQL server. One connection, which only reads and gives up soon (INSPECTION, "Safety"). The probes
/// `files` and `machine` look at the server's files where it runs on this machine.
class MariadbEngine : public Engine {
 public:
  explicit MariadbEngine(Instance instance);
  ~MariadbEngine() override;

  Connection connect() override;
  Capabilities capabilities() const override;
  Answer databases() override;
  Answer use(const std::string& database) override;
  Answer query(const std::string& sql, const Parameters& parameters, const Limits& limits) override;
  Answer gather(const std::string& probe, SqlSession& facts, const Limits& limits) override;
  LogRequest log_request() override;

 private:
  struct Session;

  /// Empty, or why it could not be opened.
  std::string open();
  /// 0, or number and text of the error.
  std::pair<unsigned, std::string> attempt(const std::string& tls);
  void learn();
  void learn_privileges();
  std::string variable(const std::string& name);
  void gather_files(SqlSession& facts);

  Instance instance_;
  std::unique_ptr<Session> session_;  ///< absent: not connected
  int losses_ = 0;                    ///< of the server, within this examination
  std::string database_;
  Capabilities can_;
  std::string data_dir_;  ///< empty: not on this machine, or not to be read
};

}  // namespace rounds
