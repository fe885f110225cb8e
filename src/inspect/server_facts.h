#pragma once
#include <string>
#include <vector>

#include "inspect/sql_session.h"

namespace rounds {

/// A file or folder of a server on this machine, and what it is there for: `data_dir`, `hba`, `key`, …
struct ServerPath {
  std::string role{};
  std::string path{};
};

/// Tables `file`, `disk` and `certificate` of the probe `files`: how those paths lie on the disk now. Paths that are
/// not there or cannot be seen are left out. `server_owner` is the owner of the first path.
void fill_file_facts(SqlSession& facts, const std::vector<ServerPath>& files, const std::vector<ServerPath>& disks,
                     const std::vector<ServerPath>& certificates);

/// The table `machine` of the probe of that name.
void fill_machine_facts(SqlSession& facts);

/// True for the names of this machine: empty, a socket's folder, a loopback address, its own host name.
bool is_this_machine(const std::string& address);

}  // namespace rounds
