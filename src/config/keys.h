#pragma once
#include <array>
#include <cstddef>
#include <string_view>

#include "config/field.h"

namespace rounds {

/// How one key of a table gets into what is built from the table.
template <typename Target>
struct Key {
  std::string_view name;
  void (*read)(const Field& field, Target& target);
};

/// Reads the keys that the table has, in the order of the list: a key may rely on the ones before it.
template <typename Target, std::size_t N>
void read_keys(const Table& table, const std::array<Key<Target>, N>& keys, Target& target, Problems& problems) {
  for (const Key<Target>& key : keys) {
    const TableMember* member = table.find(key.name);
    if (member) key.read(Field{member->key, member->node, problems}, target);
  }
}

}  // namespace rounds
