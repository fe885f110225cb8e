#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>

#include "core/run.h"
#include "error.h"
#include "store/store.h"
#include "time/cron.h"

namespace rounds {

inline constexpr Due kDue{std::chrono::seconds(1'900'000'000)};
inline constexpr Instant kNow{std::chrono::milliseconds(1'900'000'000'123)};

/// A folder of its own for each test, and a store in it.
class StoreTest : public testing::Test {
 protected:
  using Run = rounds::Run;  // testing::Test has a member of that name

  StoreTest() {
    std::string name = std::filesystem::temp_directory_path() / "rounds-store-XXXXXX";
    dir_ = std::filesystem::canonical(mkdtemp(name.data()));
  }
  ~StoreTest() override { std::filesystem::remove_all(dir_); }

  std::filesystem::path file() const { return dir_ / "state" / "rounds.db"; }
  Store open() const { return Store::open(file()); }

  std::filesystem::path dir_;
};

/// The fault that `body` stops with; a test failure when it does not stop.
inline Fault fault_of(const std::function<void()>& body, std::string* message = nullptr) {
  try {
    body();
  } catch (const Error& error) {
    if (message) *message = std::string(error.what()) + "\n" + error.hint();
    return error.fault();
  }
  ADD_FAILURE() << "it did not stop";
  return Fault::internal;
}

/// Runs `body` in a child process.
inline pid_t in_child(const std::function<void()>& body) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  try {
    body();
  } catch (const std::exception& error) {
    fprintf(stderr, "child: %s\n", error.what());
    _exit(1);
  }
  _exit(0);
}

/// The exit status of a child.
inline int end_of(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// A pipe over which processes wait for each other.
class Signal {
 public:
  Signal() {
    if (pipe(ends_) != 0) throw std::runtime_error("pipe");
  }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal() {
    close(ends_[0]);
    close(ends_[1]);
  }
  void give() {
    if (write(ends_[1], "x", 1) != 1) throw std::runtime_error("write");
  }
  void await() {
    char byte = 0;
    if (read(ends_[0], &byte, 1) != 1) throw std::runtime_error("read");
  }

 private:
  int ends_[2];
};

inline Trigger cron_trigger(const std::string& text) { return {{CronRule{std::get<Cron>(parse_cron(text)), text}}}; }

/// A job that runs `true` at 02:30.
inline Job make_job(const std::string& name) {
  Job job{.name = *JobName::parse(name), .trigger = cron_trigger("30 2 * * *")};
  job.task.command = "true";
  return job;
}

}  // namespace rounds
