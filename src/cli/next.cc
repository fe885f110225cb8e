#include <algorithm>

#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/job_edits.h"
#include "cli/selection.h"
#include "cli/table.h"
#include "core/explain.h"
#include "time/cron.h"
#include "time/stamp.h"
#include "time/words.h"

namespace rounds {

namespace {

constexpr int kUsualCount = 10;

/// Something that is due again and again.
struct DueSource {
  std::string job;  ///< empty: an expression that is in no job
  Schedule schedule;
  Zone shown;
  std::optional<Due> coming{};  ///< the due to be shown next
  bool once = false;            ///< `coming` is all that is known
  std::optional<int> left{};    ///< how many dues may still come
  std::string state{};          ///< of the job, as text; empty: an expression
  std::string words = in_words(schedule);
};

/// As far as it can be told: a random due is drawn from the one before, unless a downtime comes between.
std::optional<Due> due_after(const Schedule& schedule, Due due) {
  return random_of(schedule.trigger) ? random_due(schedule, due) : next_due(schedule, due);
}

void advance(DueSource& source) {
  if (source.left && !is_excepted(source.schedule, *source.coming)) --*source.left;
  const bool over = source.once || (source.left && *source.left <= 0);
  source.coming = over ? std::nullopt : due_after(source.schedule, *source.coming);
}

Zone shown_zone(const NextOptions& options, const Context& context, const Zone& own) {
  if (options.tz) return read_zone("--tz", *options.tz);
  return context.global.utc ? Zone::utc() : own;
}

Rule rule_of(const NextOptions& options, Due from, const Zone& zone) {
  const int given = options.cron.has_value() + options.every.has_value() + options.at.has_value();
  if (given > 1) throw Error(Fault::usage, "--cron, --every and --at exclude each other");
  if (options.cron) {
    return CronRule{value_or_refuse("--cron", *options.cron, parse_cron(*options.cron, options.name)), *options.cron};
  }
  if (options.every) return value_or_refuse("--every", *options.every, parse_every(*options.every));
  return AtRule{{read_moment("--at", *options.at, from, zone, false)}};
}

DueSource expression(const NextOptions& options, const Context& context, Due from) {
  if (!options.name.empty() && !JobName::parse(options.name)) {
    throw Error(Fault::usage, fmt::format("--name \"{}\": {}", options.name, JobName::refusal(options.name)));
  }
  if (!options.names.empty())
    throw Error(Fault::usage, "an expression and job names exclude each other", "rounds help next");
  const Zone zone = options.tz ? read_zone("--tz", *options.tz) : context.settings.zone;
  DueSource source{"", {{{rule_of(options, from, zone)}}, zone, from}, zone};
  source.coming = next_due(source.schedule, from);
  return source;
}

/// What is known to come for a job after `from`.
DueSource job_source(const StoredJob& job, const NextOptions& options, const Context& context, Due from) {
  const Schedule schedule = schedule_of(job, context.settings);
  DueSource source{job.job.name.text(), schedule, shown_zone(options, context, schedule.zone)};
  source.state = to_text(job.state());
  if (job.job.max_runs) source.left = *job.job.max_runs - static_cast<int>(job.scheduled_runs);
  const bool paused = is_paused(job, context.now.due());
  if (!job.job.enabled || job.completed || (paused && !job.paused_until) || (source.left && *source.left <= 0))
    return source;
  if (random_of(job.job.trigger) != nullptr) {
    source.coming = job.next_due;
    while (source.coming && *source.coming <= from) source.coming = random_due(schedule, *source.coming);
  } else if (!is_on_grid(job.job.trigger)) {
    source.once = true;
    source.coming = job.next_due;
  } else {
    source.coming = next_due(schedule, paused ? std::max(from, *job.paused_until - std::chrono::seconds(1)) : from);
  }
  return source;
}

std::vector<DueSource> sources_of(const NextOptions& options, const Context& context, Due from) {
  if (options.cron || options.every || options.at) return {expression(options, context, from)};
  Store store = Store::open_read_only(context.settings.store);
  std::vector<DueSource> sources;
  for (const StoredJob& job : find_jobs(store, filter_for(store, options.names, {}))) {
    sources.push_back(job_source(job, options, context, from));
  }
  return sources;
}

std::string note_on(Due due, const Schedule& schedule) {
  const std::string change = clock_change_at(schedule.zone, due);
  std::string note = change.empty() ? "" : "clock change: " + change;
  const auto add = [&note](const std::string& more) { note += (note.empty() ? "" : "; ") + more; };
  if (is_excepted(schedule, due)) add("excepted");
  else if (const auto jitter = jitter_at(schedule, due); jitter.count() > 0)
    add("starts " + to_text(jitter) + " later");
  return note;
}

/// `01:30 UTC`, with the weekday where it differs from the one shown beside it.
std::string short_utc(Due due, const Zone& shown) {
  const std::string utc = local_text(due, Zone::utc());
  const bool same_day = utc.substr(0, 4) == local_text(due, shown).substr(0, 4);
  return (same_day ? "" : utc.substr(0, 4)) + utc.substr(std::string_view("Fri 2027-03-26 ").size());
}

std::vector<Cell> row_of(const DueSource& source, const Context& context) {
  const Due due = *source.coming;
  const Due now = context.now.due();
  const std::string note = note_on(due, source.schedule);
  const std::string local = utc_text(Due(source.shown.local(due).time_since_epoch()));
  return {{source.job.empty() ? Value() : Value(source.job)},
          {local.substr(0, local.size() - 1), local_text(due, source.shown)},
          {source.shown.name()},
          {value_of(due), short_utc(due, source.shown)},
          {static_cast<std::int64_t>((due - now).count()), relative_text(due, now)},
          {note.empty() ? Value() : Value(note)},
          {source.words}};
}

/// The first `count` dues of all sources, by time.
Listing coming_dues(std::vector<DueSource>& sources, int count, std::optional<Due> until, const Context& context) {
  Listing table{
      "dues", {{"job", ""}, {"due_local", "DUE"}, {"zone", ""}, {"due_utc", "UTC"}, {"in_s", ""}, {"note", ""}, {"words", ""}}, {}};
  const auto earlier = [](const DueSource& a, const DueSource& b) {
    return a.coming && (!b.coming || *a.coming < *b.coming);
  };
  while (!sources.empty() && static_cast<int>(table.rows.size()) < count) {
    DueSource& first = *std::min_element(sources.begin(), sources.end(), earlier);
    if (!first.coming || (until && *first.coming > *until)) break;
    table.rows.push_back(row_of(first, context));
    advance(first);
  }
  return table;
}

/// People see the columns that tell something here; of one schedule, which stands above, without headings.
void choose_titles(Listing& table, bool several, const Context& context) {
  enum { job_column = 0, in_column = 4, note_column = 5 };
  if (several) table.columns[job_column].title = "JOB";
  table.titled = several || !context.global.columns.empty();
  if (look_at_terminal(context.global.color).interactive) table.columns[in_column].title = "IN";
  const bool noted = std::any_of(table.rows.begin(), table.rows.end(),
                                 [](const auto& row) { return !to_text(row[note_column].value).empty(); });
  if (noted) table.columns[note_column].title = "NOTE";
}

/// `30 2 * * 1-5  Europe/Berlin  "at 02:30, Monday to Friday"`
void print_heading(const DueSource& source) {
  const Schedule& schedule = source.schedule;
  print_line(fmt::format("{}  {}  \"{}\"", to_text(schedule.trigger), schedule.zone.name(), source.words));
}

}  // namespace

int next(const NextOptions& options, const Context& context) {
  const Due now = context.now.due();
  const Zone zone = options.tz ? read_zone("--tz", *options.tz) : context.shown_zone;
  const Due from = options.from ? read_moment("--from", *options.from, now, zone, false) : now;
  std::optional<Due> until;
  if (options.until) until = read_moment("--until", *options.until, now, zone, false);
  std::vector<DueSource> sources = sources_of(options, context, from);
  Listing table = coming_dues(sources, options.count > 0 ? options.count : kUsualCount, until, context);
  if (options.plain) {
    print_plain(table, context.global);
    return 0;
  }
  choose_titles(table, sources.size() != 1, context);
  const bool alone = sources.size() == 1 && context.global.columns.empty();
  if (for_people(context.global) && alone) print_heading(sources[0]);
  if (for_people(context.global) && table.rows.empty()) {
    const bool one_job = sources.size() == 1 && !sources[0].job.empty();
    print_line(one_job ? "nothing is due: " + sources[0].job + " is " + sources[0].state : "nothing is due");
  } else {
    print_table(table, context.global);
  }
  return 0;
}

}  // namespace rounds
