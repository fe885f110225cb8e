#pragma once
#include <fmt/format.h>

#include <string>

#include "report/document.h"
#include "report/history.h"

namespace rounds {

// An inspection as large as those that the limits are about: instances with 80 checks each, 8 of them findings.

inline DocumentEntry big_entry(int n) {
  static const char* const kCategories[] = {"running",  "backup",     "alerts", "objects",
                                            "security", "parameters", "host",   "performance"};
  static const char* const kSeverities[] = {"critical", "warning", "info", "warning"};
  DocumentEntry entry;
  entry.id = fmt::format("pg.{}.check_{}", std::string(kCategories[n % 8]).substr(0, 3), n);
  entry.title = fmt::format("Something about the server is {} here", n);
  entry.category = kCategories[n % 8];
  entry.duration_ms = n;
  entry.outcome = n % 10 == 0 ? "finding" : n % 10 == 5 ? "skipped" : "ok";
  if (entry.outcome == "skipped")
    entry.reason = fmt::format("the login lacks privilege {}, which this check needs to look", n % 3);
  if (entry.outcome != "finding") return entry;
  entry.severity = kSeverities[n / 10 % 4];
  entry.subject = fmt::format("sales.public.order_history_{}", n);
  entry.value = std::int64_t{10'000} * n;
  entry.threshold = std::int64_t{5'000};
  for (int row = 0; row < 4; ++row)
    entry.evidence.push_back(
        fmt::format("table sales.public.order_history_{} has {} dead rows of {}", row, n * 100, n * 1000));
  entry.cause =
      "Something deletes or changes many rows, and vacuum does not come to them in time, for example because a "
      "transaction has been open for long.";
  entry.remedy =
      "End what holds old rows, then run VACUUM (VERBOSE) on the table; lower autovacuum_vacuum_scale_factor for it "
      "with ALTER TABLE ... SET.";
  entry.remedy_risk = "locks";
  entry.since = n % 20 == 0 ? "2026-11-21T08:00:03.250Z" : "2026-10-01T08:00:00.000Z";
  if (n == 30) entry.worsened_from = "info";
  return entry;
}

inline DocumentTarget big_target(int n) {
  DocumentTarget target;
  target.name = fmt::format("sales-db-{}", n);
  target.engine = "postgresql";
  target.business = n % 2 == 0 ? "core banking" : "card & payment";
  target.host = fmt::format("db-host-{}.bank.example", n);
  target.address = fmt::format("10.0.0.{}:5432", n);
  target.version = "15.18 (Debian 15.18-0+deb12u1)";
  target.reached = true;
  if (n % 4 != 3) target.score = 59 + n * 4;
  target.coverage = 90;
  for (int i = 0; i < 80; ++i) target.checks.push_back(big_entry(i));
  DocumentEntry accepted = big_entry(0);
  accepted.id = "pg.sec.accepted";
  accepted.outcome = "skipped";
  accepted.severity.clear();
  accepted.reason = "accepted by dba until 2027-01-01T00:00:00Z: replaced next year";
  accepted.accepted = {{"warning", "replaced next year", "dba", "2027-01-01T00:00:00Z"}};
  target.checks.push_back(accepted);
  for (const char* category :
       {"running", "backup", "alerts", "objects", "security", "parameters", "host", "performance"}) {
    target.categories.push_back({category, 10, 9, n % 3 == 0 ? 1 : 0, 1, 2, 27});
  }
  target.resolved.push_back({"pg.run.check_1", "primary", "2026-11-01T00:00:00.000Z", "warning"});
  target.not_rechecked.push_back({"pg.hos.check_5", "/data", "2026-11-02T00:00:00.000Z", ""});
  target.covered = {{"2026-11-15T09:00:00Z", "2026-11-21T08:00:00Z"}};
  for (int i = 0; i < 200; ++i) target.statements.push_back({big_entry(i % 80).id, i, 10});
  return target;
}

inline Document big_document(int instances) {
  Document document;
  document.inspection = 42;
  document.tier = "weekly";
  document.at = "2026-11-21T08:00:03.250Z";
  document.inspector = "0.1.0";
  document.rules = "d1f0c2ab93e4";
  document.run = 7;
  document.from = document.effective_from = "2026-11-14T08:00:00Z";
  document.to = document.effective_to = "2026-11-21T08:00:00Z";
  for (int i = 0; i < instances; ++i) document.targets.push_back(big_target(i));
  return document;
}

/// Twelve inspections of each target, one of them without a score.
inline History big_history(const Document& document) {
  History history;
  for (const DocumentTarget& target : document.targets) {
    for (int i = 0; i < 12; ++i) {
      std::optional<std::int64_t> score = 50 + i * 4;
      if (i == 5) score.reset();
      history[target.name].push_back(
          {31 + i, fmt::format("2026-11-{:02}T08:00:00.000Z", 10 + i), score, 3 - i / 4, i % 5, 2});
    }
  }
  return history;
}

}  // namespace rounds
