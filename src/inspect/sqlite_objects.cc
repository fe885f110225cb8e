#include "inspect/sqlite_objects.h"

#include <algorithm>

#include "inspect/host/table.h"

namespace rounds {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kBigTable = 10'000;
constexpr std::size_t kMostObjects = 20'000;

std::string text_of(const SqlValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : std::string();
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

/// Asks the database until the time is over.
class Asker {
 public:
  Asker(SqlSession& database, const Limits& limits) : database_(database), end_(Clock::now() + limits.time) {}

  std::vector<SqlRow> rows(const std::string& sql, const Parameters& parameters = {}) {
    const Answer answer = database_.query(sql, parameters, {.time = left(), .rows = kMostObjects});
    if (answer.status == Answer::Status::timed_out || answer.truncated) late_ = true;
    return answer.rows;
  }
  /// Why the statement cannot be compiled; empty when it can. It is not run: what would write is refused after that.
  std::string trouble(const std::string& sql) {
    const Answer answer = database_.query(sql, {}, {.time = left(), .rows = 0});
    if (answer.status == Answer::Status::timed_out) late_ = true;
    if (answer.status != Answer::Status::failed || answer.message == "the statement would write") return {};
    return answer.message;
  }
  bool late() const { return late_ || Clock::now() >= end_; }

 private:
  std::chrono::milliseconds left() const {
    return std::max(std::chrono::milliseconds(1),
                    std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()));
  }
  SqlSession& database_;
  Clock::time_point end_;
  bool late_ = false;
};

/// The application may bring what is missing here.
bool depends_on_application(const std::string& message) {
  return message.starts_with("no such function") || message.starts_with("no such collation") ||
         message.starts_with("no such module") || message.starts_with("unsafe use") ||
         message.find("wrong number of arguments to function") != std::string::npos;
}

struct BrokenTables {
  FactTable broken, unjudged;
  void add(const std::string& type, const std::string& name, const std::string& message) {
    if (message.empty()) return;
    if (depends_on_application(message)) {
      unjudged.add({name, message});
    } else {
      broken.add({type, name, message});
    }
  }
};

void try_views(Asker& ask, BrokenTables& tables) {
  for (const SqlRow& view : ask.rows("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")) {
    const std::string name = text_of(view.at(0));
    tables.add("view", name, ask.trouble("SELECT 1 FROM " + quoted(name) + " LIMIT 0"));
  }
}

/// "a" = "a", "b" = "b" for all columns that can be set, so that triggers on any of them are compiled.
std::string assignments(Asker& ask, const std::string& table) {
  std::string list;
  for (const SqlRow& column : ask.rows("SELECT name FROM pragma_table_xinfo(:t) WHERE hidden = 0", {{"t", table}})) {
    const std::string name = quoted(text_of(column.at(0)));
    list += (list.empty() ? "" : ", ") + name + " = " + name;
  }
  return list;
}

void try_triggers(Asker& ask, BrokenTables& tables) {
  // What it waits for stands before its body.
  const auto targets = ask.rows(
      "WITH heads AS (SELECT tbl_name, upper(substr(sql, 1, instr(upper(sql), 'BEGIN'))) AS head"
      "               FROM sqlite_schema WHERE type = 'trigger')"
      " SELECT tbl_name, max(head LIKE '%INSERT%ON%'), max(head LIKE '%UPDATE%ON%'), max(head LIKE '%DELETE%ON%')"
      " FROM heads GROUP BY tbl_name ORDER BY tbl_name");
  for (const SqlRow& target : targets) {
    const std::string name = text_of(target.at(0));
    const auto waits = [&](std::size_t at) { return target.at(at) == SqlValue(std::int64_t{1}); };
    std::string message;
    if (waits(1)) message = ask.trouble("INSERT INTO " + quoted(name) + " DEFAULT VALUES");
    if (waits(2) && message.empty()) message = ask.trouble("UPDATE " + quoted(name) + " SET " + assignments(ask, name));
    if (waits(3) && message.empty()) message = ask.trouble("DELETE FROM " + quoted(name));
    tables.add("trigger", name, message);
  }
}

void measure_tables(Asker& ask, SqlSession& facts) {
  FactTable table(facts, "big_table", "name, rows, indexed, analysed");
  const bool analysed = !ask.rows("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").empty();
  const std::string known = analysed ? "EXISTS (SELECT 1 FROM sqlite_stat1 AS s WHERE s.tbl = t.name)" : "0";
  const auto tables = ask.rows(
      "SELECT t.name, EXISTS (SELECT 1 FROM sqlite_schema AS i WHERE i.type = 'index' AND i.tbl_name = t.name), " +
      known +
      " FROM sqlite_schema AS t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
      " AND t.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY t.name");
  for (const SqlRow& row : tables) {
    const auto counted = ask.rows("SELECT count(*) FROM (SELECT 1 FROM " + quoted(text_of(row.at(0))) + " LIMIT " +
                                  std::to_string(kBigTable) + ")");
    const bool big = !counted.empty() && counted.at(0).at(0) == SqlValue(kBigTable);
    if (big) table.add({row.at(0), kBigTable, row.at(1), row.at(2)});
  }
}

void list_sequences(Asker& ask, SqlSession& facts) {
  FactTable table(facts, "sequence", "name, seq");
  if (ask.rows("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").empty()) return;
  for (const SqlRow& row : ask.rows("SELECT name, seq FROM sqlite_sequence ORDER BY name")) table.add(row);
}

/// A number of 52 bits, which any JSON reader keeps.
void hash_schema(Asker& ask, SqlSession& facts) {
  FactTable table(facts, "schema", "hash, objects");
  std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
  std::int64_t objects = 0;
  const auto rows = ask.rows(
      "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema"
      " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name");
  for (const SqlRow& row : rows) {
    for (const char c : text_of(row.at(0)) + "\n") hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    ++objects;
  }
  table.add({static_cast<std::int64_t>(hash >> 12), objects});
}

}  // namespace

void fill_object_facts(SqlSession& facts, SqlSession& database, const Limits& limits) {
  Asker ask(database, limits);
  BrokenTables tables{{facts, "broken", "type, name, message"}, {facts, "unjudged", "name, message"}};
  hash_schema(ask, facts);
  list_sequences(ask, facts);
  try_views(ask, tables);
  try_triggers(ask, tables);
  measure_tables(ask, facts);
  FactTable incomplete(facts, "incomplete", "reason");
  if (ask.late()) incomplete.add({"not all objects could be looked at in time"});
}

}  // namespace rounds
