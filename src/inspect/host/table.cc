#include "inspect/host/table.h"

namespace rounds {

FactTable::FactTable(SqlSession& facts, const std::string& name, const std::string& columns)
    : facts_(facts), name_(name) {
  facts_.fill("CREATE TABLE " + name + "(" + columns + ")", {});
}

void FactTable::add(const std::vector<SqlValue>& values) {
  std::string places;
  Parameters parameters;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string name = "p" + std::to_string(i);
    places += (i == 0 ? ":" : ", :") + name;
    parameters[name] = values[i];
  }
  facts_.fill("INSERT INTO " + name_ + " VALUES(" + places + ")", parameters);
}

}  // namespace rounds
