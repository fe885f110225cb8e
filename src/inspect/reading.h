#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/run.h"
#include "inspect/check.h"
#include "inspect/sql_session.h"

namespace rounds {

/// What is measured again and again, as a file of `checks/` says: a table whose columns are keys, counters or states.
struct Reading {
  std::string name{};
  std::string engine{};
  Tier tier = Tier::daily;
  Cost cost = Cost::cheap;
  Question question{};
  std::vector<std::string> key{};       ///< columns that identify a row; `db` first with the scope `database`
  std::vector<std::string> counters{};  ///< columns that only grow, until they are reset
  bool partial = false;                 ///< shows the largest rows, not all
};

/// A snapshot of the past: its readings as `write_snapshot` wrote them.
struct Snapshot {
  std::int64_t at_s = 0;
  bool of_inspection = false;  ///< else a collector took it
  std::string document{};      ///< JSON: {NAME: {"columns": […], "rows": [[…]]}}
};

/// Readings by name, each with its columns.
using Readings = std::map<std::string, Answer>;
std::string write_snapshot(const Readings& readings);

/// What the tables of a reading cover, in seconds since 1970.
struct Covered {
  std::int64_t from_s = 0, to_s = 0;  ///< equal: nothing is known of the beginning of the window
  bool has_before = false;            ///< an earlier inspection took it, too
};

/// How far before the window its first snapshot may lie, in seconds: a tenth of it, at least 15 minutes.
std::int64_t tolerance_of(const Window& window);

/// Makes the tables NAME_last, _first, _before, _samples and _delta (checks/README.md) of a reading that was taken at
/// `now_s`. `past` is sorted by time. The window begins with the last snapshot at or before its beginning, if that is
/// near enough, else with the first one after it; one that lies in the past ends with the snapshot nearest to its end.
Covered fill_reading(SqlSession& facts, const Reading& reading, const Answer& taken, const std::vector<Snapshot>& past,
                     const Window& window, std::int64_t now_s);

/// Makes or renews the table `span`, one row.
void fill_span(SqlSession& facts, const Covered& covered, const Window& window);

}  // namespace rounds
