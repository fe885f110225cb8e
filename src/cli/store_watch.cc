#include "cli/store_watch.h"

#include <sys/inotify.h>

#include "error.h"
#include "sys/clock.h"

namespace rounds {

StoreWatch::StoreWatch(const Store& store) : store_(store) {
  if (!files_.add(store.changes_file(), IN_ATTRIB)) throw sys_error(store.changes_file(), "watch");
  // A store that is moved away, or whose place another one takes, is an event of its own.
  if (!files_.add(store.file(), IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF)) throw sys_error(store.file(), "watch");
  for (const int fd : {files_.fd(), timer_.fd()}) events_.watch(fd);
}

bool StoreWatch::add_file(const std::string& path) { return files_.add(path, IN_MODIFY).has_value(); }

bool StoreWatch::wait(std::optional<std::chrono::nanoseconds> deadline) {
  timer_.arm(deadline);
  for (const int fd : events_.wait(true)) fd == timer_.fd() ? timer_.read() : (void)files_.read();
  if (!store_.still_in_place()) {
    throw Error(Fault::temporary, store_.file().string() + ": was moved away or replaced while in use");
  }
  return !deadline || read_clock().boot < *deadline;
}

}  // namespace rounds
