#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"
#include "time/now.h"

namespace rounds {

/// One stored inspection: its JSON document and what lists show of it.
struct Inspection {
  std::int64_t id = 0;
  Instant at{};
  std::string tier{};
  std::vector<std::string> targets{};
  std::int64_t critical = 0, warning = 0, info = 0;
  std::optional<std::int64_t> run{};  ///< the run that made it
  std::string document{};             ///< JSON, see INSPECTION; empty in lists
};

std::int64_t next_inspection_id(Store& store);                     ///< inside Store::write
void save_inspection(Store& store, const Inspection& inspection);  ///< with its id; inside Store::write
std::optional<Inspection> find_inspection(Store& store, std::int64_t id);
void delete_inspection(Store& store, std::int64_t id);            ///< inside Store::write
std::vector<Inspection> all_inspections(Store& store, int limit);  ///< newest first, without documents

}  // namespace rounds
