#include "cli/job_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/size.h"
#include "time/stamp.h"

namespace rounds {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// Collects what differs from a job's defaults.
class FieldList {
 public:
  void always(const std::string& key, std::string text) { fields_.emplace_back(key, std::move(text)); }

  template <typename T, typename Print>
  void unless(const std::string& key, const T& value, const T& usual, Print print) {
    if (!(value == usual)) always(key, print(value));
  }

  template <typename T, typename Print>
  void if_given(const std::string& key, const std::optional<T>& value, Print print) {
    if (value) always(key, print(*value));
  }

  Fields take() { return std::move(fields_); }

 private:
  Fields fields_;
};

std::string as_is(const std::string& text) { return text; }
std::string number(int n) { return std::to_string(n); }
std::string numbers(const std::vector<int>& all) { return fmt::format("{}", fmt::join(all, ",")); }
std::string words(const std::vector<std::string>& all) { return fmt::format("{}", fmt::join(all, ",")); }
std::string length(std::chrono::seconds flat) { return to_text(flat); }
std::string span(const Span& s) { return to_text(s); }
std::string moment(Due due) { return utc_text(due); }
std::string time_of_day(std::chrono::seconds time) { return utc_text(Due(time)).substr(11, 8); }
std::string exceptions(const Exceptions& all) {
  std::vector<std::string> texts = to_texts(all);
  for (const Exceptions::File& file : all.files) texts.push_back("file=" + file.path);
  return words(texts);
}
std::string yes_or_no(bool b) { return b ? "true" : "false"; }
std::string overlap(Overlap o) { return to_text(o); }
std::string catchup(Catchup c) { return to_text(c); }
std::string backoff(Backoff b) { return to_text(b); }
std::string leftovers(Leftovers l) { return to_text(l); }
std::string after_loss(AfterLoss a) { return to_text(a); }
std::string task(const Task& t) { return to_text(t); }
std::string ionice(IoPriority p) { return to_text(p); }
std::string limits(const ResourceLimits& l) { return to_text(l); }

std::string environment(const std::map<std::string, std::string>& env) {
  std::string text;
  for (const auto& [name, value] : env) text += (text.empty() ? "" : " ") + name + "=" + value;
  return text;
}

std::string references(const std::map<std::string, Secret>& secrets) {
  std::string text;
  for (const auto& [name, secret] : secrets) text += (text.empty() ? "" : ", ") + name + " from " + to_text(secret);
  return text;
}

void add_retry(FieldList& list, const Retry& retry) {
  const Retry usual;
  list.unless("retry.max_attempts", retry.max_attempts, usual.max_attempts, number);
  list.unless("retry.backoff", retry.backoff, usual.backoff, backoff);
  list.unless("retry.initial_delay", retry.initial_delay, usual.initial_delay, length);
  list.unless("retry.max_delay", retry.max_delay, usual.max_delay, length);
  list.unless("retry.on_codes", retry.on_codes, usual.on_codes, numbers);
}

void add_conditions(FieldList& list, const Conditions& conditions) {
  const Conditions usual;
  list.unless("user", conditions.user, usual.user, as_is);
  list.unless("group", conditions.group, usual.group, as_is);
  list.unless("umask", conditions.umask, usual.umask, umask_text);
  list.if_given("nice", conditions.nice, number);
  list.if_given("ionice", conditions.ionice, ionice);
  list.unless("limits", conditions.limits, usual.limits, limits);
}

void add_limits(FieldList& list, const Job& job, const Job& usual) {
  list.if_given("start", job.start, moment);
  list.if_given("until", job.until, moment);
  list.if_given("until_length", job.until_length, span);
  list.if_given("until_time", job.until_time, time_of_day);
  list.unless("except", job.except, usual.except, exceptions);
  list.if_given("max_runs", job.max_runs, number);
  list.if_given("window", job.window, span);
  list.unless("enabled", job.enabled, usual.enabled, yes_or_no);
  list.unless("priority", job.priority, usual.priority, number);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> job_fields(const Job& job) {
  const Job usual{.name = job.name, .trigger = {}};
  FieldList list;
  list.unless("description", job.description, usual.description, as_is);
  list.always("trigger", to_text(job.trigger));
  list.always("task", to_text(job.task));
  list.if_given("timezone", job.timezone, as_is);
  list.unless("env", job.env, usual.env, environment);
  list.unless("secrets", job.secrets, usual.secrets, references);
  list.unless("params", job.params, usual.params, environment);
  list.unless("working_dir", job.working_dir, usual.working_dir, as_is);
  list.if_given("timeout", job.timeout, length);
  list.unless("kill_grace", job.kill_grace, usual.kill_grace, length);
  list.unless("overlap", job.overlap, usual.overlap, overlap);
  list.if_given("max_instances", job.max_instances, number);
  list.unless("misfire_grace", job.misfire_grace, usual.misfire_grace, length);
  list.unless("catchup", job.catchup, usual.catchup, catchup);
  list.unless("max_catchup", job.max_catchup, usual.max_catchup, number);
  add_retry(list, job.retry);
  list.unless("success_codes", job.success_codes, usual.success_codes, numbers);
  list.if_given("skip_code", job.skip_code, number);
  list.if_given("done_code", job.done_code, number);
  list.unless("leftovers", job.leftovers, usual.leftovers, leftovers);
  list.unless("after_loss", job.after_loss, usual.after_loss, after_loss);
  add_conditions(list, job.conditions);
  list.unless("pool", job.pool, usual.pool, as_is);
  list.unless("slots", job.slots, usual.slots, number);
  list.if_given("output_max", job.output_max, size_text);
  list.if_given("on_failure", job.hooks.on_failure, task);
  list.if_given("on_success", job.hooks.on_success, task);
  list.if_given("on_missed", job.hooks.on_missed, task);
  list.unless("tags", job.tags, usual.tags, words);
  add_limits(list, job, usual);
  return list.take();
}

std::vector<ChangedKey> changed_keys(const Job& before, const Job& after) {
  const Fields old_fields = job_fields(before);
  const Fields new_fields = job_fields(after);
  const auto text_in = [](const Fields& fields, const std::string& key) -> std::string {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == key; });
    return found == fields.end() ? "" : found->second;
  };
  std::vector<ChangedKey> changed;
  for (const auto& [key, text] : old_fields) {
    const std::string now = text_in(new_fields, key);
    if (now != text) changed.push_back({key, text, now});
  }
  for (const auto& [key, text] : new_fields) {
    if (text_in(old_fields, key).empty()) changed.push_back({key, "", text});
  }
  return changed;
}

std::string to_text(const std::vector<ChangedKey>& changes) {
  const auto shown = [](const std::string& value) { return value.empty() ? std::string("default") : value; };
  std::string text;
  for (const ChangedKey& changed : changes) {
    text += (text.empty() ? "" : "; ") + changed.key + ": " + shown(changed.before) + " -> " + shown(changed.after);
  }
  return text;
}

}  // namespace rounds
