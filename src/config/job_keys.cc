#include "config/job_keys.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <limits>

#include "config/conditions.h"
#include "config/exceptions.h"
#include "config/keys.h"
#include "config/moment.h"
#include "config/secrets.h"
#include "config/suggest.h"
#include "config/task.h"
#include "config/templates.h"
#include "config/trigger.h"
#include "config/vocabulary.h"
#include "config/zones.h"
#include "time/stamp.h"

namespace rounds {

namespace {

constexpr int kMostPriority = 1000;
constexpr int kMostInstances = 10000;
constexpr int kMostAttempts = 1000;
constexpr int kMostCatchup = 100000;
constexpr int kHighestCode = 255;
constexpr int kMostRuns = std::numeric_limits<int>::max();

bool is_environment_name(std::string_view name) {
  return !name.empty() && name.find_first_of(std::string_view("=\0", 2)) == std::string_view::npos;
}

/// Those by which whoever sets them changes what a program or a shell does before its first own line.
bool is_taken_from_every_job(const std::string& name) {
  return name.starts_with("LD_") || name == "BASH_ENV" || name == "IFS";
}

std::optional<std::string> read_variable(const TableMember& member, Problems& problems) {
  const Field field{member.key, member.node, problems};
  if (refuse_variable(member, problems)) return std::nullopt;
  return read_text(field, "a string");
}

void read_env(const Field& field, JobDraft& draft) {
  const auto table = read_table(field, "a table such as { PGSERVICE = \"shop\" }");
  if (!table) return;
  for (const TableMember& member : table->members) {
    if (const auto value = read_variable(member, field.problems)) draft.job.env.emplace(member.key, *value);
  }
}

/// Without a trailing slash. What stands inside templates is no path.
std::string absolute_dir(const std::string& base, const std::string& dir) {
  const std::filesystem::path joined = std::filesystem::path(base) / dir;
  const std::filesystem::path path = dir.find("{{") == std::string::npos ? joined.lexically_normal() : joined;
  return (path.has_filename() ? path : path.parent_path()).string();
}

void read_working_dir(const Field& field, JobDraft& draft) {
  const auto text = read_text(field, "a directory");
  if (!text) return;
  if (text->empty()) return field.error("\"working_dir\" cannot be empty", "without the key it is the home directory");
  if (text->front() == '~')
    return field.error("\"~\" is not expanded here", "without the key it is the home directory");
  if (text->starts_with("{{")) return field.error("\"working_dir\" begins with a template", "begin with the folder in which it is: /srv/{{ params.shop }}");
  draft.job.working_dir = absolute_dir(draft.context.base_dir, *text);
}

void read_tags(const Field& field, JobDraft& draft) {
  const auto tags = read_words(field);
  if (!tags) return;
  for (const std::string& tag : *tags) {
    if (tag.find_first_of(", \t\n") == std::string::npos) continue;
    return field.error(fmt::format("tag \"{}\" contains a blank or a comma", tag));
  }
  draft.job.tags = *tags;
}

void read_pool(const Field& field, JobDraft& draft) {
  const auto name = read_text(field, "the name of a pool");
  if (!name) return;
  draft.job.pool = *name;
  const Pools& pools = draft.context.pools;
  if (*name == kDefaultPool || pools.contains(*name)) return;
  std::vector<std::string> names;
  for (const auto& [known, slots] : pools) names.push_back(known);
  const auto near = nearest(*name, names);
  field.error(fmt::format("there is no pool \"{}\"", *name),
              near ? fmt::format("did you mean \"{}\"?", *near) : fmt::format("config.toml has them: pools = {{ {} = 2 }}", *name));
}

/// One of the words of an enum.
template <typename Enum>
void read_word(const Field& field, const std::vector<std::string>& words, std::optional<Enum> (*from_text)(std::string_view), Enum& to) {
  if (const auto word = read_choice(field, words)) to = *from_text(*word);
}

void read_success_codes(const Field& field, JobDraft& draft) {
  auto codes = read_codes(field);
  if (!codes) return;
  if (codes->empty()) return field.error("\"success_codes\" needs at least one exit code");
  draft.job.success_codes = std::move(*codes);
}

/// An instant, a date with that day included, a time of day or a length.
void read_until(const Field& field, JobDraft& draft) {
  const auto* text = std::get_if<std::string>(&field.node.value);
  const auto* moment = std::get_if<DateTime>(&field.node.value);
  if (const auto time = text ? parse_time_of_day(*text) : std::nullopt) {
    draft.job.until_time = *time;
  } else if (text && !parse_date_time(*text)) {
    assign(draft.job.until_length, read_span(field));
  } else if (moment && !moment->date) {
    draft.job.until_time = std::chrono::floor<std::chrono::seconds>(*moment->time);
  } else {
    assign(draft.job.until, read_end(field, draft.zone));
  }
}

constexpr std::array<Key<Retry>, 5> kRetryKeys{
    {{"max_attempts",
      [](const Field& f, Retry& retry) { assign(retry.max_attempts, read_integer(f, 1, kMostAttempts)); }},
     {"backoff",
      [](const Field& f, Retry& retry) { read_word(f, backoff_words(), backoff_from_text, retry.backoff); }},
     {"initial_delay", [](const Field& f, Retry& retry) { assign(retry.initial_delay, read_seconds(f)); }},
     {"max_delay", [](const Field& f, Retry& retry) { assign(retry.max_delay, read_seconds(f)); }},
     {"on_codes", [](const Field& f, Retry& retry) { assign(retry.on_codes, read_codes(f)); }}}};

void read_retry(const Field& field, JobDraft& draft) {
  const auto table = read_table(field, "a table such as { max_attempts = 3 }");
  if (!table) return;
  Retry& retry = draft.job.retry;
  check_keys(*table, Level::retry, "retry", field.problems);
  read_keys(*table, kRetryKeys, retry, field.problems);
  if (retry.max_delay >= retry.initial_delay) return;
  if (const TableMember* max_delay = table->find("max_delay")) {
    field.problems.error(max_delay->node.place, "\"max_delay\" is shorter than \"initial_delay\"");
  } else {
    retry.max_delay = retry.initial_delay;
  }
}

/// `timezone` stands first: local times are read in it.
constexpr std::array<Key<JobDraft>, 43> kKeys{
    {{"timezone",
      [](const Field& f, JobDraft& d) {
        const auto zone = read_zone(f);
        if (!zone) return;
        d.zone = *zone;
        d.job.timezone = zone->name();
      }},
     {"trigger",
      [](const Field& f, JobDraft& d) {
        assign(d.job.trigger, read_trigger(f, {d.zone, d.context.now.due(), d.job.name.text(), d.context.lint}));
      }},
     {"command", [](const Field& f, JobDraft& d) { read_command(f, d.job.task); }},
     {"exec", [](const Field& f, JobDraft& d) { read_exec(f, d.job.task); }},
     {"inspect", [](const Field& f, JobDraft& d) { read_inspect(f, d.job.task); }},
     {"description", [](const Field& f, JobDraft& d) { assign(d.job.description, read_text(f)); }},
     {"env", read_env},
     {"secrets", [](const Field& f, JobDraft& d) { d.job.secrets = read_secrets(f, d.context.base_dir, d.context.lint); }},
     {"params", [](const Field& f, JobDraft& d) { assign(d.job.params, read_params(f)); }},
     {"working_dir", read_working_dir},
     {"timeout", [](const Field& f, JobDraft& d) { assign(d.job.timeout, read_seconds(f)); }},
     {"kill_grace", [](const Field& f, JobDraft& d) { assign(d.job.kill_grace, read_seconds(f)); }},
     {"overlap",
      [](const Field& f, JobDraft& d) { read_word(f, overlap_words(), overlap_from_text, d.job.overlap); }},
     {"max_instances",
      [](const Field& f, JobDraft& d) { assign(d.job.max_instances, read_integer(f, 1, kMostInstances)); }},
     {"misfire_grace", [](const Field& f, JobDraft& d) { assign(d.job.misfire_grace, read_seconds(f)); }},
     {"catchup",
      [](const Field& f, JobDraft& d) { read_word(f, catchup_words(), catchup_from_text, d.job.catchup); }},
     {"max_catchup", [](const Field& f, JobDraft& d) { assign(d.job.max_catchup, read_integer(f, 1, kMostCatchup)); }},
     {"retry", read_retry},
     {"success_codes", read_success_codes},
     {"skip_code", [](const Field& f, JobDraft& d) { assign(d.job.skip_code, read_integer(f, 0, kHighestCode)); }},
     {"done_code", [](const Field& f, JobDraft& d) { assign(d.job.done_code, read_integer(f, 0, kHighestCode)); }},
     {"leftovers",
      [](const Field& f, JobDraft& d) { read_word(f, leftovers_words(), leftovers_from_text, d.job.leftovers); }},
     {"after_loss",
      [](const Field& f, JobDraft& d) { read_word(f, after_loss_words(), after_loss_from_text, d.job.after_loss); }},
     {"user", [](const Field& f, JobDraft& d) { read_user(f, d.job.conditions); }},
     {"group", [](const Field& f, JobDraft& d) { read_group(f, d.job.conditions); }},
     {"umask", [](const Field& f, JobDraft& d) { read_umask(f, d.job.conditions); }},
     {"nice", [](const Field& f, JobDraft& d) { read_nice(f, d.job.conditions); }},
     {"ionice", [](const Field& f, JobDraft& d) { read_ionice(f, d.job.conditions); }},
     {"limits", [](const Field& f, JobDraft& d) { read_limits(f, d.job.conditions); }},
     {"pool", read_pool},
     {"slots", [](const Field& f, JobDraft& d) { assign(d.job.slots, read_integer(f, 1, kMostInstances)); }},
     {"output_max", [](const Field& f, JobDraft& d) { assign(d.job.output_max, read_output_max(f)); }},
     {"on_failure", [](const Field& f, JobDraft& d) { assign(d.job.hooks.on_failure, read_hook(f)); }},
     {"on_success", [](const Field& f, JobDraft& d) { assign(d.job.hooks.on_success, read_hook(f)); }},
     {"on_missed", [](const Field& f, JobDraft& d) { assign(d.job.hooks.on_missed, read_hook(f)); }},
     {"tags", read_tags},
     {"start", [](const Field& f, JobDraft& d) { assign(d.job.start, read_start(f, d.zone)); }},
     {"until", read_until},
     {"except", [](const Field& f, JobDraft& d) { assign(d.job.except, read_exceptions(f, d.context.base_dir)); }},
     {"max_runs", [](const Field& f, JobDraft& d) { assign(d.job.max_runs, read_integer(f, 1, kMostRuns)); }},
     {"window", [](const Field& f, JobDraft& d) { assign(d.job.window, read_span(f)); }},
     {"enabled", [](const Field& f, JobDraft& d) { assign(d.job.enabled, read_bool(f)); }},
     {"priority",
      [](const Field& f, JobDraft& d) { assign(d.job.priority, read_integer(f, -kMostPriority, kMostPriority)); }}}};

}  // namespace

bool refuse_variable(const TableMember& member, Problems& problems) {
  const std::string& name = member.key;
  if (!is_environment_name(name)) {
    problems.error(member.key_place, fmt::format("\"{}\" cannot be the name of a variable", name));
  } else if (name.starts_with("ROUNDS_")) {
    problems.error(member.key_place, "variables that begin with ROUNDS_ are set by rounds");
  } else if (is_taken_from_every_job(name)) {
    problems.error(member.key_place, fmt::format("\"{}\" is never passed to a job", name),
                   fmt::format("set it in the job's own command line: env {}=VALUE PROGRAM", name));
  } else {
    return false;
  }
  return true;
}

void read_job_keys(const Table& table, JobDraft& draft, Problems& problems) {
  read_keys(table, kKeys, draft, problems);
}

}  // namespace rounds
