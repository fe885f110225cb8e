#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "keeper/protocol.h"
#include "sys/fd.h"
#include "sys/process.h"

namespace rounds {

/// Starts processes, reaps them, remembers how they ended until told that it is recorded. Knows no
/// store and no schedule (RUNS, rules 6 to 10). One thread, driven by `serve`.
class Keeper {
 public:
  /// `listener` and `spool` are inherited from the scheduler; `name` is the socket's name in the spool.
  Keeper(Fd listener, Fd spool, std::string name);
  /// Serves until there is nothing left to remember and nobody to serve.
  void serve();

 private:
  struct Held {
    std::int64_t run = 0;
    pid_t pid = -1;
    Fd pidfd;  ///< open while the process lives
    std::int64_t boot_ns = 0;
    std::int64_t started_ms = 0;
    std::optional<message::NotStarted> failure;
    std::optional<message::Exited> exit;
    int told = 0;  ///< to the present connection: 1 Started, 2 the end
  };

  void watch(int fd, std::uint32_t events, std::uint64_t tag);
  void unwatch(int fd);
  void handle(std::uint64_t tag, std::uint32_t events);
  void accept_next();
  void rest();
  bool greet(const Fd& connection);
  void read_connection();
  void end_connection();
  void obey(const Message& message);
  void start(const message::Start& start);
  void record_end(Held& held);
  void tell(Held& held);
  void tell_all();
  bool say(const Message& message);
  void note_socket();
  bool done() const;

  Fd epoll_, listener_, spool_, watcher_, connection_;
  std::string name_;
  bool first_connection_ = true;  ///< our maker's: only it may start
  bool first_ended_ = false;
  bool replayed_ = false;
  bool full_ = false;             ///< the connection took no more; told on when it does
  bool resting_ = false;          ///< the listener is unwatched for a while
  bool socket_gone_ = false;
  std::map<std::int64_t, Held> held_;
};

}  // namespace rounds
