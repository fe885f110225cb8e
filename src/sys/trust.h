#pragma once
#include <sys/stat.h>

#include <string>

namespace rounds {

/// What lets somebody else decide what root runs, when it runs what a file or a folder of that status says; empty when
/// nothing does. In a sticky folder others can neither replace nor remove a file of ours.
std::string distrust(const struct stat& status);

}  // namespace rounds
