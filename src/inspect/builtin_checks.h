#pragma once
#include <string_view>
#include <vector>

namespace rounds {

/// A file of `checks/`, compiled in.
struct CheckText {
  std::string_view engine;  ///< its folder
  std::string_view file;    ///< its name
  std::string_view toml;
};

/// Made by embed_checks.cmake from the files.
extern const std::vector<CheckText> kBuiltinChecks;

}  // namespace rounds
