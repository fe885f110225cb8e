#pragma once
#include <string>
#include <vector>

#include "inspect/engine.h"
#include "inspect/server_facts.h"
#include "inspect/sql_session.h"

namespace rounds {

/// The probes `backup` and `backup_content` of servers: what the declared patterns fit.
Answer gather_backup_facts(const std::string& probe, SqlSession& facts, const std::vector<std::string>& patterns,
                           const Limits& limits);

/// Where the newest of them lies, as disks of the role `backup`.
std::vector<ServerPath> disks_of_backups(const std::vector<std::string>& patterns);

}  // namespace rounds
