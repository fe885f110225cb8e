#pragma once
#include <string>
#include <vector>

#include "inspect/host/place.h"

namespace rounds::host {

/// The database whose server a program of that name is; empty for others.
std::string database_of(const std::string& program);
/// Numbers of the processes that serve a database, as the folders of /proc are called.
std::vector<std::string> database_processes(const Place& place);

}  // namespace rounds::host
