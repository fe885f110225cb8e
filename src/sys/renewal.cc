#include "sys/renewal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "error.h"

namespace rounds {

namespace {

constexpr const char* kVariable = "ROUNDS_RENEWAL";

std::vector<std::string> own_arguments() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> arguments;
  for (std::string argument; std::getline(file, argument, '\0');) arguments.push_back(argument);
  return arguments;
}

/// Its path, so that the process keeps its name; of a program that was replaced, the old one itself.
std::string own_program() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return !error && std::filesystem::exists(path, error) ? path.string() : "/proc/self/exe";
}

bool keep_across_exec(int fd, bool keep) { return fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC) == 0; }

}  // namespace

void renew_program(const Renewal& renewal) {
  const std::string value = std::to_string(renewal.lock) + " " + std::to_string(renewal.awake_since.time_since_epoch().count());
  setenv(kVariable, value.c_str(), 1);
  auto arguments = own_arguments();
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const std::string program = own_program();
  if (keep_across_exec(renewal.lock, true)) execv(program.c_str(), argv.data());
  const int error = errno;
  keep_across_exec(renewal.lock, false);
  unsetenv(kVariable);
  throw sys_error(program, "start anew", error);
}

std::optional<Renewal> take_renewal() {
  const char* value = std::getenv(kVariable);
  if (value == nullptr) return std::nullopt;
  Renewal renewal;
  long long since = 0;
  const bool read = std::sscanf(value, "%d %lld", &renewal.lock, &since) == 2;
  unsetenv(kVariable);
  if (!read || !keep_across_exec(renewal.lock, false)) return std::nullopt;
  renewal.awake_since = Due(std::chrono::seconds(since));
  return renewal;
}

}  // namespace rounds
