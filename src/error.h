#pragma once
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

namespace rounds {

/// What kind of trouble stopped an operation; `cli/exit_code.h` maps each to its exit status.
enum class Fault {
  usage,        ///< the command line is wrong
  bad_data,     ///< a job file, an import or a stored definition is wrong
  not_found,    ///< no such job, run, target or report
  unreachable,  ///< a target could not be reached
  internal,     ///< a bug of ours
  exists,       ///< the name is taken
  temporary,    ///< locked or already running; trying again may help
  permission,   ///< the system refused access
  config,       ///< config.toml or a path setting is wrong
};

/// Stops the operation at hand. What a job does wrong is a value, never an Error.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& message, std::string hint = {})
      : std::runtime_error(message), fault_(fault), hint_(std::move(hint)) {}

  Fault fault() const { return fault_; }
  /// What the user can do about it, with a command to type; empty when there is nothing to say.
  const std::string& hint() const { return hint_; }

 private:
  Fault fault_;
  std::string hint_;
};

/// An Error for a failed system call on `subject` (a file, a socket): "subject: act: errno text".
inline Error sys_error(const std::string& subject, const std::string& act, int err = errno) {
  const Fault fault = err == EACCES || err == EPERM || err == EROFS ? Fault::permission
                      : err == ENOENT                               ? Fault::not_found
                      : err == EAGAIN || err == ENOSPC || err == EMFILE || err == ENOMEM
                          ? Fault::temporary
                          : Fault::internal;
  return Error(fault, subject + ": " + act + ": " + std::strerror(err));
}

}  // namespace rounds
