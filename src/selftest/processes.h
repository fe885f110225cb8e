#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "sys/process.h"

namespace rounds {

// The selftest is a subreaper: whatever loses its parent comes to it, so nothing of a trial can hide.

/// Starts a program in a session of its own, with nothing to read; both its outputs are appended to `output`. It is
/// told to end (TERM) when this process dies. Throws Error.
pid_t launch(const std::vector<std::string>& argv, const std::filesystem::path& output);

/// Exit code of a child that has ended, or 128 and the signal; buries it.
int bury(pid_t child);

/// Live processes below this one; zombies are left out.
std::vector<pid_t> descendants();
/// Buries the dead that came to us, but not this child.
void bury_orphans(pid_t but);
/// Kills everything below this process and buries it. Takes no notice of interruptions.
void end_descendants();

/// The file that the process runs; empty when it is gone or not ours.
std::filesystem::path program_of(pid_t pid);

}  // namespace rounds
