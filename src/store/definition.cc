#include <nlohmann/json.hpp>

#include "error.h"
#include "store/jobs.h"
#include "time/cron.h"

namespace rounds {

namespace {

using nlohmann::json;
using std::chrono::seconds;

/// A value of a definition that this rounds does not understand.
Error unreadable(const std::string& what) { return Error(Fault::bad_data, "unreadable " + what); }

template <typename T>
T parsed(Parsed<T> result, const std::string& what) {
  if (const auto* error = std::get_if<ParseError>(&result)) throw unreadable(what + ": " + error->message);
  return std::get<T>(std::move(result));
}

// One list of keys for both directions; what equals its default is left out.

template <typename Visit>
void each_key(const Retry*, Visit visit) {
  visit("max_attempts", &Retry::max_attempts);
  visit("backoff", &Retry::backoff);
  visit("initial_delay", &Retry::initial_delay);
  visit("max_delay", &Retry::max_delay);
  visit("on_codes", &Retry::on_codes);
}

template <typename Visit>
void each_key(const InspectTask*, Visit visit) {
  visit("targets", &InspectTask::targets);
  visit("business", &InspectTask::business);
  visit("host", &InspectTask::host);
  visit("tags", &InspectTask::tags);
  visit("tier", &InspectTask::tier);
  visit("fail_on", &InspectTask::fail_on);
}

template <typename Visit>
void each_key(const ResourceLimits*, Visit visit) {
  visit("cpu", &ResourceLimits::cpu);
  visit("memory", &ResourceLimits::memory);
  visit("files", &ResourceLimits::files);
  visit("core", &ResourceLimits::core);
}

template <typename Visit>
void each_key(const Conditions*, Visit visit) {
  visit("user", &Conditions::user);
  visit("group", &Conditions::group);
  visit("umask", &Conditions::umask);
  visit("nice", &Conditions::nice);
  visit("ionice", &Conditions::ionice);
  visit("limits", &Conditions::limits);
}

template <typename Visit>
void each_key(const Hooks*, Visit visit) {
  visit("on_failure", &Hooks::on_failure);
  visit("on_success", &Hooks::on_success);
  visit("on_missed", &Hooks::on_missed);
}

template <typename Visit>
void each_key(const Job*, Visit visit) {
  visit("description", &Job::description);
  visit("task", &Job::task);
  visit("timezone", &Job::timezone);
  visit("env", &Job::env);
  visit("secrets", &Job::secrets);
  visit("params", &Job::params);
  visit("working_dir", &Job::working_dir);
  visit("timeout", &Job::timeout);
  visit("kill_grace", &Job::kill_grace);
  visit("overlap", &Job::overlap);
  visit("max_instances", &Job::max_instances);
  visit("misfire_grace", &Job::misfire_grace);
  visit("catchup", &Job::catchup);
  visit("max_catchup", &Job::max_catchup);
  visit("retry", &Job::retry);
  visit("success_codes", &Job::success_codes);
  visit("skip_code", &Job::skip_code);
  visit("done_code", &Job::done_code);
  visit("leftovers", &Job::leftovers);
  visit("after_loss", &Job::after_loss);
  visit("conditions", &Job::conditions);
  visit("pool", &Job::pool);
  visit("slots", &Job::slots);
  visit("hooks", &Job::hooks);
  visit("output_max", &Job::output_max);
  visit("tags", &Job::tags);
  visit("start", &Job::start);
  visit("until", &Job::until);
  visit("until_length", &Job::until_length);
  visit("until_time", &Job::until_time);
  visit("except", &Job::except);
  visit("max_runs", &Job::max_runs);
  visit("window", &Job::window);
  visit("enabled", &Job::enabled);
  visit("priority", &Job::priority);
}

json encode(const std::map<std::string, Secret>& secrets);
json encode(const Retry& value);
json encode(const Task& task);
json encode(const ResourceLimits& value);
json encode(const Hooks& value);
json encode(const Conditions& value);
void decode(const json& from, std::map<std::string, Secret>& secrets);
void decode(const json& from, Retry& value);
void decode(const json& from, Task& task);
void decode(const json& from, ResourceLimits& value);
void decode(const json& from, Hooks& value);
void decode(const json& from, Conditions& value);

// Lengths and due moments are whole seconds, civil lengths and enums their text.

template <typename T>
json encode(const T& value) {
  return value;
}
json encode(seconds value) { return value.count(); }
json encode(Due value) { return value.time_since_epoch().count(); }
json encode(const Span& value) { return to_text(value); }
json encode(Overlap value) { return to_text(value); }
json encode(Catchup value) { return to_text(value); }
json encode(Backoff value) { return to_text(value); }
json encode(Leftovers value) { return to_text(value); }
json encode(AfterLoss value) { return to_text(value); }
json encode(IoPriority value) { return to_text(value); }
json encode(const Exceptions& value) {
  json list = to_texts(value);
  for (const Exceptions::File& file : value.files) {
    json days = json::array();
    for (const DayRange& range : file.days) days.push_back(to_text(range));
    list.push_back({{"file", file.path}, {"days", std::move(days)}});
  }
  return list;
}
template <typename T>
json encode(const std::optional<T>& value) {
  return value ? encode(*value) : json();
}

template <typename Struct>
json encode_keys(const Struct& value, const Struct& plain) {
  json object = json::object();
  each_key(&value, [&](const char* key, auto member) {
    if (!(value.*member == plain.*member)) object[key] = encode(value.*member);
  });
  return object;
}
json encode(const Secret& secret) {
  switch (secret.kind) {
    case Secret::Kind::file: return {{"file", secret.name}};
    case Secret::Kind::credential: return {{"credential", secret.name}};
    case Secret::Kind::command: return {{"command", secret.argv}};
    case Secret::Kind::env: return {{"env", secret.name}};
  }
  return {};
}
json encode(const std::map<std::string, Secret>& secrets) {
  json object = json::object();
  for (const auto& [name, secret] : secrets) object[name] = encode(secret);
  return object;
}
json encode(const Retry& value) { return encode_keys(value, Retry{}); }
json encode(const Hooks& value) { return encode_keys(value, Hooks{}); }
json encode(const ResourceLimits& value) { return encode_keys(value, ResourceLimits{}); }
json encode(const Conditions& value) { return encode_keys(value, Conditions{}); }
json encode(const Task& task) {
  switch (task.kind) {
    case Task::Kind::command: return {{"command", task.command}};
    case Task::Kind::exec: return {{"exec", task.argv}};
    case Task::Kind::inspect: return {{"inspect", encode_keys(task.inspect, InspectTask{})}};
  }
  return {};
}

struct EncodeRule {
  json operator()(const CronRule& rule) const {
    if (rule.table.empty()) return {{"cron", rule.text}};
    json fields = json::array();  // in the order in which they are shown
    for (const CronTableField& field : rule.table) fields.push_back({to_text(field.field), field.text});
    return {{"cron", std::move(fields)}};
  }
  json operator()(const EveryRule& rule) const {
    return {{"every", rule.phrase.empty() ? to_text(rule.step) : rule.phrase}};
  }
  json operator()(const RandomRule& rule) const { return {{"random", {rule.min.count(), rule.max.count()}}}; }
  json operator()(const AtRule& rule) const {
    json instants = json::array();
    for (const Due due : rule.instants) instants.push_back(encode(due));
    return {{"at", std::move(instants)}};
  }
  json operator()(const DelayRule& rule) const { return {{"delay", rule.length.count()}}; }
  json operator()(const OnRule& rule) const { return {{"on", rule.event == OnRule::Event::start ? "start" : "boot"}}; }
};

json encode(const Trigger& trigger) {
  json rules = json::array();
  for (const Rule& rule : trigger.rules) {
    json& object = rules.emplace_back(std::visit(EncodeRule{}, rule.kind));
    if (rule.jitter != seconds(0)) object["jitter"] = encode(rule.jitter);
    if (rule.dst.gap != ClockChange::Gap::by_meaning) object["gap"] = to_text(rule.dst.gap);
    if (rule.dst.overlap != ClockChange::Overlap::by_meaning) object["overlap"] = to_text(rule.dst.overlap);
  }
  return rules;
}

template <typename T>
void decode(const json& from, T& value) {
  from.get_to(value);
}
void decode(const json& from, seconds& value) { value = seconds(from.get<std::int64_t>()); }
void decode(const json& from, Due& value) { value = Due(seconds(from.get<std::int64_t>())); }
void decode(const json& from, Span& value) { value = parsed(parse_span(from.get<std::string>()), "length"); }

void add(Exceptions& to, const json& text) {
  if (const auto error = add_exception(to, text.get_ref<const std::string&>())) throw unreadable(error->message);
}
void decode(const json& from, Exceptions& value) {
  for (const json& item : from) {
    if (item.is_string()) {
      add(value, item);
      continue;
    }
    Exceptions days;
    for (const json& range : item.at("days")) add(days, range);
    value.files.push_back({item.at("file").get<std::string>(), std::move(days.days)});
  }
}

template <typename Enum>
void decode_word(const json& from, std::optional<Enum> (*from_text)(std::string_view), Enum& value) {
  const auto known = from_text(from.get_ref<const std::string&>());
  if (!known) throw unreadable("word " + from.dump());
  value = *known;
}
void decode(const json& from, Overlap& value) { decode_word(from, overlap_from_text, value); }
void decode(const json& from, Catchup& value) { decode_word(from, catchup_from_text, value); }
void decode(const json& from, Backoff& value) { decode_word(from, backoff_from_text, value); }
void decode(const json& from, Leftovers& value) { decode_word(from, leftovers_from_text, value); }
void decode(const json& from, AfterLoss& value) { decode_word(from, after_loss_from_text, value); }
void decode(const json& from, IoPriority& value) { decode_word(from, io_priority_from_text, value); }
template <typename T>
void decode(const json& from, std::optional<T>& value) {
  decode(from, value.emplace());
}

template <typename Struct>
void decode_keys(const json& object, Struct& value) {
  each_key(&value, [&](const char* key, auto member) {
    if (const auto found = object.find(key); found != object.end()) decode(*found, value.*member);
  });
}
Secret decode_secret(const json& from) {
  if (from.contains("command")) return {Secret::Kind::command, {}, from["command"].get<std::vector<std::string>>()};
  if (from.contains("credential")) return {Secret::Kind::credential, from["credential"].get<std::string>(), {}};
  if (from.contains("env")) return {Secret::Kind::env, from["env"].get<std::string>(), {}};
  return {Secret::Kind::file, from.at("file").get<std::string>(), {}};
}
void decode(const json& from, std::map<std::string, Secret>& secrets) {
  for (const auto& [name, secret] : from.items()) secrets.emplace(name, decode_secret(secret));
}
void decode(const json& from, Retry& value) { decode_keys(from, value); }
void decode(const json& from, Hooks& value) { decode_keys(from, value); }
void decode(const json& from, ResourceLimits& value) { decode_keys(from, value); }
void decode(const json& from, Conditions& value) { decode_keys(from, value); }
void decode(const json& from, Task& task) {
  if (from.contains("command")) {
    task.kind = Task::Kind::command;
    decode(from["command"], task.command);
  } else if (from.contains("exec")) {
    task.kind = Task::Kind::exec;
    decode(from["exec"], task.argv);
  } else {
    task.kind = Task::Kind::inspect;
    decode_keys(from.at("inspect"), task.inspect);
  }
}

AtRule decode_at(const json& instants) {
  AtRule rule;
  for (const json& instant : instants) decode(instant, rule.instants.emplace_back());
  return rule;
}

OnRule decode_on(const json& event) {
  if (event == "start") return {OnRule::Event::start};
  if (event == "boot") return {OnRule::Event::boot};
  throw unreadable("event " + event.dump());
}

CronRule decode_cron(const json& value, const JobName& job) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return CronRule{parsed(parse_cron(text, job.text()), "cron expression"), text};
  }
  CronTable table;
  for (const json& field : value) {
    const auto name = cron_field_from_text(field.at(0).get_ref<const std::string&>());
    if (!name) throw unreadable("cron field " + field.dump());
    table.push_back({*name, field.at(1).get<std::string>()});
  }
  std::size_t wrong = 0;
  return CronRule{parsed(parse_cron(table, job.text(), wrong), "cron table"), to_text(table), table};
}

