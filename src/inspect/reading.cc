#include "inspect/reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/json.h"
#include "error.h"

namespace rounds {

namespace {

/// How far before the window its first snapshot may lie: a tenth of it, or this.
constexpr std::int64_t kLeastTolerance_s = 15 * 60;
/// More rows of one reading are not kept: a server with more tables or statements than this is shown in part.
constexpr std::size_t kMostRows = 50'000;

void write_value(JsonWriter& json, const SqlValue& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    json.value(*number);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    json.value(*real);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    json.value(*text);
  } else {
    json.null();
  }
}

void write_reading(JsonWriter& json, const Answer& answer) {
  json.begin_object().key("columns").begin_array();
  for (const std::string& column : answer.columns) json.value(column);
  json.end_array().key("rows").begin_array();
  for (std::size_t i = 0; i < std::min(answer.rows.size(), kMostRows); ++i) {
    json.begin_array();
    for (const SqlValue& cell : answer.rows[i]) write_value(json, cell);
    json.end_array();
  }
  json.end_array().end_object();
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

/// `prefix` before each quoted name, commas between.
std::string list_of(const std::vector<std::string>& names, const std::string& prefix) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + prefix + quoted(name);
  return text;
}

std::vector<std::string> columns_in(SqlSession& facts, const Snapshot& snapshot, const std::string& reading) {
  const Answer answer = facts.query("SELECT value FROM json_each(:document, '$.' || :reading || '.columns')",
                                    {{"document", snapshot.document}, {"reading", reading}}, {});
  std::vector<std::string> columns;
  for (const SqlRow& row : answer.rows) columns.push_back(std::get<std::string>(row.at(0)));
  return columns;
}

/// Adds that snapshot's rows to NAME_samples; columns that it does not have are NULL.
bool add_samples(SqlSession& facts, const Reading& reading, const std::vector<std::string>& columns,
                 const Snapshot& snapshot) {
  const auto there = columns_in(facts, snapshot, reading.name);
  if (there.empty()) return false;
  std::string values;
  for (const std::string& column : columns) {
    const auto at = std::find(there.begin(), there.end(), column);
    values += at == there.end() ? ", NULL" : fmt::format(", json_extract(value, '$[{}]')", at - there.begin());
  }
  facts.fill(fmt::format("INSERT INTO {0}_samples(at, {1}) SELECT :at{2} FROM json_each(:document, '$.{0}.rows')",
                         reading.name, list_of(columns, ""), values),
             {{"at", snapshot.at_s}, {"document", snapshot.document}});
  return true;
}

/// The index of the snapshot with which the window begins; past.size(): none.
std::size_t begin_of(const std::vector<Snapshot>& past, const std::vector<bool>& has, const Window& window) {
  const std::int64_t from = window.from.time_since_epoch().count();
  const std::int64_t tolerance = tolerance_of(window);
  std::size_t begin = past.size();
  for (std::size_t i = 0; i < past.size(); ++i) {
    if (!has[i] || past[i].at_s < from - tolerance) continue;
    if (past[i].at_s <= from || begin == past.size()) begin = i;
  }
  return begin;
}

/// As many rows as the SQL of a partial reading asks for: there were probably more.
constexpr std::int64_t kPartialRows = 1000;

std::int64_t rows_of(SqlSession& facts, const std::string& table) {
  const Answer answer = facts.query("SELECT count(*) FROM " + table, {}, {});
  return answer.rows.empty() ? 0 : std::get<std::int64_t>(answer.rows[0].at(0));
}

/// What each counter grew by. A row of which any counter fell was reset: what it shows since is the least it grew by.
/// Rows that come later than the first sample began at zero, but for those of a database that was not seen before and
/// those of a reading that was cut: they may have been there.
std::string growth_sql(const Reading& reading, const std::vector<std::string>& columns, bool was_cut) {
  const auto is_counter = [&](const std::string& c) {
    return std::find(reading.counters.begin(), reading.counters.end(), c) != reading.counters.end();
  };
  std::string before, fell, grown, joined, picked;
  for (const std::string& name : columns) {
    const std::string c = quoted(name);
    if (!is_counter(name)) {
      picked += ", l." + c;
      continue;
    }
    const std::string b = quoted(name + " before");
    before += fmt::format(", lag({}) OVER w AS {}", c, b);
    fell += (fell.empty() ? "" : " OR ") + fmt::format("ifnull({} < {}, 0)", c, b);
    grown += fmt::format(
        ", sum(CASE WHEN at = begun AND {1} IS NULL THEN 0 WHEN fell OR {1} IS NULL THEN {0} ELSE {0} - {1} END) AS "
        "{0}",
        c, b);
    picked += ", g." + c;
  }
  for (const std::string& name : reading.key)
    joined += (joined.empty() ? "" : " AND ") + fmt::format("l.{0} IS g.{0}", quoted(name));
  if (fell.empty()) fell = "0";
  const std::string keys = list_of(reading.key, "");
  return fmt::format(R"sql(
    CREATE TABLE {name}_delta AS
    WITH pairs AS (
      SELECT *, min(at) OVER ({begun}) AS begun{before}
      FROM {name}_samples WINDOW w AS ({partition} ORDER BY at)),
    steps AS (SELECT *, ({fell}) AS fell FROM pairs),
    growth AS (SELECT {keys}max(fell) AS reset{grown} FROM steps {group})
    SELECT g.reset AS reset{picked} FROM {name}_end AS l JOIN growth AS g ON {joined})sql",
                     fmt::arg("name", reading.name), fmt::arg("before", before), fmt::arg("fell", fell),
                     fmt::arg("grown", grown), fmt::arg("keys", keys.empty() ? "" : keys + ", "),
                     fmt::arg("partition", keys.empty() ? "" : "PARTITION BY " + keys),
                     fmt::arg("begun", was_cut && !keys.empty()            ? "PARTITION BY " + keys
                                       : reading.question.scope == Scope::database ? "PARTITION BY \"db\""
                                                                                   : ""),
                     fmt::arg("group", keys.empty() ? "" : "GROUP BY " + keys), fmt::arg("picked", picked),
                     fmt::arg("joined", joined.empty() ? "1" : joined));
}

