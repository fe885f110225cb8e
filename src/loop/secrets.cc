#include "loop/secrets.h"

#include <cstdlib>
#include <filesystem>

#include "error.h"
#include "loop/launch.h"
#include "loop/start_refused.h"
#include "sys/secret_file.h"

namespace rounds {

namespace {

constexpr std::chrono::seconds kPatience{30};

[[noreturn]] void refuse(const std::string& name, const std::string& why) { throw StartRefused(Reason::secret, name + ": " + why); }

std::string read_variable(const std::string& name, const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr) refuse(name, "rounds itself has no variable " + variable);
  return value;
}

std::string credential_file(const std::string& name, const std::string& credential) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr) refuse(name, "rounds was given no credentials (systemd: LoadCredential=)");
  return std::filesystem::path(folder) / credential;
}

std::string read_file(const std::string& name, const std::string& path) {
  try {
    return read_secret_file(path);
  } catch (const Error& error) {
    refuse(name, error.what());
  }
}

Capture start(const std::string& name, const std::vector<std::string>& argv) {
  try {
    return Capture(argv, own_environment());
  } catch (const Error& error) {
    refuse(name, error.what());
  }
}

std::string end_text(const ExitInfo& end) {
  return end.signaled ? "ended by signal " + std::to_string(end.status) : "exit status " + std::to_string(end.status);
}

}  // namespace

SecretReader::SecretReader(const std::map<std::string, Secret>& secrets, std::chrono::nanoseconds now) : deadline_(now + kPatience) {
  for (const auto& [name, secret] : secrets) {
    switch (secret.kind) {
      case Secret::Kind::file: take(name, read_file(name, secret.name)); break;
      case Secret::Kind::credential: take(name, read_file(name, credential_file(name, secret.name))); break;
      case Secret::Kind::env: take(name, read_variable(name, secret.name)); break;
      case Secret::Kind::command: running_.emplace(name, start(name, secret.argv)); break;
    }
  }
}

bool SecretReader::complete(std::chrono::nanoseconds now) {
  for (auto next = running_.begin(); next != running_.end();) {
    auto& [name, capture] = *next;
    const auto end = capture.end();
    if (!end && now >= deadline_) refuse(name, "its program took longer than 30s, or printed more than 64 KiB");
    if (!end) {
      ++next;
      continue;
    }
    if (end->signaled || end->status != 0) refuse(name, "its program: " + end_text(*end));
    std::string value = capture.output();
    trim_line_end(value);
    take(name, std::move(value));
    next = running_.erase(next);
  }
  return running_.empty();
}

void SecretReader::take(const std::string& name, std::string value) {
  if (value.empty()) refuse(name, "it is empty");
  if (value.find('\0') != std::string::npos) refuse(name, "it has a NUL in it, and no variable can");
  values_[name] = std::move(value);
}

std::vector<int> SecretReader::fds() const {
  std::vector<int> fds;
  for (const auto& [name, capture] : running_) fds.push_back(capture.fd());
  return fds;
}

bool SecretReader::has_child(pid_t pid) const {
  for (const auto& [name, capture] : running_) {
    if (capture.pid() == pid) return true;
  }
  return false;
}

}  // namespace rounds
