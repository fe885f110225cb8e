#include "report/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "error.h"
#include "time/stamp.h"

namespace rounds {

namespace {

using Json = nlohmann::json;

/// The text of that key; empty where it is null or missing.
std::string text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? std::string() : found->get<std::string>();
}

std::optional<std::int64_t> number(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return found->get<std::int64_t>();
}

std::int64_t count(const Json& object, const char* key) { return number(object, key).value_or(0); }

DocumentValue value(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::monostate{};
  if (found->is_number_integer()) return found->get<std::int64_t>();
  if (found->is_number()) return found->get<double>();
  return found->get<std::string>();
}

/// The elements of that array, each read by `read`; none where it is missing.
template <typename Read>
auto list(const Json& object, const char* key, Read read) {
  std::vector<decltype(read(object))> elements;
  const auto found = object.find(key);
  if (found == object.end()) return elements;
  for (const Json& element : *found) elements.push_back(read(element));
  return elements;
}

std::optional<DocumentAcceptance> read_accepted(const Json& json) {
  const auto found = json.find("accepted");
  if (found == json.end() || found->is_null()) return std::nullopt;
  return DocumentAcceptance{text(*found, "severity"), text(*found, "reason"), text(*found, "owner"),
                            text(*found, "until")};
}

std::optional<DocumentCovered> read_covered(const Json& json) {
  const auto found = json.find("covered");
  if (found == json.end() || found->is_null()) return std::nullopt;
  return DocumentCovered{text(*found, "from"), text(*found, "to")};
}

DocumentStatement read_statement(const Json& json) {
  return {text(json, "asked_by"), count(json, "duration_ms"), count(json, "rows")};
}

DocumentEntry read_entry(const Json& json) {
  DocumentEntry entry;
  entry.id = text(json, "id");
  entry.title = text(json, "title");
  entry.category = text(json, "category");
  entry.outcome = text(json, "outcome");
  entry.severity = text(json, "severity");
  entry.subject = text(json, "subject");
  entry.value = value(json, "value");
  entry.threshold = value(json, "threshold");
  entry.evidence = list(json, "evidence", [](const Json& row) { return row.get<std::string>(); });
  entry.cause = text(json, "cause");
  entry.remedy = text(json, "remedy");
  entry.remedy_risk = text(json, "remedy_risk");
  entry.reason = text(json, "reason");
  entry.since = text(json, "since");
  entry.worsened_from = text(json, "worsened_from");
  entry.accepted = read_accepted(json);
  entry.duration_ms = count(json, "duration_ms");
  return entry;
}

DocumentCategory read_category(const Json& json) {
  return {text(json, "category"), count(json, "checks"), count(json, "seen"),     count(json, "critical"),
          count(json, "warning"), count(json, "info"),   count(json, "deduction")};
}

DocumentGone read_gone(const Json& json) {
  return {text(json, "id"), text(json, "subject"), text(json, "since"), text(json, "severity")};
}

DocumentTarget read_target(const Json& json) {
  DocumentTarget target;
  target.name = text(json, "name");
  target.engine = text(json, "engine");
  target.business = text(json, "business");
  target.host = text(json, "host");
  target.address = text(json, "address");
  target.version = text(json, "version");
  target.reached = json.value("reached", true);
  target.score = number(json, "score");
  target.coverage = count(json, "coverage");
  target.categories = list(json, "categories", read_category);
  target.checks = list(json, "checks", read_entry);
  target.resolved = list(json, "resolved", read_gone);
  target.not_rechecked = list(json, "not_rechecked", read_gone);
  target.covered = read_covered(json);
  target.statements = list(json, "statements", read_statement);
  return target;
}

Document read_document(const Json& json) {
  Document document;
  document.inspection = json.at("inspection").get<std::int64_t>();
  document.tier = text(json, "tier");
  document.at = text(json, "at");
  document.inspector = text(json, "inspector");
  document.rules = text(json, "rules");
  document.run = number(json, "run");
  const Json& window = json.at("window");
  document.from = text(window, "from");
  document.to = text(window, "to");
  document.effective_from = text(window, "effective_from");
  document.effective_to = text(window, "effective_to");
  document.targets = list(json, "targets", read_target);
  return document;
}

}  // namespace

Document parse_document(std::string_view json) {
  try {
    return read_document(Json::parse(json));
  } catch (const Json::exception& error) {
    throw Error(Fault::bad_data, std::string("stored inspection: ") + error.what());
  }
}

bool is_new(const Document& document, const DocumentEntry& entry) { return entry.since == document.at; }

std::int64_t count_accepted(const DocumentTarget& target) {
  return std::count_if(target.checks.begin(), target.checks.end(),
                       [](const DocumentEntry& entry) { return entry.accepted.has_value(); });
}

std::optional<std::int64_t> days_between(const std::string& from, const std::string& to) {
  const auto begin = parse_utc(from), end = parse_utc(to);
  if (!begin || !end) return std::nullopt;
  return std::chrono::floor<std::chrono::days>(*end - *begin).count();
}

std::int64_t window_coverage(const Document& document, const DocumentCovered& covered) {
  const auto from = parse_utc(document.from), to = parse_utc(document.to);
  const auto first = parse_utc(covered.from), last = parse_utc(covered.to);
  if (!from || !to || !first || !last || *to <= *from) return 0;
  const auto seen = std::min(*to, *last) - std::max(*from, *first);
  return std::max<std::int64_t>(0, 100 * seen.count() / (*to - *from).count());
}

std::int64_t count_findings(const DocumentTarget& target, std::string_view severity) {
  return std::count_if(target.checks.begin(), target.checks.end(),
                       [&](const DocumentEntry& entry) { return entry.severity == severity; });
}

std::int64_t count_findings(const Document& document, std::string_view severity) {
  std::int64_t sum = 0;
  for (const DocumentTarget& target : document.targets) sum += count_findings(target, severity);
  return sum;
}

std::string brief(const std::string& instant) {
  constexpr std::size_t kDate = 10, kMinute = 16;
  if (!parse_utc(instant) || !instant.ends_with('Z')) return instant;
  return instant.substr(0, kDate) + " " + instant.substr(kDate + 1, kMinute - kDate - 1);
}

std::string shown(const DocumentValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  return {};
}

}  // namespace rounds
