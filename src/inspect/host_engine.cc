#include "inspect/host_engine.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "inspect/host/families.h"
#include "inspect/sql_session.h"

namespace rounds {

namespace {

constexpr std::chrono::seconds kCollecting{45};

/// "6.1.0-18-amd64" up to the first part that is no number.
std::string version_of(const std::string& release) {
  return release.substr(0, release.find_first_not_of("0123456789."));
}

}  // namespace

HostEngine::HostEngine(host::Remote remote, std::string root) : remote_(std::move(remote)), place_{root, root == "/"} {}

HostEngine::~HostEngine() {
  std::error_code ignored;
  if (!collected_.empty()) std::filesystem::remove_all(collected_, ignored);
}

Connection HostEngine::reach() {
  if (place_.live && !host::is_here(remote_.address)) {
    std::string folder = (std::filesystem::temp_directory_path() / "rounds-host-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) return {Connection::State::unreachable, folder + ": cannot be made"};
    collected_ = folder;
    place_ = {folder, false};
    const std::string trouble = host::collect(remote_, folder, kCollecting);
    if (!trouble.empty()) return {Connection::State::unreachable, trouble};
  }
  if (!place_.exists("/proc/stat")) return {Connection::State::unreachable, "/proc is not there: is this Linux?"};
  return {Connection::State::open, {}};
}

Connection HostEngine::connect() { return connection_ = reach(); }

Capabilities HostEngine::capabilities() const {
  Capabilities can{.version = version_of(place_.word("/proc/sys/kernel/osrelease")), .privileges = {}};
  const bool root = place_.live ? ::geteuid() == 0 : place_.number("/.collected/uid") == 0;
  if (root) can.privileges.insert("root");
  return can;
}

Answer HostEngine::query(const std::string&, const Parameters&, const Limits&) {
  return {.status = Answer::Status::unavailable, .message = "a host has only facts to ask"};
}

Answer HostEngine::gather(const std::string& probe, SqlSession& facts, const Limits&) {
  if (connection_.state != Connection::State::open)
    return {.status = Answer::Status::unavailable, .message = connection_.reason};
  const auto family = host::families().find(probe);
  if (family == host::families().end())
    return {.status = Answer::Status::unavailable, .message = "no probe \"" + probe + "\" here"};
  family->second(facts, place_);
  return {};
}

}  // namespace rounds
