#pragma once
#include <map>

#include "config/field.h"
#include "core/job.h"

namespace rounds {

/// `secrets = { PGPASSWORD = { file = "/etc/rounds/secrets/shop" } }`: by reference only. Relative files start at
/// `base_dir`. With `lint` warns of a file that could not be read as a secret now.
std::map<std::string, Secret> read_secrets(const Field& field, const std::string& base_dir, bool lint);

/// One of them: `{ file = "/etc/rounds/secrets/shop" }`. What is wrong with it is never quoted.
std::optional<Secret> read_secret(const Field& field, const std::string& base_dir);

}  // namespace rounds
