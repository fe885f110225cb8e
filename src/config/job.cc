#include "config/job.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/field.h"
#include "config/job_keys.h"
#include "config/templates.h"
#include "config/vocabulary.h"

namespace rounds {

namespace {

/// What the system lets an argument be long, and room for the rest of argv and environment.
constexpr std::size_t kMostBytes = 128 * 1024;

std::size_t launch_bytes(const Job& job) {
  std::size_t bytes = job.task.command.size();
  for (const std::string& word : job.task.argv) bytes += word.size() + 1;
  for (const auto& [name, value] : job.env) bytes += name.size() + value.size() + 2;
  for (const auto& [name, value] : job.params) bytes += name.size() + value.size() + sizeof "ROUNDS_PARAM_=";
  return bytes;
}

void check_task(const TableMember& job, const Table& table, Problems& problems) {
  std::vector<const TableMember*> tasks;
  for (const TableMember& member : table.members) {
    if (member.key == "command" || member.key == "exec" || member.key == "inspect") tasks.push_back(&member);
  }
  if (tasks.empty()) {
    problems.error(job.key_place, fmt::format("job {} has no task", job.key), "give it a command, exec or inspect");
  }
  if (tasks.size() > 1) {
    problems.error(tasks[1]->key_place, fmt::format("job {} has more than one task: \"{}\" beside \"{}\"", job.key,
                                                    tasks[1]->key, tasks[0]->key));
  }
}

void check_trigger(const TableMember& job, const Table& table, Problems& problems) {
  if (table.find("trigger")) return;
  problems.error(job.key_place, fmt::format("job {} has no trigger", job.key),
                 "for example: trigger = { cron = \"30 2 * * *\" }");
}

/// What concerns several keys together.
void check_whole(const TableMember& member, const Job& job, const Pools& pools, Problems& problems) {
  if (launch_bytes(job) > kMostBytes) {
    problems.error(member.key_place,
                   fmt::format("arguments and environment of job {} take more than {} bytes", member.key, kMostBytes));
  }
  const auto pool = pools.find(job.pool);
  if (pool != pools.end() && job.slots > pool->second) {
    problems.error(member.key_place, fmt::format("job {} takes {} slots, and pool \"{}\" has {}", member.key, job.slots, job.pool, pool->second));
  }
  const auto succeeds = [&job](std::optional<int> code) {
    return code && std::find(job.success_codes.begin(), job.success_codes.end(), *code) != job.success_codes.end();
  };
  if (succeeds(job.skip_code) || (job.skip_code && job.skip_code == job.done_code)) {
    problems.error(member.key_place, fmt::format("exit code {} of job {} means two things: \"skip_code\" and {}", *job.skip_code, member.key,
                                                 succeeds(job.skip_code) ? "\"success_codes\"" : "\"done_code\""));
  }
  for (const auto& [name, secret] : job.secrets) {
    if (job.env.contains(name)) problems.error(member.key_place, fmt::format("\"{}\" of job {} stands in \"env\" and in \"secrets\"", name, member.key));
  }
  if (job.start && job.until && *job.until < *job.start) {
    problems.error(member.key_place,
                   fmt::format("job {} ends before it starts: \"until\" lies before \"start\"", member.key));
  }
}

/// A trigger that would be due, but for what stands beside it.
void check_dues(const TableMember& member, const JobDraft& draft, Problems& problems) {
  if (!is_on_grid(draft.job.trigger)) return;
  const Due now = draft.context.now.due();
  const Schedule schedule = schedule_of(draft.job, draft.zone, now);
  const Schedule bare{.trigger = draft.job.trigger,
                      .zone = draft.zone,
                      .anchor = schedule.anchor,
                      .anchor_is_due = schedule.anchor_is_due,
                      .start = schedule.start};
  if (!next_due(bare, now)) return;  // the trigger itself has been remarked on
  if (!next_due(schedule, now)) {
    problems.warning(member.key_place,
                     fmt::format("job {} is never due: \"until\" lies before its next due", member.key));
  } else if (!next_start(schedule, now)) {
    problems.warning(member.key_place, fmt::format("job {} never runs: all its dues are excepted", member.key));
  }
}

/// The job's own keys and, where it lacks one, that of the defaults: a key counts as a whole.
Table with_defaults(const Table& own, const Table* defaults) {
  Table both = own;
  if (!defaults) return both;
  for (const TableMember& member : defaults->members) {
    if (!own.find(member.key)) both.members.push_back(member);
  }
  return both;
}

JobDraft draft_of(const JobName& name, const LoadContext& context) {
  return JobDraft{Job{.name = name, .trigger = {}}, context.fallback_zone, context};
}

/// The name, or a stand-in after the refusal was reported: the rest of the job is still worth reading.
JobName name_of(const TableMember& member, Problems& problems) {
  static const JobName stand_in = *JobName::parse("unnamed");
  const std::string refusal = JobName::refusal(member.key);
  if (!refusal.empty()) problems.error(member.key_place, fmt::format("\"{}\" is no job name: {}", member.key, refusal));
  return JobName::parse(member.key).value_or(stand_in);
}

}  // namespace

std::optional<LoadedJob> read_job(const TableMember& member, const Table* defaults, const LoadContext& context,
                                  Problems& problems) {
  const JobName name = name_of(member, problems);
  const auto* own = std::get_if<Table>(&member.node.value);
  if (!own) {
    problems.error(member.key_place, fmt::format("job {} is not a table", member.key), "a job begins with [job.NAME]");
    return std::nullopt;
  }
  const bool all_known = check_keys(*own, Level::job, "job " + member.key, problems);
  const Table table = with_defaults(*own, defaults);
  JobDraft draft = draft_of(name, context);
  read_job_keys(table, draft, problems);
  if (all_known) {  // else the missing one is probably there, misspelt
    check_trigger(member, table, problems);
    check_task(member, table, problems);
  }
  check_whole(member, draft.job, context.pools, problems);
  check_templates(table, &draft.job.params, context.lint, problems);
  if (context.lint && !problems.has_errors()) check_dues(member, draft, problems);
  const Place& place = member.key_place;
  return LoadedJob{std::move(draft.job), place.line, place.column, std::string(problems.source().line(place.line)),
                   place.length};
}

bool check_defaults(const TableMember& member, const LoadContext& context, Problems& problems) {
  const auto table = read_table(Field{member.key, member.node, problems}, "a table: [defaults]");
  if (!table) return false;
  const bool clean_before = !problems.has_errors();
  check_keys(*table, Level::defaults, "defaults", problems);
  Table shared;
  for (const TableMember& m : table->members) {
    const std::vector<std::string>& keys = keys_of(Level::defaults);
    if (std::find(keys.begin(), keys.end(), m.key) != keys.end()) shared.members.push_back(m);
  }
  JobDraft draft = draft_of(*JobName::parse("defaults"), context);
  read_job_keys(shared, draft, problems);
  check_templates(shared, nullptr, false, problems);  // each job has its own parameters
  return clean_before && !problems.has_errors();
}

}  // namespace rounds
