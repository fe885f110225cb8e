#include "loop/state.h"

#include <filesystem>

#include "sys/clock.h"
#include "sys/packet_socket.h"
#include "sys/proc.h"
#include "sys/process.h"

namespace rounds {

LoopState open_state(Store& store, const Settings& settings) {
  become_subreaper();
  return LoopState{
      .store = store,
      .settings = settings,
      .program = std::filesystem::read_symlink("/proc/self/exe"),
      .spool = open_directory(store.spool()),
      .boot_id = read_boot_id(),
      .pid_namespace = read_pid_namespace(),
      .now = read_clock(),
  };
}

}  // namespace rounds
