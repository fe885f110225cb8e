#pragma once
#include <optional>
#include <string>

#include "config/field.h"
#include "time/exceptions.h"

namespace rounds {

/// `except = ["sat", 2026-12-25, "22:00-06:00", { file = "holidays" }]`, or one of these by itself. Files are read
/// here; relative ones lie in `base_dir`.
std::optional<Exceptions> read_exceptions(const Field& field, const std::string& base_dir);

}  // namespace rounds
