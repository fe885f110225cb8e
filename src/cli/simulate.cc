#include "core/simulate.h"

#include <fnmatch.h>

#include <algorithm>

#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_edits.h"
#include "cli/problems.h"
#include "cli/selection.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "config/load.h"
#include "core/json.h"
#include "store/ledger.h"
#include "time/stamp.h"

namespace rounds {

namespace {

using std::chrono::seconds;

constexpr seconds kUsualLength{1};
constexpr std::chrono::hours kUsualSpan{24 * 7};
constexpr const char* kWeekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

Outage read_outage(const std::string& text, Due now, const Zone& zone) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) throw Error(Fault::usage, "--down takes FROM..TO, got \"" + text + "\"");
  const Outage outage{read_moment("--down", text.substr(0, dots), now, zone, false),
                      read_moment("--down", text.substr(dots + 2), now, zone, false)};
  if (outage.to <= outage.from) throw Error(Fault::usage, "--down \"" + text + "\" ends before it begins");
  return outage;
}

/// By time; those that touch become one.
std::vector<Outage> read_outages(const std::vector<std::string>& texts, Due now, const Zone& zone) {
  std::vector<Outage> all;
  for (const auto& text : texts) all.push_back(read_outage(text, now, zone));
  std::sort(all.begin(), all.end(), [](const Outage& a, const Outage& b) { return a.from < b.from; });
  std::vector<Outage> apart;
  for (const Outage& outage : all) {
    if (!apart.empty() && outage.from <= apart.back().to) apart.back().to = std::max(apart.back().to, outage.to);
    else apart.push_back(outage);
  }
  return apart;
}

Simulation read_simulation(const SimulateOptions& options, const Context& context) {
  const Due now = context.now.due();
  const Zone& zone = context.shown_zone;
  Simulation simulation{now, now};
  if (options.from) simulation.from = read_moment("--from", *options.from, now, zone, false);
  simulation.to = options.to ? read_moment("--to", *options.to, now, zone, false) : simulation.from + kUsualSpan;
  if (simulation.to <= simulation.from) throw Error(Fault::usage, "--to lies before --from");
  simulation.down = read_outages(options.down, now, zone);
  simulation.to -= seconds(1);
  simulation.slots = options.max_parallel.value_or(context.settings.max_parallel.value_or(simulation.slots));
  return simulation;
}

/// As if it were first seen when the simulation begins, unless it has an anchor of its own.
SimulatedJob from_file(const Job& job, Due from, const Context& context) {
  SimulatedJob out{job, schedule_of(job, context.settings.zone, from)};
  out.next_due = first_due(job, out.schedule, from);
  out.length = kUsualLength;
  return out;
}

/// How long its runs take: the middle one of the last that succeeded.
seconds length_of(Store& store, const StoredJob& job) {
  std::vector<seconds> lengths;
  for (const Run& run : history(store, {.jobs = {job.job.name.text()}, .verdict = Verdict::succeeded, .limit = 21})) {
    if (run.started_at && run.finished_at) lengths.push_back(std::chrono::ceil<seconds>(*run.finished_at - *run.started_at));
  }
  if (lengths.empty()) return kUsualLength;
  std::nth_element(lengths.begin(), lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2), lengths.end());
  return lengths[lengths.size() / 2];
}

/// Of a job that is not on a grid: the due that is set; of random ones that are to come, the first from `from` on.
std::optional<Due> due_from(const StoredJob& job, const Schedule& schedule, Due from, Due now) {
  std::optional<Due> due = job.next_due;
  while (random_of(job.job.trigger) != nullptr && due && *due > now && *due < from) due = random_due(schedule, *due);
  return due;
}

SimulatedJob from_store(Store& store, const StoredJob& job, Due from, const Context& context) {
  SimulatedJob out{job.job, schedule_of(job, context.settings)};
  const Due first = is_paused(job, from) ? *job.paused_until : from;
  out.next_due = is_on_grid(job.job.trigger) ? next_due(out.schedule, first - seconds(1)) : due_from(job, out.schedule, from, context.now.due());
  out.watermark = job.watermark;
  out.scheduled_runs = job.scheduled_runs;
  out.length = length_of(store, job);
  return out;
}

