#include "inspect/engine.h"

#include <cstdlib>

#include "core/words.h"
#include "error.h"
#include "inspect/host_engine.h"
#include "inspect/logs/log_facts.h"
#include "inspect/mariadb_engine.h"
#include "inspect/postgres_engine.h"
#include "inspect/sqlite_engine.h"

namespace rounds {

namespace {

constexpr Words<4> kStates{"open", "locked", "closed", "unreachable"};
static_assert(complete(kStates, Connection::State::unreachable));

}  // namespace

std::string to_text(Connection::State state) { return word_of(kStates, state); }

LogRequest Engine::log_request() { return {}; }

std::string place_of(const Instance& instance) {
  if (!instance.path.empty()) return instance.path;
  if (!instance.service.empty()) return "service " + instance.service;
  const std::string address = instance.address.empty() ? "localhost" : instance.address;
  return instance.port.empty() ? address : address + ":" + instance.port;
}

std::unique_ptr<Engine> make_engine(const Instance& instance) {
  if (instance.engine == "sqlite") return std::make_unique<SqliteEngine>(instance);
  if (instance.engine == "postgresql") return std::make_unique<PostgresEngine>(instance);
  if (instance.engine == "mariadb") return std::make_unique<MariadbEngine>(instance);
  if (instance.engine == "host")
    return std::make_unique<HostEngine>(
        host::Remote{.address = instance.address, .user = instance.user, .port = std::atoi(instance.port.c_str())});
  throw Error(Fault::usage, "engine \"" + instance.engine + "\" of target " + instance.name + " is not yet supported");
}

}  // namespace rounds
