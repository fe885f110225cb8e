#include "sys/trust.h"

#include <unistd.h>

namespace rounds {

std::string distrust(const struct stat& status) {
  if (status.st_uid != 0 && status.st_uid != geteuid()) return "belongs to user " + std::to_string(status.st_uid);
  const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX);
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) && !sticky) return "may be written by others than its owner";
  return {};
}

}  // namespace rounds
