#include "core/explain.h"

#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_edits.h"
#include "cli/job_row.h"
#include "cli/selection.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "core/json.h"
#include "store/ledger.h"
#include "time/stamp.h"
#include "time/words.h"

namespace rounds {

namespace {

using std::chrono::seconds;

/// Everything that is known about a job and an instant.
struct Explanation {
  const StoredJob& job;
  Schedule schedule;
  Zone shown;  ///< of all other times: as asked for, else the job's
  Due at;
  std::vector<RuleCheck> rules;
  bool due = false;
  std::vector<Run> ledger;           ///< what stands there for that due
  std::vector<std::string> reasons;  ///< for people, in the order in which rounds asks
};

bool comes_by_the_schedule(const Schedule& schedule, Due at) { return next_due(schedule, at - seconds(1)) == at; }

/// A row that several dues share says nothing of the instants between them.
std::vector<Run> ledger_of(Store& store, const StoredJob& job, const Schedule& schedule, Due at) {
  std::vector<Run> runs = runs_at(store, job.id, at);
  const bool between = is_on_grid(schedule.trigger) && at > job.first_seen && !comes_by_the_schedule(schedule, at);
  std::erase_if(runs, [=](const Run& run) { return between && run.due != at && run.last_due != at; });
  return runs;
}

bool was_due(const StoredJob& job, const Schedule& schedule, Due at, const std::vector<Run>& ledger) {
  if (is_on_grid(schedule.trigger)) return comes_by_the_schedule(schedule, at);
  return job.next_due == at || !ledger.empty();
}

void explain_bounds(Explanation& e) {
  const bool bounded = is_on_grid(e.schedule.trigger) || e.schedule.start;
  if (bounded && e.at <= e.schedule.anchor && !(e.schedule.anchor_is_due && e.at == e.schedule.anchor)) {
    e.reasons.push_back("its schedule begins at " + local_text(e.schedule.anchor, e.shown));
  }
  if (e.schedule.until && e.at > *e.schedule.until)
    e.reasons.push_back("its schedule ended at " + local_text(*e.schedule.until, e.shown));
}

/// What a clock change makes of it.
void explain_clock_change(Explanation& e) {
  for (const RuleCheck& rule : e.rules) {
    if (rule.standing == Standing::makes_up) {
      e.reasons.push_back("it makes up for a wall time that does not exist that day (" + clock_change_at(e.schedule.zone, e.at) + ")");
    } else if (rule.standing == Standing::left_out) {
      e.reasons.push_back("the wall shows a due time of it, but not in the pass that counts");
    } else if (rule.standing == Standing::passed_over) {
      e.reasons.push_back("a due time of it does not exist that day, and is not made up for (" +
                          clock_change_at(e.schedule.zone, e.at) + ")");
    }
  }
}

void explain_off_grid(Explanation& e) {
  if (is_on_grid(e.schedule.trigger)) return;
  e.reasons.push_back("it does not go by the clock alone: " + to_text(e.schedule.trigger));
  if (e.job.next_due) e.reasons.push_back("the next due that is set is " + local_text(*e.job.next_due, e.shown));
}

/// What would stand in the way of a start at that instant, as things are now.
void explain_policy(Explanation& e) {
  const Job& job = e.job.job;
  const bool paused = e.job.paused_at && Instant(e.at) >= *e.job.paused_at && (!e.job.paused_until || e.at < *e.job.paused_until);
  if (e.job.removed_at) e.reasons.push_back("the job is removed");
  if (!job.enabled) e.reasons.push_back("the job is disabled (enabled = false)");
  if (is_excepted(e.schedule, e.at)) e.reasons.push_back("it is excepted: skipped(excepted)");
  if (paused) {
    const std::string until = e.job.paused_until ? " until " + local_text(*e.job.paused_until, e.shown) : "";
    e.reasons.push_back("the job is paused" + until + (e.job.pause_reason.empty() ? "" : ": " + e.job.pause_reason) + ": skipped(paused)");
  }
  if (job.max_runs && is_beyond_max_runs(e.schedule, *job.max_runs - e.job.scheduled_runs, e.job.next_due.value_or(e.at), e.at)) {
    e.reasons.push_back(fmt::format("max_runs = {} is reached before", *job.max_runs));
  }
}

/// For a due that has not come yet: how it will be decided.
void explain_future(Explanation& e) {
  if (!e.due || !e.reasons.empty()) return;
  const Job& job = e.job.job;
  const seconds jitter = jitter_at(e.schedule, e.at);
  const std::string then = jitter > seconds(0) ? to_text(jitter) + " after that (jitter)" : "then";
  e.reasons.push_back("it starts " + then + ", or up to " + to_text(job.misfire_grace) + " later (misfire_grace), once a slot is free");
  if (job.overlap == Overlap::allow) return;
  const char* next = job.overlap == Overlap::skip ? "it is skipped" : job.overlap == Overlap::queue ? "it waits for that" : "that is ended";
  e.reasons.push_back(fmt::format("if an earlier run is still going, {} (overlap = {})", next, to_text(job.overlap)));
}

/// As a loop would decide that begins now.
std::string explain_waiting(Store& store, const Explanation& e, Due now) {
  Busy busy;
  for (const Run& run : open_runs_of(store, e.job.id)) (run.keeper ? busy.running : busy.waiting) += 1;
  const DueJob due{e.job.job, e.schedule, *e.job.next_due, e.job.watermark, e.job.scheduled_runs};
  const std::string fate = fate_in(decide(due, busy, now, now), e.at);
  return "no loop has decided it yet" + (fate.empty() ? "" : "; one that begins now has it " + fate);
}

/// For a due that is past and of which the ledger says nothing.
void explain_past(Store& store, Explanation& e, const Context& context) {
  if (!e.due || !e.ledger.empty() || e.at > context.now.due()) return;
  const bool waiting = e.job.next_due && *e.job.next_due <= e.at && !e.job.removed_at;
  if (waiting) e.reasons.push_back(explain_waiting(store, e, context.now.due()));
  else if (Instant(e.at) < e.job.created_at) e.reasons.push_back("the job was not there yet");
  else e.reasons.push_back("the ledger has nothing of it: it was before this schedule, or its history was pruned");
}

Explanation explain_due(Store& store, const StoredJob& job, const Zone& shown, Due at, const Context& context) {
  Explanation e{job, schedule_of(job, context.settings), shown, at, {}, false, {}, {}};
  e.rules = check_rules(e.schedule, at);
  e.ledger = ledger_of(store, job, e.schedule, at);
  e.due = was_due(job, e.schedule, at, e.ledger);
  explain_bounds(e);
  if (!e.due) explain_off_grid(e);
  explain_clock_change(e);
  if (e.due && e.ledger.empty()) explain_policy(e);
  if (!e.due && !e.ledger.empty()) e.reasons.push_back("it was a due of the schedule that the job had then");
  at > context.now.due() ? explain_future(e) : explain_past(store, e, context);
  return e;
}

std::string mark(bool good) { return good ? "yes" : "no"; }

void print_rule(const RuleCheck& rule, bool several) {
  if (several) print_line("  " + rule.text + ": " + (rule.due ? "due" : "not due"));
  for (const FieldCheck& field : rule.fields) {
    if (field.pattern.empty() && field.matches) continue;
    print_line(fmt::format("  {:<8} {:<6} {:<16} {}", field.field, field.value, field.pattern, mark(field.matches)));
  }
  if (rule.either_day) print_line("  both day fields are given: one of them is enough");
}

void print_ledger(const Explanation& e) {
  for (const Run& run : e.ledger) {
    const std::string id = run.attempt > 0 ? "run " + std::to_string(run.id.value) + ", attempt " + std::to_string(run.attempt) : "no run";
    const std::string shared = run.count > 1
                                   ? fmt::format(", with {} dues from {} to {}", run.count,
                                                 local_text(run.due, e.shown), local_text(run.last_due, e.shown))
                                   : "";
    const std::string why = run.waited_for ? ", behind run " + std::to_string(run.waited_for->value) : "";
    print_line("ledger: " + id + ": " + outcome_text(run) + why + shared);
  }
}

void print_neighbours(const Explanation& e) {
  const auto shown = [&e](std::optional<Due> due) { return due ? local_text(*due, e.shown) : std::string("none"); };
  print_line("due before that: " + shown(previous_due(e.schedule, e.at)) + ", after it: " + shown(next_due(e.schedule, e.at)));
}

void print_explanation(const Explanation& e) {
  const Zone& zone = e.schedule.zone;
  print_line(e.job.job.name.text() + ": " + to_text(e.schedule.trigger) + "  " + zone.name() + "  \"" + in_words(e.schedule) + "\"");
  const std::string change = clock_change_at(zone, e.at);
  print_line(fmt::format("{}  ({}) is {}{}", local_text(e.at, zone), utc_text(e.at), e.due ? "due" : "not due",
                         change.empty() ? "" : "; clock change: " + change));
  for (const RuleCheck& rule : e.rules) print_rule(rule, e.rules.size() > 1);
  for (const auto& reason : e.reasons) print_line(reason);
  print_ledger(e);
  if (is_on_grid(e.schedule.trigger)) print_neighbours(e);
}

void write_rules(JsonWriter& json, const Explanation& e) {
  json.key("rules").begin_array();
  for (const RuleCheck& rule : e.rules) {
    json.begin_object().field("rule", rule.text).field("due", rule.due).key("fields").begin_array();
    for (const FieldCheck& field : rule.fields) {
      json.begin_object().field("field", field.field).field("pattern", field.pattern).field("value", field.value);
      json.field("matches", field.matches).end_object();
    }
    json.end_array().field("either_day", rule.either_day).end_object();
  }
  json.end_array();
}

void write_ledger(JsonWriter& json, const Explanation& e) {
  json.key("ledger").begin_array();
  for (const Run& run : e.ledger) {
    json.begin_object().field("run", run.id.value).field("attempt", run.attempt).key("verdict");
    run.verdict ? json.value(to_text(*run.verdict)) : json.null();
    json.key("reason");
    run.reason ? json.value(to_text(*run.reason)) : json.null();
    json.field("due", utc_text(run.due)).field("last_due", utc_text(run.last_due)).field("count", run.count).end_object();
  }
  json.end_array();
}

void print_json(const Explanation& e) {
  const auto text = [](std::optional<Due> due) { return due ? std::optional(utc_text(*due)) : std::nullopt; };
  JsonWriter json;
  json.begin_object().field("schema", 1).field("job", e.job.job.name.text()).field("at", utc_text(e.at)).field("due", e.due);
  json.field("zone", e.schedule.zone.name()).field("clock_change", clock_change_at(e.schedule.zone, e.at));
  write_rules(json, e);
  json.key("reasons").begin_array();
  for (const auto& reason : e.reasons) json.value(reason);
  json.end_array();
  write_ledger(json, e);
  json.field("previous_due", text(previous_due(e.schedule, e.at))).field("next_due", text(next_due(e.schedule, e.at)));
  print_line(json.end_object().text());
}

}  // namespace

int explain(const ExplainOptions& options, const Context& context) {
  if (!options.at) throw Error(Fault::usage, "explain needs --at T", "rounds explain " + options.name + " --at 2027-03-28T02:30");
  Store store = Store::open_read_only(context.settings.store);
  const StoredJob job = job_with_history(store, options.name);
  const bool asked_for = context.global.tz || context.global.utc;
  const Zone zone = asked_for ? context.shown_zone : schedule_of(job, context.settings).zone;
  const Due at = read_moment("--at", *options.at, context.now.due(), zone, true);
  const Explanation explanation = explain_due(store, job, zone, at, context);
  for_people(context.global) ? print_explanation(explanation) : print_json(explanation);
  return exit_code::ok;
}

}  // namespace rounds
