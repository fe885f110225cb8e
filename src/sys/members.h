#pragma once
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

#include "sys/fd.h"

namespace rounds {

/// What gives the processes of one run away.
struct Traits {
  pid_t session = 0;          ///< its leader is pinned (unreaped, or proven alive); 0: no session to go by
  std::string environment;    ///< `KEY=VALUE` that only this run's processes carry
  dev_t output_device = 0;    ///< its output file, open for writing; inode 0: none
  ino_t output_inode = 0;
};

/// A process of a run, held so that a signal can hit nobody else.
struct Member {
  std::size_t run = 0;  ///< index into the traits asked for
  pid_t pid = 0;
  Fd pidfd;
};

/// One pass over /proc for the live processes of all these runs. Zombies are left out: they are gone.
std::vector<Member> find_members(const std::vector<Traits>& runs);

}  // namespace rounds
