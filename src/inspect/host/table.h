#pragma once
#include <optional>
#include <string>
#include <vector>

#include "inspect/sql_session.h"

namespace rounds {

/// A table of facts that is being filled, row by row.
class FactTable {
 public:
  /// `columns` as CREATE TABLE wants them: "path, bytes".
  FactTable(SqlSession& facts, const std::string& name, const std::string& columns);
  /// One value a column.
  void add(const std::vector<SqlValue>& values);

 private:
  SqlSession& facts_;
  std::string name_;
};

/// NULL where there is none.
template <typename T>
SqlValue or_null(const std::optional<T>& value) {
  return value ? SqlValue(*value) : SqlValue();
}
inline SqlValue flag(bool yes) { return std::int64_t{yes}; }

}  // namespace rounds
