// Only in builds with a sanitizer. A keeper has no environment and nobody reads its standard error: what is found in it
// goes to a file in its spool (descriptor 4), where the tests look, and ends it.
#include <fcntl.h>
#include <unistd.h>

#include <string>

extern "C" const char* __ubsan_default_options() { return "halt_on_error=1:print_stacktrace=1"; }

namespace {

[[gnu::constructor]] void keep_standard_error() {
  const std::string name = "sanitizer." + std::to_string(getpid());
  const int file = openat(4, name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  dup2(file, STDERR_FILENO);
  close(file);
}

}  // namespace
