#pragma once
#include "keeper/protocol.h"
#include "loop/secrets.h"
#include "store/jobs.h"
#include "core/run.h"

#include <optional>
#include <string>

namespace rounds {

/// What a child's start depends on beside its job and its run.
struct LaunchContext {
  std::string program;     ///< our own executable, for inspect tasks
  std::string store;       ///< the store's file
  std::string config;      ///< config.toml; empty: there is none
  Zone zone = Zone::utc();  ///< of jobs that name none
  std::string jobs_dir{};   ///< beside which targets.d and checks.d lie
};

/// The Start message of a run: its argv, its whole environment, its folder. Nothing is ever spliced
/// into a shell line: values travel in the environment or as argv. `subject`: what a hook is about. Throws StartRefused.
message::Start start_message(const Job& job, const Run& run, const LaunchContext& context, const std::optional<Run>& subject = {},
                             const SecretValues& secrets = {});

/// What every job of our own user has in its environment, for programs that work for rounds itself: `NAME=VALUE`.
std::vector<std::string> own_environment();

/// The variable that marks all processes of a run, by its spool key.
std::string mark_of(const Run& run);

}  // namespace rounds
