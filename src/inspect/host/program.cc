#include "inspect/host/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "error.h"
#include "inspect/host/place.h"
#include "sys/process.h"

namespace rounds::host {

namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
  return left > 0 ? static_cast<int>(left) : 0;
}

/// Takes a piece of the output; false: no more is wanted.
using Taker = std::function<bool(std::string_view)>;

/// False when the time or the taker ended before the output did.
bool read_to_end(int fd, Clock::time_point end, const Taker& take) {
  std::array<char, 65536> chunk;
  while (true) {
    pollfd wanted{fd, POLLIN, 0};
    const int ready = ::poll(&wanted, 1, milliseconds_until(end));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || Clock::now() >= end) return false;
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0;
    if (!take({chunk.data(), static_cast<std::size_t>(got)})) return false;
  }
}

std::optional<ExitInfo> wait_for_end(pid_t pid, Clock::time_point end) {
  const auto pidfd = open_pidfd(pid);
  if (pidfd) {
    pollfd wanted{pidfd->get(), POLLIN, 0};
    while (::poll(&wanted, 1, milliseconds_until(end)) < 0 && errno == EINTR) continue;
  }
  const auto info = peek_child(pid);
  if (info) reap_child(pid);
  return info;
}

std::vector<std::string> plain_environment() {
  std::vector<std::string> environment{"LC_ALL=C"};
  for (const char* name : {"PATH", "HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK"}) {
    if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  }
  return environment;
}

/// Its exit code, or 128 and the signal; nothing when it had to be killed or could not be started.
std::optional<int> run(const std::vector<std::string>& argv, std::chrono::milliseconds limit, const Taker& take) {
  if (!has_program(argv.front())) return std::nullopt;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  pid_t pid = 0;
  try {
    pid = spawn_writer(argv, plain_environment(), writer.get());
  } catch (const Error&) {
    return std::nullopt;
  }
  writer.reset();
  const auto end = Clock::now() + limit;
  const auto info = read_to_end(reader.get(), end, take) ? wait_for_end(pid, end) : std::nullopt;
  if (info) return info->signaled ? 128 + info->status : info->status;
  ::kill(-pid, SIGKILL);
  wait_for_end(pid, Clock::now() + std::chrono::milliseconds(200));
  return std::nullopt;
}

}  // namespace

std::optional<ProgramResult> run_program(const std::vector<std::string>& argv, std::chrono::milliseconds limit,
                                         std::size_t most_bytes) {
  std::string output;
  const auto status = run(argv, limit, [&](std::string_view bytes) {
    output += bytes;
    return output.size() <= most_bytes;
  });
  if (!status) return std::nullopt;
  return ProgramResult{*status, std::move(output)};
}

std::optional<int> stream_program(const std::vector<std::string>& argv, std::chrono::milliseconds limit,
                                  const std::function<void(std::string_view)>& sink) {
  return run(argv, limit, [&](std::string_view bytes) {
    sink(bytes);
    return true;
  });
}

bool has_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  std::string folders = path != nullptr ? path : "/usr/bin:/bin";
  while (!folders.empty()) {
    const std::size_t end = std::min(folders.find(':'), folders.size());
    const auto file = std::filesystem::path(folders.substr(0, end)) / name;
    if (::access(file.c_str(), X_OK) == 0) return true;
    folders.erase(0, std::min(end + 1, folders.size()));
  }
  return false;
}

}  // namespace rounds::host
