#include "config/trigger.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/keys.h"
#include "config/moment.h"
#include "config/vocabulary.h"
#include "time/lint.h"

namespace rounds {

namespace {

/// What one table of a trigger is built from and into.
struct Draft {
  const TriggerContext& context;
  std::optional<RuleKind> kind{};
  std::chrono::seconds jitter{};
  ClockChange dst{};
};

constexpr std::string_view kCron =
    "an expression such as \"30 2 * * 1-5\" or a table such as { hour = 2, minute = 30 }";

/// The text of a field; an integer is its digits.
std::optional<std::string> table_text(const Field& field) {
  const auto* number = std::get_if<std::int64_t>(&field.node.value);
  return number ? std::to_string(*number) : read_text(field, "an integer or a text such as \"6-8\"");
}

void read_cron_table(const Field& field, Draft& draft) {
  const Table& fields = std::get<Table>(field.node.value);
  if (!check_keys(fields, Level::cron, "cron", field.problems)) return;
  CronTable table;
  std::vector<const TableMember*> members;
  for (const TableMember& member : fields.members) {
    const auto name = cron_field_from_text(member.key);
    if (!name) continue;  // the user's own
    const auto text = table_text(Field{member.key, member.node, field.problems});
    if (!text) return;
    table.push_back({*name, *text});
    members.push_back(&member);
  }
  std::size_t wrong = 0;
  Parsed<Cron> parsed = parse_cron(table, draft.context.job, wrong);
  if (auto* cron = std::get_if<Cron>(&parsed)) {
    draft.kind = CronRule{*cron, to_text(table), table};
  } else if (const auto& error = std::get<ParseError>(parsed); table.empty()) {
    field.error(error.message, error.hint);
  } else {
    Field{members[wrong]->key, members[wrong]->node, field.problems}.error_inside(error, table[wrong].text);
  }
}

void read_cron(const Field& field, Draft& draft) {
  if (std::holds_alternative<Table>(field.node.value)) return read_cron_table(field, draft);
  const auto text = read_text(field, kCron);
  if (!text) return;
  Parsed<Cron> parsed = parse_cron(*text, draft.context.job);
  if (auto* cron = std::get_if<Cron>(&parsed)) draft.kind = CronRule{*cron, *text};
  else field.error_inside(std::get<ParseError>(parsed), *text);
}

void read_every(const Field& field, Draft& draft) {
  constexpr std::string_view allowed = "a length such as \"90m\" or a phrase such as \"day at 10:30\"";
  if (const auto* bare = std::get_if<std::int64_t>(&field.node.value)) {
    return field.wrong_type(allowed, fmt::format("with a unit: {} = \"{}s\"", field.name, *bare));
  }
  const auto text = read_text(field, allowed);
  if (!text) return;
  Parsed<EveryRule> parsed = parse_every(*text);
  if (auto* rule = std::get_if<EveryRule>(&parsed)) draft.kind = std::move(*rule);
  else field.error_inside(std::get<ParseError>(parsed), *text);
}

void read_at(const Field& field, Draft& draft) {
  const bool several = std::holds_alternative<Array>(field.node.value);
  const auto read_one = [&](const Field& one) { return read_instant(one, draft.context.zone); };
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
  if (rule.instants.back() <= draft.context.now) {
    field.problems.warning(field.node.place, "\"at\" lies entirely in the past: this is never due");
  }
  draft.kind = std::move(rule);
}

constexpr std::array<Key<RandomRule>, 2> kRandomKeys{
    {{"min", [](const Field& f, RandomRule& random) { assign(random.min, read_seconds(f)); }},
     {"max", [](const Field& f, RandomRule& random) { assign(random.max, read_seconds(f)); }}}};

void read_random(const Field& field, Draft& draft) {
  constexpr std::string_view allowed = "lengths such as { min = \"5m\", max = \"10m\" } or \"5..10 minutes\"";
  if (const auto* text = std::get_if<std::string>(&field.node.value)) {
    const Parsed<RandomRule> parsed = parse_random(*text);
    if (const auto* rule = std::get_if<RandomRule>(&parsed)) draft.kind = *rule;
    else field.error_inside(std::get<ParseError>(parsed), *text);
    return;
  }
  const auto table = read_table(field, allowed);
  if (!table || !check_keys(*table, Level::random, "random", field.problems)) return;
  if (!table->find("min") || !table->find("max")) return field.error("\"random\" needs both min and max");
  RandomRule rule{};
  read_keys(*table, kRandomKeys, rule, field.problems);
  if (rule.min.count() == 0 || rule.max.count() == 0) return;  // refused already
  if (std::string why = refusal(rule); !why.empty()) return field.error(std::move(why));
  draft.kind = rule;
}

void read_delay(const Field& field, Draft& draft) {
  if (const auto length = read_seconds(field)) draft.kind = DelayRule{*length};
}

void read_on(const Field& field, Draft& draft) {
  const auto event = read_choice(field, {"start", "boot"});
  if (event) draft.kind = OnRule{*event == "boot" ? OnRule::Event::boot : OnRule::Event::start};
}

void read_jitter(const Field& field, Draft& draft) { assign(draft.jitter, read_seconds(field)); }

constexpr std::array<Key<ClockChange>, 2> kClockKeys{{{"gap",
                                                       [](const Field& f, ClockChange& dst) {
                                                         const auto word = read_choice(f, {"after", "skip"});
                                                         if (word) dst.gap = *gap_from_text(*word);
                                                       }},
                                                      {"overlap", [](const Field& f, ClockChange& dst) {
                                                         const auto word = read_choice(f, {"first", "second", "both"});
                                                         if (word) dst.overlap = *clock_overlap_from_text(*word);
                                                       }}}};

/// Only the calendar knows clock changes.
bool goes_by_calendar(const RuleKind& kind) {
  if (const auto* every = std::get_if<EveryRule>(&kind))
    return every->pattern || every->months != 0 || every->step.days.count() != 0;
  return std::holds_alternative<CronRule>(kind);
}

/// Stands after the rules: it asks which one there is.
void read_dst(const Field& field, Draft& draft) {
  const auto table = read_table(field, "a table such as { gap = \"skip\", overlap = \"both\" }");
  if (!table) return;
  check_keys(*table, Level::dst, "dst", field.problems);
  read_keys(*table, kClockKeys, draft.dst, field.problems);
  if (!draft.kind || goes_by_calendar(*draft.kind)) return;
  field.error("\"dst\" belongs to cron and to \"every\" by the calendar", "clock changes do not move this trigger");
}

constexpr std::array<Key<Draft>, 6> kKeys{{{"cron", read_cron},
                                           {"every", read_every},
                                           {"at", read_at},
                                           {"random", read_random},
                                           {"delay", read_delay},
                                           {"on", read_on}}};
constexpr std::array<Key<Draft>, 2> kModifiers{{{"jitter", read_jitter}, {"dst", read_dst}}};

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

/// Where in the rule a remark belongs.
Place place_of(const Remark& remark, const Rule& rule, const TableMember& member, const Problems& problems) {
  const auto* cron = std::get_if<CronRule>(&rule.kind);
  if (remark.length == 0 || cron == nullptr) return member.node.place;
  const TableMember* field = nullptr;
  if (remark.table_field) {
    field = std::get<Table>(member.node.value).find(to_text(cron->table[*remark.table_field].field));
  }
  const Node& node = field ? field->node : member.node;
  const auto* text = std::get_if<std::string>(&node.value);
  return text ? problems.source().inside(node.place, *text, remark.at, remark.length) : node.place;
}

void add_remarks(const Rule& rule, const TableMember& member, const TriggerContext& context, Problems& problems) {
  for (Remark& remark : lint(rule, context.zone, context.now)) {
    problems.warning(place_of(remark, rule, member, problems), std::move(remark.message), std::move(remark.hint));
  }
}

/// A table holds exactly one rule: `cron` and `at` side by side would leave open whether both must hold.
std::optional<Rule> read_rule(const Field& field, const TriggerContext& context) {
  const auto table = read_table(field, kAllowed);
  if (!table) return std::nullopt;
  const bool all_known = check_keys(*table, Level::trigger, "trigger", field.problems);
  const auto rules = rules_of(*table);
  if (rules.size() > 1) {
    field.problems.error(
        rules[1]->key_place,
        fmt::format("a trigger has one rule; \"{}\" stands beside \"{}\"", rules[1]->key, rules[0]->key),
        "for a union write an array: trigger = [{ ... }, { ... }]");
  } else if (rules.empty() && all_known) {
    field.error("a trigger needs one of cron, every, at, random, delay, on");
  }
  Draft draft{context};
  read_keys(*table, kKeys, draft, field.problems);
  read_keys(*table, kModifiers, draft, field.problems);
  if (!draft.kind) return std::nullopt;
  Rule rule(std::move(*draft.kind));
  rule.jitter = draft.jitter;
  rule.dst = draft.dst;
  if (context.lint) add_remarks(rule, *rules.front(), context, field.problems);
  return rule;
}

}  // namespace

std::optional<Trigger> read_trigger(const Field& field, const TriggerContext& context) {
  Trigger trigger;
  const auto add = [&](const Field& one) {
    if (auto rule = read_rule(one, context)) trigger.rules.push_back(std::move(*rule));
  };
  const auto* several = std::get_if<Array>(&field.node.value);
  if (!several) {
    add(field);
  } else if (several->empty()) {
    field.error("a trigger needs at least one table");
  } else {
    for (const Node& node : *several) add(Field{field.name, node, field.problems});
  }
  if (trigger.rules.empty()) return std::nullopt;
  const auto on_grid = [](const Rule& rule) { return is_on_grid(Trigger{{rule}}); };
  if (trigger.rules.size() > 1 && !std::all_of(trigger.rules.begin(), trigger.rules.end(), on_grid)) {
    field.error("\"random\", \"delay\" and \"on\" cannot be joined with other triggers",
                "give that trigger a job of its own");
    return std::nullopt;
  }
  return trigger;
}

}  // namespace rounds
