#pragma once
#include <string>

#include "config/load.h"
#include "error.h"

namespace rounds {

/// The careful reading that job files and config.toml share; what the file itself is to blame for is thrown as
/// `blame`.
FileText read_trusted_file(const std::string& path, Fault blame);

}  // namespace rounds
