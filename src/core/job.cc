#include "core/job.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/words.h"
#include "time/hash.h"

namespace rounds {

namespace {

constexpr std::size_t kLongestName = 64;

constexpr Words<4> kOverlaps{"skip", "queue", "replace", "allow"};
static_assert(complete(kOverlaps, Overlap::allow));
constexpr Words<3> kCatchups{"latest", "all", "none"};
static_assert(complete(kCatchups, Catchup::none));
constexpr Words<2> kBackoffs{"constant", "exponential"};
static_assert(complete(kBackoffs, Backoff::exponential));
constexpr Words<2> kLeftovers{"keep", "kill"};
static_assert(complete(kLeftovers, Leftovers::kill));
constexpr Words<2> kAfterLosses{"report", "rerun"};
static_assert(complete(kAfterLosses, AfterLoss::rerun));

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool may_stand_in_name(char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; }

/// Bytes that no shell would touch.
bool is_plain(char c) { return may_stand_in_name(c) || std::string_view("/:=,+@%").find(c) != std::string_view::npos; }

std::string shell_word(const std::string& word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string shell_line(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& word : argv) {
    if (!line.empty()) line += ' ';
    line += shell_word(word);
  }
  return line;
}

std::string inspect_line(const InspectTask& task) {
  std::string line = "inspect";
  if (!task.targets.empty()) line += fmt::format(" {}", fmt::join(task.targets, ","));
  if (!task.business.empty()) line += " business=" + task.business;
  if (!task.host.empty()) line += " host=" + task.host;
  if (!task.tags.empty()) line += fmt::format(" tags={}", fmt::join(task.tags, ","));
  return line + " " + task.tier;
}

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string not_one_of(std::string_view key, const std::string& word, const std::vector<std::string>& list) {
  return fmt::format("{} is one of {}, got \"{}\"", key, fmt::join(list, ", "), word);
}

/// `length` after `from`: civil days in the zone first, then elapsed time. A wall time that comes twice is the
/// first of the two.
Due step_forward(Due from, const Span& length, const Zone& zone) {
  return zone.resolve(zone.local(from) + length.days).before + length.elapsed;
}

}  // namespace

std::optional<JobName> JobName::parse(std::string_view text) {
  if (!refusal(text).empty()) return std::nullopt;
  return JobName(std::string(text));
}

std::string JobName::refusal(std::string_view text) {
  if (text.empty()) return "a name cannot be empty";
  if (text.size() > kLongestName) return fmt::format("a name has at most {} characters", kLongestName);
  if (text.front() == '.') return "a name cannot begin with a dot";
  if (text.front() == '-') return "a name cannot begin with a dash";
  if (text.find('/') != std::string_view::npos) return "a name cannot contain a slash";
  if (!std::all_of(text.begin(), text.end(), may_stand_in_name)) {
    return "a name is made of the letters A-Z and a-z, digits, dots, underscores and dashes";
  }
  if (std::all_of(text.begin(), text.end(), is_digit))
    return "a name cannot be digits only: that is how runs are named";
  return {};
}

std::string to_text(const Task& task) {
  switch (task.kind) {
    case Task::Kind::command: return task.command;
    case Task::Kind::exec: return shell_line(task.argv);
    case Task::Kind::inspect: return inspect_line(task.inspect);
  }
  return {};
}

std::string to_text(const Secret& secret) {
  switch (secret.kind) {
    case Secret::Kind::file: return "file " + secret.name;
    case Secret::Kind::credential: return "credential " + secret.name;
    case Secret::Kind::command: return "command " + shell_line(secret.argv);
    case Secret::Kind::env: return "env " + secret.name;
  }
  return {};
}

std::string to_text(Overlap overlap) { return word_of(kOverlaps, overlap); }
std::string to_text(Catchup catchup) { return word_of(kCatchups, catchup); }
std::string to_text(Backoff backoff) { return word_of(kBackoffs, backoff); }
std::string to_text(Leftovers leftovers) { return word_of(kLeftovers, leftovers); }
std::string to_text(AfterLoss after_loss) { return word_of(kAfterLosses, after_loss); }

std::optional<Overlap> overlap_from_text(std::string_view text) { return value_of<Overlap>(kOverlaps, text); }
std::optional<Catchup> catchup_from_text(std::string_view text) { return value_of<Catchup>(kCatchups, text); }
std::optional<Backoff> backoff_from_text(std::string_view text) { return value_of<Backoff>(kBackoffs, text); }
std::optional<Leftovers> leftovers_from_text(std::string_view text) { return value_of<Leftovers>(kLeftovers, text); }
std::optional<AfterLoss> after_loss_from_text(std::string_view text) { return value_of<AfterLoss>(kAfterLosses, text); }

std::vector<std::string> overlap_words() { return {kOverlaps.begin(), kOverlaps.end()}; }
std::vector<std::string> catchup_words() { return {kCatchups.begin(), kCatchups.end()}; }
std::vector<std::string> backoff_words() { return {kBackoffs.begin(), kBackoffs.end()}; }
std::vector<std::string> leftovers_words() { return {kLeftovers.begin(), kLeftovers.end()}; }
std::vector<std::string> after_loss_words() { return {kAfterLosses.begin(), kAfterLosses.end()}; }

const std::vector<std::string>& inspect_tiers() {
  static const std::vector<std::string> tiers{"daily", "weekly", "monthly", "yearly"};
  return tiers;
}

const std::vector<std::string>& inspect_severities() {
  static const std::vector<std::string> severities{"info", "warning", "critical"};
  return severities;
}

std::string refusal(const InspectTask& task) {
  if (!contains(inspect_tiers(), task.tier)) return not_one_of("tier", task.tier, inspect_tiers());
  if (!contains(inspect_severities(), task.fail_on)) return not_one_of("fail_on", task.fail_on, inspect_severities());
  return {};
}

std::uint64_t seed_of(const JobName& name) { return stable_hash(name.text()); }

Schedule schedule_of(const Job& job, const Zone& fallback, Due first_seen) {
  const std::optional<Zone> own = job.timezone ? Zone::load(*job.timezone) : std::nullopt;
  Schedule schedule{.trigger = job.trigger,
                    .zone = own.value_or(fallback),
                    .anchor = job.start.value_or(first_seen),
                    .anchor_is_due = job.start.has_value(),
                    .start = job.start,
                    .until = job.until,
                    .except = job.except,
                    .seed = seed_of(job.name)};
  if (job.until_length) schedule.until = step_forward(schedule.anchor, *job.until_length, schedule.zone);
  if (job.until_time) {
    const auto first_day = std::chrono::floor<std::chrono::days>(schedule.zone.local(schedule.anchor));
    schedule.until = schedule.zone.first_instant(first_day + *job.until_time);
  }
  return schedule;
}

}  // namespace rounds
