#include "inspect/document.h"

#include <algorithm>

#include "core/json.h"
#include "inspect/catalogue.h"
#include "inspect/score.h"
#include "time/stamp.h"

namespace rounds {

namespace {

void write_value(JsonWriter& json, const char* name, const SqlValue& cell) {
  json.key(name);
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

/// Null where there is nothing to say.
void write_text(JsonWriter& json, const char* name, const std::string& text) {
  json.key(name);
  if (text.empty()) {
    json.null();
  } else {
    json.value(text);
  }
}

void write_entry(JsonWriter& json, const Entry& entry) {
  const bool finding = entry.outcome == Outcome::finding;
  json.begin_object().field("id", entry.check->id).field("outcome", to_text(entry.outcome));
  write_text(json, "severity", entry.severity ? to_text(*entry.severity) : std::string());
  write_text(json, "subject", entry.subject);
  write_value(json, "value", entry.value);
  write_value(json, "threshold", entry.threshold);
  json.key("evidence").begin_array();
  for (const std::string& row : entry.evidence) json.value(row);
  json.end_array();
  write_text(json, "cause", finding ? entry.check->cause : std::string());
  write_text(json, "remedy", finding ? entry.check->remedy : std::string());
  write_text(json, "remedy_risk", finding ? to_text(entry.check->remedy_risk) : std::string());
  write_text(json, "reason", entry.reason);
  json.field("duration_ms", std::int64_t{entry.took.count()});
  json.field("title", entry.check->title).field("category", to_text(entry.check->category));
  write_text(json, "since", entry.since);
  write_text(json, "worsened_from", entry.worsened_from ? to_text(*entry.worsened_from) : std::string());
  if (entry.accepted) {
    json.key("accepted")
        .begin_object()
        .field("severity", to_text(entry.accepted->severity))
        .field("reason", entry.accepted->reason);
    json.field("owner", entry.accepted->owner).field("until", entry.accepted->until).end_object();
  }
  json.end_object();
}

void write_categories(JsonWriter& json, const Score& score) {
  json.key("categories").begin_array();
  for (const CategoryScore& category : score.categories) {
    json.begin_object().field("category", to_text(category.category)).field("checks", category.checks);
    json.field("seen", category.seen).field("critical", category.critical).field("warning", category.warning);
    json.field("info", category.info).field("deduction", category.deduction).end_object();
  }
  json.end_array();
}

void write_gone(JsonWriter& json, const char* name, const std::vector<GoneFinding>& findings) {
  json.key(name).begin_array();
  for (const GoneFinding& gone : findings) {
    json.begin_object().field("id", gone.check).field("subject", gone.subject).field("since", gone.since);
    write_text(json, "severity", gone.severity ? to_text(*gone.severity) : std::string());
    json.end_object();
  }
  json.end_array();
}

/// What was sent to the instance, with what it took.
void write_statements(JsonWriter& json, const std::vector<SentStatement>& statements) {
  json.key("statements").begin_array();
  for (const SentStatement& sent : statements) {
    json.begin_object().field("asked_by", sent.asked_by);
    write_text(json, "database", sent.database);
    json.field("sql", sent.sql).field("duration_ms", std::int64_t{sent.took.count()});
    json.field("rows", static_cast<std::int64_t>(sent.rows)).end_object();
  }
  json.end_array();
}

/// The part of the window that snapshots cover.
void write_covered(JsonWriter& json, const std::optional<Covered>& covered) {
  json.key("covered");
  if (!covered) {
    json.null();
    return;
  }
  const auto text = [](std::int64_t s) { return utc_text(Due(std::chrono::seconds(s))); };
  json.begin_object().field("from", text(covered->from_s)).field("to", text(covered->to_s)).end_object();
}

void write_examination(JsonWriter& json, const Examination& examination) {
  const Score score = score_of(examination.entries);
  const Instance& instance = examination.instance;
  json.begin_object().field("name", instance.name).field("engine", instance.engine);
  write_text(json, "business", instance.business);
  write_text(json, "host", instance.host);
  json.field("score", score.points).field("coverage", score.coverage);
  write_text(json, "address", place_of(instance));
  write_text(json, "version", examination.version);
  json.field("reached", examination.reached);
  write_categories(json, score);
  json.key("checks").begin_array();
  for (const Entry& entry : examination.entries) write_entry(json, entry);
  json.end_array();
  write_gone(json, "resolved", examination.resolved);
  write_gone(json, "not_rechecked", examination.not_rechecked);
  write_covered(json, examination.covered);
  write_statements(json, examination.statements);
  json.end_object();
}

/// The part of the window that lies before the inspection, from where all that was measured begins.
void write_window(JsonWriter& json, const InspectionResult& result) {
  const Due seen_to = std::min(result.window.to, std::chrono::floor<std::chrono::seconds>(result.at));
  json.key("window").begin_object();
  json.field("from", utc_text(result.window.from)).field("to", utc_text(result.window.to));
  const Due seen_from = std::max(result.window.from, result.covered_from.value_or(result.window.from));
  json.field("effective_from", utc_text(std::min(seen_from, seen_to)));
  json.field("effective_to", utc_text(seen_to)).end_object();
}

}  // namespace

std::string write_target(const Examination& examination) {
  JsonWriter json;
  write_examination(json, examination);
  return json.text();
}

std::string write_document(const InspectionResult& result) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("inspection", result.id).field("tier", to_text(result.tier));
  json.field("at", utc_text(result.at)).field("run", result.run);
  json.field("inspector", ROUNDS_VERSION).field("rules", rules_hash());
  write_window(json, result);
  json.key("targets").begin_array();
  for (const std::string& target : result.targets) json.raw(target);
  json.end_array().end_object();
  return json.text();
}

}  // namespace rounds
