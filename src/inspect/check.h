#pragma once
#include <chrono>
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

std::string to_text(Tier tier);
std::string to_text(Category category);
std::string to_text(Kind kind);
std::string to_text(Cost cost);
std::string to_text(Severity severity);
std::string to_text(Outcome outcome);
std::string to_text(Risk risk);
std::optional<Tier> tier_from_text(std::string_view text);
std::optional<Category> category_from_text(std::string_view text);
std::optional<Kind> kind_from_text(std::string_view text);
std::optional<Cost> cost_from_text(std::string_view text);
std::optional<Severity> severity_from_text(std::string_view text);
std::optional<Outcome> outcome_from_text(std::string_view text);
std::optional<Risk> risk_from_text(std::string_view text);

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
  std::string min_version{};  ///< of the engine; empty: any
  std::string privilege{};    ///< needed; empty: any login
  std::string probe{};        ///< whose facts the SQL reads; empty: it runs on the instance
  std::string sql{};
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
/// Why this engine, version and login cannot answer the check; empty when they can.
std::string obstacle(const Check& check, const Capabilities& can);

}  // namespace rounds
