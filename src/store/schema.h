#pragma once
#include <span>
#include <string>

#include "sys/sqlite.h"

namespace rounds {

/// Brings the schema from one version to the next. Its last statement sets `user_version`; it runs inside
/// a transaction.
using Migration = void (*)(Sqlite&);

/// All of them: entry N leads from version N to N + 1.
std::span<const Migration> migrations();

/// 0 for an empty file. Throws `bad_data` for a database that is no store of rounds, and for a store of a
/// newer rounds; nothing is changed.
int known_schema_version(Sqlite& db, const std::string& file);

/// Brings the schema up to the last of `steps` in one transaction. The caller holds the writer queue.
void migrate(Sqlite& db, const std::string& file, std::span<const Migration> steps);

}  // namespace rounds