bool is_named(const Job& job, const std::vector<std::string>& names) {
  const auto fits = [&job](const std::string& name) { return fnmatch(name.c_str(), job.name.text().c_str(), 0) == 0; };
  return names.empty() || std::any_of(names.begin(), names.end(), fits);
}

/// Those of the jobs directory as it is now, loaded or not.
std::vector<SimulatedJob> jobs_of_files(const std::vector<std::string>& names, const Context& context, Due from) {
  std::vector<SimulatedJob> jobs;
  std::vector<std::string> known;
  std::vector<Diagnostic> problems;
  for (const auto& file : list_job_files(context.settings.jobs_dir.string())) {
    const LoadedFile loaded = load_for_checking(file, context.now, context.settings);
    problems.insert(problems.end(), loaded.problems.begin(), loaded.problems.end());
    for (const LoadedJob& one : loaded.jobs) {
      known.push_back(one.job.name.text());
      if (one.job.enabled && is_named(one.job, names)) jobs.push_back(from_file(one.job, from, context));
    }
  }
  std::fputs(render(problems).c_str(), stderr);
  require_names(names, known);
  return jobs;
}

/// Paused without an end, disabled, completed: nothing would become of those.
bool takes_part(const StoredJob& job, Due from) {
  return job.job.enabled && !job.completed && !(is_paused(job, from) && !job.paused_until);
}

std::vector<SimulatedJob> jobs_of_store(const std::vector<std::string>& names, const Context& context, Due from) {
  Store store = Store::open_read_only(context.settings.store);
  std::vector<SimulatedJob> jobs;
  for (const StoredJob& job : find_jobs(store, filter_for(store, names, {}))) {
    if (takes_part(job, from)) jobs.push_back(from_store(store, job, from, context));
  }
  return jobs;
}

std::int64_t count(const Forecast::OfJob& job, Verdict verdict) {
  std::int64_t sum = 0;
  for (const auto& [fate, n] : job.fates) sum += fate.first == verdict ? n : 0;
  return sum;
}

/// `overlap 3, excepted 2`: why there was no run, or not a good one.
std::string reasons(const Forecast::OfJob& job) {
  std::string text;
  for (const auto& [fate, n] : job.fates) {
    if (fate.first == Verdict::succeeded) continue;
    const std::string name = fate.second ? to_text(*fate.second) : to_text(fate.first);
    text += (text.empty() ? "" : ", ") + name + " " + std::to_string(n);
  }
  return text;
}

Json fates_json(const Forecast::OfJob& job) {
  JsonWriter json;
  json.begin_array();
  for (const auto& [fate, n] : job.fates) {
    json.begin_object().field("verdict", to_text(fate.first)).key("reason");
    fate.second ? json.value(to_text(*fate.second)) : json.null();
    json.field("count", n).end_object();
  }
  return {json.end_array().text()};
}

Listing table_of(const std::vector<SimulatedJob>& jobs, const Forecast& forecast) {
  Listing table{"jobs",
                {{"job", "JOB"}, {"starts", "STARTS", true}, {"skipped", "SKIPPED", true}, {"missed", "MISSED", true},
                 {"coalesced", "COALESCED", true}, {"waits", "WAITS", true}, {"longest_wait_s", "LONGEST", true},
                 {"length_s", "LENGTH", true}, {"verdicts", "WHY"}},
                {}};
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Forecast::OfJob& of = forecast.jobs[i];
    const auto wait = static_cast<std::int64_t>(of.longest_wait.count());
    const std::string why = reasons(of);
    table.rows.push_back({{jobs[i].job.name.text()}, {of.starts}, {count(of, Verdict::skipped)}, {count(of, Verdict::missed)},
                          {count(of, Verdict::coalesced)}, {of.waits}, {wait, to_text(of.longest_wait)},
                          {static_cast<std::int64_t>(jobs[i].length.count()), to_text(jobs[i].length)},
                          {fates_json(of), why.empty() ? "-" : why}});
  }
  return table;
}

