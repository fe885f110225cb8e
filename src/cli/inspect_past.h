#pragma once
#include <map>
#include <string>
#include <vector>

#include "inspect/examine.h"
#include "store/inspections.h"

namespace rounds {

/// What the newest stored inspections knew for certain about each of these targets, by name: for every check
/// the last inspection in which it could look.
std::map<std::string, Past> read_past(Store& store, const std::vector<std::string>& targets);

}  // namespace rounds