void make_slice(SqlSession& facts, const Reading& reading, const char* slice, const std::vector<std::string>& columns,
                std::int64_t at_s) {
  facts.fill(fmt::format("CREATE TABLE {0}_{1} AS SELECT {2} FROM {0}_samples WHERE at = :at", reading.name, slice,
                         list_of(columns, "")),
             {{"at", at_s}});
}

}  // namespace

std::int64_t tolerance_of(const Window& window) {
  return std::max<std::int64_t>((window.to - window.from).count() / 10, kLeastTolerance_s);
}

std::string write_snapshot(const Readings& readings) {
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, answer] : readings) {
    json.key(name);
    write_reading(json, answer);
  }
  return json.end_object().text();
}

Covered fill_reading(SqlSession& facts, const Reading& reading, const Answer& taken, const std::vector<Snapshot>& past,
                     const Window& window, std::int64_t now_s) {
  const std::vector<std::string>& columns = taken.columns;
  if (columns.empty()) throw Error(Fault::internal, "reading " + reading.name + " has no columns");
  facts.fill(fmt::format("CREATE TABLE {}_samples(at, {})", reading.name, list_of(columns, "")), {});
  std::vector<bool> has;
  for (const Snapshot& snapshot : past)
    has.push_back(snapshot.at_s < now_s && !columns_in(facts, snapshot, reading.name).empty());

  // The last inspection's state goes through the same table before the window's own samples come in.
  Covered covered{now_s, now_s, false};
  for (std::size_t i = past.size(); i-- > 0 && !covered.has_before;) {
    if (!has[i] || !past[i].of_inspection) continue;
    covered.has_before = add_samples(facts, reading, columns, past[i]);
    make_slice(facts, reading, "before", columns, past[i].at_s);
  }
  if (!covered.has_before) make_slice(facts, reading, "before", columns, -1);
  facts.fill(fmt::format("DELETE FROM {}_samples", reading.name), {});

  const Snapshot now{now_s, true, write_snapshot({{reading.name, taken}})};
  add_samples(facts, reading, columns, now);
  make_slice(facts, reading, "last", columns, now_s);
  const std::int64_t to = window.to.time_since_epoch().count(), latest = to + tolerance_of(window);
  const bool ends_now = now_s <= latest;
  if (!ends_now) facts.fill(fmt::format("DELETE FROM {}_samples", reading.name), {});
  covered = {latest, ends_now ? now_s : 0, covered.has_before};
  for (std::size_t i = begin_of(past, has, window); i < past.size(); ++i) {
    if (!has[i] || past[i].at_s > latest || (covered.to_s > to && !ends_now)) continue;  // one beyond the end is enough
    add_samples(facts, reading, columns, past[i]);
    covered.from_s = std::min(covered.from_s, past[i].at_s);
    if (!ends_now) covered.to_s = past[i].at_s;
  }
  covered.from_s = std::min(covered.from_s, covered.to_s);
  make_slice(facts, reading, "first", columns, covered.from_s);
  make_slice(facts, reading, "end", columns, covered.to_s);
  const bool was_cut = reading.partial && rows_of(facts, reading.name + "_first") >= kPartialRows;
  facts.fill(growth_sql(reading, columns, was_cut), {});
  return covered;
}

void fill_span(SqlSession& facts, const Covered& covered, const Window& window) {
  facts.fill("CREATE TABLE IF NOT EXISTS span(from_s, to_s, seconds, asked_seconds, coverage)", {});
  facts.fill("DELETE FROM span", {});
  const std::int64_t asked = (window.to - window.from).count();
  const std::int64_t seconds = covered.to_s - covered.from_s;
  facts.fill("INSERT INTO span VALUES(:from, :to, :seconds, :asked, :coverage)",
             {{"from", covered.from_s},
              {"to", covered.to_s},
              {"seconds", seconds},
              {"asked", asked},
              {"coverage", asked <= 0 ? 0 : std::min<std::int64_t>(100, 100 * seconds / asked)}});
}

}  // namespace rounds
