#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "inspect/engine.h"

namespace rounds {

/// Cumulative: each tier asks what the ones before it ask, too.
enum class Tier { daily, weekly, monthly, yearly };
enum class Category { running, backup, alerts, objects, security, parameters, host, performance };
/// What a check reads: this moment, a difference over the window, a log, an earlier inspection.
enum class Kind { point, delta, log, compared };
enum class Cost { cheap, medium, expensive };
enum class Severity { info, warning, critical };
enum class Outcome { ok, finding, skipped, error };
/// What applying the remedy does to the users of the database.
enum class Risk { online, locks, restart };

/// Where a question is asked: once, or in each database of the instance.
enum class Scope { instance, database };

std::string to_text(Tier tier);
std::string to_text(Category category);
std::string to_text(Kind kind);
std::string to_text(Cost cost);
std::string to_text(Severity severity);
std::string to_text(Outcome outcome);
std::string to_text(Risk risk);
std::string to_text(Scope scope);
std::optional<Tier> tier_from_text(std::string_view text);
std::optional<Category> category_from_text(std::string_view text);
std::optional<Kind> kind_from_text(std::string_view text);
std::optional<Cost> cost_from_text(std::string_view text);
std::optional<Severity> severity_from_text(std::string_view text);
std::optional<Outcome> outcome_from_text(std::string_view text);
std::optional<Risk> risk_from_text(std::string_view text);
std::optional<Scope> scope_from_text(std::string_view text);

/// What decides whether an engine can answer, and with which SQL: of checks and of readings.
struct Question {
  Scope scope = Scope::instance;
  std::string min_version{};              ///< of the engine; empty: any
  std::vector<std::string> privileges{};  ///< all of them are needed
  std::vector<std::string> probes{};      ///< whose facts the SQL reads; empty: it runs on the instance
  std::string sql{};
  std::map<std::string, std::string> older{};  ///< the SQL for versions below the key
};

/// The SQL for that version.
const std::string& sql_for(const Question& question, std::string_view version);

/// One question, as a file of `checks/` asks it. Its SQL returns rows (subject, severity, value, threshold,
/// evidence); `severity` may also be `ok`, to record a value, or `skipped`, with the reason as evidence. No
/// row at all is ok. Parameters: the thresholds by name, and `:previous`, the value of the last inspection.
struct Check {
  std::string id{};      ///< "sq.run.wal"
  std::string engine{};  ///< "sqlite"
  Tier tier = Tier::daily;
  Category category = Category::running;
  Kind kind = Kind::point;
  Cost cost = Cost::cheap;
  Risk remedy_risk = Risk::online;
  Question question{};
  std::vector<std::string> readings{};  ///< whose tables the SQL reads, the first one's span counts
  /// The SQL returns (subject, statement, evidence); each statement is asked by itself.
  bool each = false;
  std::optional<Severity> each_failure{};  ///< of a statement that fails; absent: the check's error
  Parameters thresholds{};
  /// A damaged database stops the query: for most checks an error, for those that look for damage the finding.
  bool damage_is_finding = false;
  std::string title{};
  std::string cause{};
  std::string remedy{};
};

Limits limits_of(Cost cost);
/// False when `version` ("3.40.1") is older than `minimum` ("3.16").
bool version_reaches(std::string_view version, std::string_view minimum);
/// Why this engine, version and login cannot answer the question; empty when they can.
std::string obstacle(const Question& question, const Capabilities& can);

}  // namespace rounds
