#pragma once
#include "inspect/engine.h"
#include "inspect/sql_session.h"

namespace rounds {

/// Facts about a database that no single statement tells, for the probe `objects`:
/// `broken(type, name, message)`: views, and tables whose triggers cannot be compiled; `unjudged(name, message)`: those
/// that need functions of their application; `big_table(name, rows, indexed, analysed)`: of the tables with at least so
/// many rows that statistics matter; `sequence(name, seq)`; `schema(hash, objects)`.
/// What the limits cut off is in `incomplete(reason)`.
void fill_object_facts(SqlSession& facts, SqlSession& database, const Limits& limits);

}  // namespace rounds
