#pragma once
#include <chrono>
#include <string>

namespace rounds::host {

/// How another machine is reached: by the ssh of this system, with the keys and the configuration of this user.
struct Remote {
  std::string address{};
  std::string user{};  ///< empty: as ssh's configuration says
  int port = 0;        ///< 0: as ssh's configuration says
};

/// True when the address names this machine.
bool is_here(const std::string& address);
/// Copies what the checks read into `folder`, by one command on the machine. Empty, or why it could not be done.
std::string collect(const Remote& remote, const std::string& folder, std::chrono::milliseconds limit);
/// Makes the files that the stream of the collecting command names; false when the stream was cut short.
bool unpack(const std::string& stream, const std::string& folder);

}  // namespace rounds::host
