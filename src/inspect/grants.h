#pragma once
#include <string>
#include <vector>

namespace rounds {

/// What makes a login have one privilege of the checks.
struct Grant {
  std::string privilege{};  ///< in the words of the checks; empty: the login itself
  std::string sql{};        ///< reviewed by hand; may be a comment where no grant is advised
};

/// Least first, the login itself at the front; empty for engines without logins. `login` is quoted as the engine needs
/// it.
std::vector<Grant> grants_of(const std::string& engine, const std::string& login);

}  // namespace rounds
