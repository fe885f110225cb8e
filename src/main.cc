#include <fcntl.h>

#include <exception>

#include "cli/dispatch.h"

namespace {

/// A file opened later must not become standard output. What stands in can be read and not written, so that
/// printing to a closed output fails loudly.
void fill_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_descriptors();
  const std::vector<std::string> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  try {
    return rounds::run_command_line(args);
  } catch (const std::exception& error) {
    return rounds::report_error(error, args);
  }
}