RandomRule decode_random(const json& value) {
  const RandomRule rule{seconds(value.at(0).get<std::int64_t>()), seconds(value.at(1).get<std::int64_t>())};
  if (rule.min < seconds(1) || !refusal(rule).empty()) throw unreadable("random lengths " + value.dump());
  return rule;
}

RuleKind decode_kind(const json& from, const JobName& job) {
  if (const auto cron = from.find("cron"); cron != from.end()) return decode_cron(*cron, job);
  if (const auto every = from.find("every"); every != from.end()) {
    return parsed(parse_every(every->get<std::string>()), "length or phrase");
  }
  if (const auto at = from.find("at"); at != from.end()) return decode_at(*at);
  if (const auto random = from.find("random"); random != from.end()) return decode_random(*random);
  if (const auto delay = from.find("delay"); delay != from.end()) return DelayRule{seconds(delay->get<std::int64_t>())};
  if (const auto on = from.find("on"); on != from.end()) return decode_on(*on);
  throw unreadable("trigger " + from.dump());
}

template <typename Enum>
void decode_said(const json& from, const char* key, std::optional<Enum> (*from_text)(std::string_view), Enum& value) {
  if (const auto found = from.find(key); found != from.end()) decode_word(*found, from_text, value);
}

Rule decode_rule(const json& from, const JobName& job) {
  if (!from.is_object()) throw unreadable("trigger " + from.dump());
  Rule rule(decode_kind(from, job));
  if (const auto jitter = from.find("jitter"); jitter != from.end()) decode(*jitter, rule.jitter);
  if (rule.jitter < seconds(0)) throw unreadable("jitter " + from.dump());
  decode_said(from, "gap", gap_from_text, rule.dst.gap);
  decode_said(from, "overlap", clock_overlap_from_text, rule.dst.overlap);
  return rule;
}

Job plain_job(const JobName& name) { return Job{.name = name, .trigger = {}}; }

Job decode_job(const JobName& name, const json& from) {
  Job job = plain_job(name);
  for (const json& rule : from.at("trigger")) job.trigger.rules.push_back(decode_rule(rule, name));
  decode_keys(from, job);
  return job;
}

}  // namespace

std::string definition_text(const Job& job) {
  json definition = encode_keys(job, plain_job(job.name));
  definition["trigger"] = encode(job.trigger);
  try {
    return definition.dump();
  } catch (const json::exception&) {
    throw Error(Fault::bad_data, "job " + job.name.text() + ": its text is not valid UTF-8");
  }
}

Job definition_from_text(const std::string& name, const std::string& text) {
  const std::optional<JobName> parsed_name = JobName::parse(name);
  if (!parsed_name) throw Error(Fault::bad_data, "stored job \"" + name + "\": " + JobName::refusal(name));
  try {
    return decode_job(*parsed_name, json::parse(text));
  } catch (const std::exception& error) {
    throw Error(Fault::bad_data, "stored job " + name + ": " + error.what());
  }
}

}  // namespace rounds
