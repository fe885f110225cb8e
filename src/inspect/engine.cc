#include "inspect/engine.h"

#include "core/words.h"
#include "error.h"
#include "inspect/host_engine.h"
#include "inspect/sqlite_engine.h"

namespace rounds {

namespace {

constexpr Words<4> kStates{"open", "locked", "closed", "unreachable"};
static_assert(complete(kStates, Connection::State::unreachable));

}  // namespace

std::string to_text(Connection::State state) { return word_of(kStates, state); }

std::unique_ptr<Engine> make_engine(const Instance& instance) {
  if (instance.engine == "sqlite") return std::make_unique<SqliteEngine>(instance);
  if (instance.engine == "host") return std::make_unique<HostEngine>(instance.name, host::Remote{});
  throw Error(Fault::usage, "engine \"" + instance.engine + "\" of target " + instance.name + " is not yet supported");
}

}  // namespace rounds
