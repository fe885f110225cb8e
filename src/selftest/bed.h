#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "selftest/vigil.h"
#include "store/store.h"

namespace rounds {

/// A private store with its job files and its scheduler, in a folder of its own; one trial takes place in it.
struct Bed {
  Vigil& vigil;
  std::filesystem::path dir;
  std::filesystem::path program;  ///< `rounds`
  pid_t scheduler = 0;            ///< our child; 0: none

  std::filesystem::path store() const { return dir / "rounds.db"; }
  std::filesystem::path spool() const { return dir / "rounds.db.spool"; }
};

/// Makes the folder (not its parent), the empty store and the jobs directory.
Bed make_bed(Vigil& vigil, const std::filesystem::path& dir);
/// Puts a job file in place, before the scheduler starts.
void write_jobs(const Bed& bed, const std::string& text);
/// A job's `exec` key that lets this very program play a part.
std::string exec_key(const std::vector<std::string>& words);

/// Starts `rounds` with these words on the bed's store.
pid_t start_command(const Bed& bed, const std::vector<std::string>& words);
/// Runs one command to its end. Throws Error when it takes a minute, or does not succeed.
void must(const Bed& bed, const std::vector<std::string>& words);

/// Starts `rounds run` and returns at once.
void launch_scheduler(Bed& bed);
/// Waits until it listens. Throws Error when it ends before that, or takes too long.
void await_scheduler(const Bed& bed);
/// kill -9, and the burial.
void kill_scheduler(Bed& bed);
/// Asks it to end and waits for that; its exit status, or 124 when it did not within a minute (and was killed).
int stop_scheduler(Bed& bed);

/// Looks at the store after each commit until the condition holds; false when it did not in time.
bool await_commits(const Bed& bed, const std::function<bool(Store&)>& condition, std::chrono::seconds limit);
/// Waits until all jobs of the job file are taken in; returns the first second of which each wants its verdict.
Due await_jobs(const Bed& bed, std::int64_t count);
/// Pauses every job and waits until no run is open; returns the last second of which each job wants its verdict.
Due come_to_rest(const Bed& bed);

}  // namespace rounds
