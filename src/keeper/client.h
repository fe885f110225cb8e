#pragma once
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/recover.h"
#include "core/run.h"
#include "keeper/protocol.h"
#include "sys/fd.h"

#include <sys/types.h>

namespace rounds {

/// The scheduler's end of one keeper: its connection, and what is known of its standing.
/// Non-blocking both ways; the owner watches `fd()` and calls in.
class KeeperLink {
 public:
  /// The socket's name in the spool.
  static std::string socket_name(KeeperId id);

  /// Makes the process behind a listening socket and returns its number.
  using Birth = std::function<pid_t(const std::string& name, const Fd& listener, const Fd& spool)>;
  /// Gives birth to a keeper whose row is committed (RUNS, rule 3). It serves at once. `birth` is the seam of the
  /// simulator, which makes keepers without processes.
  static KeeperLink spawn(KeeperId id, const Fd& spool, const Birth& birth = spawn_process);
  /// For the keeper of a row found in the store; `probe` says more. `pid`: its process, if our child.
  KeeperLink(KeeperId id, const Fd& spool, pid_t pid = 0);

  KeeperId id() const { return id_; }
  /// Its process when it is our child, else 0.
  pid_t pid() const { return pid_; }
  KeeperStanding standing() const;
  /// -1 while there is no connection.
  int fd() const { return connection_.get(); }
  /// True while messages wait for room.
  bool wants_room() const { return !unsent_.empty(); }
  /// True when only another `probe` can bring news: it was too busy to be reached.
  bool must_probe_again() const { return !gone_ && !connection_; }

  /// Finds out where it stands: connects when there is no connection, sees whether our child is dead.
  void probe();
  void send(const Message& message);
  /// Sends what waited for room.
  void flush();
  /// All messages that have come; after the end of the connection it probes.
  std::vector<Message> receive();

 private:
  static pid_t spawn_process(const std::string& name, const Fd& listener, const Fd& spool);
  void close();

  KeeperId id_;
  int spool_;
  pid_t pid_ = 0;
  Fd connection_;
  bool serving_ = false;
  bool replayed_ = false;
  bool gone_ = false;
  std::deque<std::string> unsent_;
};

}  // namespace rounds
