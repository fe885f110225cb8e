#pragma once
#include <optional>
#include <string>

#include "inspect/engine.h"
#include "inspect/host/place.h"
#include "inspect/host/remote.h"
#include "inspect/sql_session.h"

namespace rounds {

/// A Linux machine: this one, or one that ssh reaches without a password. The words of `probe` are those of
/// `host/families.h`. There is no instance to ask without a probe.
class HostEngine : public Engine {
 public:
  /// `root` other than `/` holds copies of the files of some machine, for tests.
  explicit HostEngine(host::Remote remote, std::string root = "/");
  HostEngine(const HostEngine&) = delete;
  HostEngine& operator=(const HostEngine&) = delete;
  ~HostEngine() override;

  Connection connect() override;
  Capabilities capabilities() const override;
  Answer query(const std::string& sql, const Parameters& parameters, const Limits& limits) override;
  Answer gather(const std::string& probe, SqlSession& facts, const Limits& limits) override;

 private:
  Connection reach();

  host::Remote remote_;
  host::Place place_;
  std::string collected_;  ///< folder of copies that goes with us; empty: none
  Connection connection_{Connection::State::unreachable, "not yet connected"};
};

}  // namespace rounds
