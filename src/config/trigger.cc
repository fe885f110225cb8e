#include "config/trigger.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/keys.h"
#include "config/moment.h"
#include "config/vocabulary.h"

namespace rounds {

namespace {

/// What one table of a trigger is built from and into.
struct Draft {
  const Zone& zone;
  Due now;
  std::vector<Rule> rules{};
};

/// The `H` of a field, as in `H/15`: a letter that begins an item and is no name of a day or month.
bool has_hash(std::string_view text) {
  constexpr std::string_view before = " \t,";
  constexpr std::string_view after = " \t,/(-";
  for (std::size_t i = text.find_first_of("Hh"); i != std::string_view::npos; i = text.find_first_of("Hh", i + 1)) {
    const bool begins = i == 0 || before.find(text[i - 1]) != std::string_view::npos;
    const bool ends = i + 1 == text.size() || after.find(text[i + 1]) != std::string_view::npos;
    if (begins && ends) return true;
  }
  return false;
}

void read_cron(const Field& field, Draft& draft) {
  if (std::holds_alternative<Table>(field.node.value)) {
    field.error("\"cron\" as a table is not yet supported", "write an expression such as \"30 2 * * 1-5\"");
    return;
  }
  const auto text = read_text(field, "an expression such as \"30 2 * * 1-5\"");
  if (!text) return;
  Parsed<Cron> parsed = parse_cron(*text);
  if (auto* cron = std::get_if<Cron>(&parsed)) {
    draft.rules.push_back(CronRule{*cron, *text});
  } else if (has_hash(*text)) {
    field.error("\"H\" in cron is not yet supported");
  } else {
    field.error_inside(std::get<ParseError>(parsed), *text);
  }
}

/// `day at 10:30`, `2 weeks`, `monday at 08:00`: the civil phrases, as against a misspelt length.
bool is_phrase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::array<std::string_view, 7> words{" at ", "day", "week", "month", "year", "hour", "minute"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != text.npos; });
}

void read_every(const Field& field, Draft& draft) {
  const auto* text = std::get_if<std::string>(&field.node.value);
  if (text && is_phrase(*text)) {
    field.error(fmt::format("\"every\" takes a length; the phrase \"{}\" is not yet supported", *text),
                "a length such as \"90m\" or \"1d\", or use cron");
  } else if (const auto step = read_span(field)) {
    draft.rules.push_back(EveryRule{*step});
  }
}

void read_at(const Field& field, Draft& draft) {
  const bool several = std::holds_alternative<Array>(field.node.value);
  const auto read_one = [&](const Field& one) { return read_instant(one, draft.zone); };
  AtRule rule;
  if (several) {
    assign(rule.instants, read_array<Due>(field, "dates", read_one));
  } else if (const auto due = read_one(field)) {
    rule.instants = {*due};
  }
  if (several && std::get<Array>(field.node.value).empty()) field.error("\"at\" needs at least one date");
  if (rule.instants.empty()) return;
  std::sort(rule.instants.begin(), rule.instants.end());
  rule.instants.erase(std::unique(rule.instants.begin(), rule.instants.end()), rule.instants.end());
  if (rule.instants.back() <= draft.now) {
    field.problems.warning(field.node.place, "\"at\" lies entirely in the past: this is never due");
  }
  draft.rules.push_back(std::move(rule));
}

void read_delay(const Field& field, Draft& draft) {
  if (const auto length = read_seconds(field)) draft.rules.push_back(DelayRule{*length});
}

void read_on(const Field& field, Draft& draft) {
  const auto event = read_choice(field, {"start", "boot"});
  if (event) draft.rules.push_back(OnRule{*event == "boot" ? OnRule::Event::boot : OnRule::Event::start});
}

constexpr std::array<Key<Draft>, 5> kKeys{
    {{"cron", read_cron}, {"every", read_every}, {"at", read_at}, {"delay", read_delay}, {"on", read_on}}};

constexpr std::string_view kAllowed = "a table such as { cron = \"30 2 * * *\" }, or an array of tables";

/// The keys of the table that are rules.
std::vector<const TableMember*> rules_of(const Table& table) {
  std::vector<const TableMember*> rules;
  for (const TableMember& member : table.members) {
    const bool rule = std::any_of(kKeys.begin(), kKeys.end(), [&](const auto& key) { return key.name == member.key; });
    if (rule) rules.push_back(&member);
  }
  return rules;
}

/// A table holds exactly one rule: `cron` and `at` side by side would leave open whether both must hold.
void read_rule(const Field& field, Draft& draft) {
  const auto table = read_table(field, kAllowed);
  if (!table) return;
  const bool all_known = check_keys(*table, Level::trigger, "trigger", field.problems);
  const auto rules = rules_of(*table);
  if (rules.size() > 1) {
    field.problems.error(
        rules[1]->key_place,
        fmt::format("a trigger has one rule; \"{}\" stands beside \"{}\"", rules[1]->key, rules[0]->key),
        "for a union write an array: trigger = [{ ... }, { ... }]");
  } else if (rules.empty() && all_known) {
    field.error("a trigger needs one of cron, every, at, delay, on");
  }
  read_keys(*table, kKeys, draft, field.problems);
}

bool goes_by_clock(const Rule& rule) {
  return !std::holds_alternative<DelayRule>(rule) && !std::holds_alternative<OnRule>(rule);
}

}  // namespace

std::optional<Trigger> read_trigger(const Field& field, const Zone& zone, Due now) {
  Draft draft{zone, now};
  const auto* several = std::get_if<Array>(&field.node.value);
  if (!several) {
    read_rule(field, draft);
  } else if (several->empty()) {
    field.error("a trigger needs at least one table");
  } else {
    for (const Node& node : *several) read_rule(Field{field.name, node, field.problems}, draft);
  }
  if (draft.rules.empty()) return std::nullopt;
  if (draft.rules.size() > 1 && !std::all_of(draft.rules.begin(), draft.rules.end(), goes_by_clock)) {
    field.error("\"delay\" and \"on\" cannot be joined with other triggers", "give that trigger a job of its own");
    return std::nullopt;
  }
  return Trigger{std::move(draft.rules)};
}

}  // namespace rounds
