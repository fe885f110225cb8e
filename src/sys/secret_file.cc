#include "sys/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "error.h"
#include "sys/fd.h"

namespace rounds {

namespace {

/// Symbolic links are followed: mounted secrets are often such. Permissions are those of what is opened.
Fd open_secret(const std::string& path) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) throw sys_error(path, "open");
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) throw sys_error(path, "look at");
  if (!S_ISREG(status.st_mode)) throw Error(Fault::permission, path + " is no plain file");
  if (status.st_uid != 0 && status.st_uid != geteuid()) throw Error(Fault::permission, path + " belongs to user " + std::to_string(status.st_uid));
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw Error(Fault::permission, path + " is open to others than its owner", "chmod 600 " + path);
  }
  return fd;
}

}  // namespace

std::string read_secret_file(const std::string& path) {
  const Fd fd = open_secret(path);
  std::string secret(kLargestSecret + 1, '\0');
  std::size_t size = 0;
  while (size < secret.size()) {
    const ssize_t n = read(fd.get(), secret.data() + size, secret.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw sys_error(path, "read");
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  if (size > kLargestSecret) throw Error(Fault::permission, path + " is larger than a secret may be, 64 KiB");
  secret.resize(size);
  trim_line_end(secret);
  if (secret.empty()) throw Error(Fault::not_found, path + " is empty");
  if (secret.find('\0') != std::string::npos) throw Error(Fault::bad_data, path + " has a NUL in it, and no variable can");
  return secret;
}

void trim_line_end(std::string& secret) {
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
}

}  // namespace rounds