/// Starts a weekday and hour; a dot for none.
void print_load(const Forecast& forecast, const Zone& zone) {
  std::int64_t most = 0;
  for (const auto& day : forecast.load) most = std::max(most, *std::max_element(day.begin(), day.end()));
  const int width = std::max(2, static_cast<int>(std::to_string(most).size()));
  std::string heading = "\nStarts by weekday and hour, " + zone.name() + "\n   ";
  for (int hour = 0; hour < 24; ++hour) heading += fmt::format(" {:>{}}", hour, width);
  print_line(heading);
  for (std::size_t day = 0; day < forecast.load.size(); ++day) {
    std::string line = kWeekdays[day];
    for (const std::int64_t starts : forecast.load[day]) line += fmt::format(" {:>{}}", starts == 0 ? "." : std::to_string(starts), width);
    print_line(line);
  }
}

void print_crowds(const Forecast& forecast, const Zone& zone) {
  print_line(fmt::format("\n{} seconds in which several start; at most {} at work at once.", forecast.collisions, forecast.most_at_once));
  for (const auto& crowd : forecast.crowds) print_line(fmt::format("  {}  {} start", local_text(crowd.at, zone), crowd.starts));
}

void print_forecast(const std::vector<SimulatedJob>& jobs, const Forecast& forecast, const Simulation& simulation,
                    const Context& context) {
  const Zone& zone = context.shown_zone;
  print_line(fmt::format("{} to {}, {} jobs, {} slots", local_text(simulation.from, zone), local_text(simulation.to + seconds(1), zone),
                         jobs.size(), simulation.slots));
  print_table(table_of(jobs, forecast), context.global);
  print_load(forecast, zone);
  print_crowds(forecast, zone);
}

void print_json(const std::vector<SimulatedJob>& jobs, const Forecast& forecast, const Simulation& simulation, const Zone& zone) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("from", utc_text(simulation.from)).field("to", utc_text(simulation.to + seconds(1)));
  json.field("zone", zone.name()).field("slots", simulation.slots).key("jobs").begin_array();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Forecast::OfJob& of = forecast.jobs[i];
    json.begin_object().field("job", jobs[i].job.name.text()).field("starts", of.starts).field("waits", of.waits);
    json.field("longest_wait_s", static_cast<std::int64_t>(of.longest_wait.count()));
    json.field("length_s", static_cast<std::int64_t>(jobs[i].length.count())).key("verdicts").raw(fates_json(of).text).end_object();
  }
  json.end_array().key("load").begin_array();
  for (const auto& day : forecast.load) {
    json.begin_array();
    for (const std::int64_t starts : day) json.value(starts);
    json.end_array();
  }
  json.end_array().key("crowds").begin_array();
  for (const auto& crowd : forecast.crowds) json.begin_object().field("at", utc_text(crowd.at)).field("starts", crowd.starts).end_object();
  json.end_array().field("collisions", forecast.collisions).field("most_at_once", forecast.most_at_once).end_object();
  print_line(json.text());
}

}  // namespace

int simulate(const SimulateOptions& options, const Context& context) {
  const Simulation simulation = read_simulation(options, context);
  const bool files = !context.global.paths.jobs_dir.empty();
  const auto jobs = files ? jobs_of_files(options.names, context, simulation.from) : jobs_of_store(options.names, context, simulation.from);
  const Forecast forecast = simulate(jobs, simulation, context.shown_zone);
  if (context.global.format == Format::json) print_json(jobs, forecast, simulation, context.shown_zone);
  else if (for_people(context.global)) print_forecast(jobs, forecast, simulation, context);
  else print_table(table_of(jobs, forecast), context.global);
  return exit_code::ok;
}

}  // namespace rounds
