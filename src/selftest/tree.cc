#include "selftest/tree.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "sys/fd.h"

namespace rounds {

namespace {

constexpr int kPartNotPlayed = 125;

void tell(const std::string& file) {
  const std::string line = std::to_string(getpid()) + "\n";
  const Fd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd || write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(kPartNotPlayed);
}

[[noreturn]] void stay(const std::string& file) {
  tell(file);
  for (;;) pause();
}

/// The environment that /proc shows is the memory that exec filled, so forgetting it takes another exec.
[[noreturn]] void stay_without_environment(const std::string& file) {
  std::string self = "/proc/self/exe", part = "tree", path = file;
  char* const args[] = {self.data(), part.data(), path.data(), nullptr};
  char* const none[] = {nullptr};
  execve(self.c_str(), args, none);
  _exit(kPartNotPlayed);
}

void start(const std::string& file, const std::string& kind) {
  const bool leaves = kind == "session" || kind == "holder";
  if (fork() != 0) return;
  if ((leaves || kind == "orphan") && fork() != 0) _exit(0);
  if (leaves) setsid();
  if (kind == "stubborn") signal(SIGTERM, SIG_IGN);
  if (kind == "holder") stay_without_environment(file);
  stay(file);
}

}  // namespace

int play_tree(const std::vector<std::string>& words) {
  if (words.empty()) return kPartNotPlayed;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "self") {
      signal(SIGTERM, SIG_IGN);
    } else {
      start(words[0], words[i]);
    }
  }
  stay(words[0]);
}

}  // namespace rounds
