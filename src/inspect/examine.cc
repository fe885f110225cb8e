#include "inspect/examine.h"

#include <algorithm>

#include "error.h"

namespace rounds {

namespace {

using Clock = std::chrono::steady_clock;

Parameters parameters_of(const Check& check, const Past& past) {
  Parameters parameters = check.thresholds;
  const auto before =
      std::find_if(past.begin(), past.end(), [&](const PastResult& result) { return result.check == check.id; });
  if (before != past.end()) parameters["previous"] = before->value;
  return parameters;
}

Answer ask(Engine& engine, const Connection& connection, const Check& check, const Past& past) {
  const bool needs_target = check.probe != "connection";
  if (needs_target && connection.state == Connection::State::unreachable) {
    return {.status = Answer::Status::unavailable, .message = "the target was not reached"};
  }
  if (const std::string why = obstacle(check, engine.capabilities()); !why.empty()) {
    return {.status = Answer::Status::unavailable, .message = why};
  }
  return engine.query(check.probe, check.sql, parameters_of(check, past), limits_of(check.cost));
}

/// One check's trouble is that check's: the others still get their turn.
Answer ask_safely(Engine& engine, const Connection& connection, const Check& check, const Past& past) {
  try {
    return ask(engine, connection, check, past);
  } catch (const std::exception& error) {
    return {.status = Answer::Status::failed, .message = error.what()};
  }
}

bool same_finding(const PastResult& result, const Entry& entry) {
  return result.finding && result.check == entry.check->id && result.subject == entry.subject;
}

bool could_look(const Examination& examination, const std::string& check) {
  return std::any_of(examination.entries.begin(), examination.entries.end(), [&](const Entry& entry) {
    return entry.check->id == check && (entry.outcome == Outcome::ok || entry.outcome == Outcome::finding);
  });
}

bool asked(const Examination& examination, const std::string& check) {
  return std::any_of(examination.entries.begin(), examination.entries.end(),
                     [&](const Entry& entry) { return entry.check->id == check; });
}

}  // namespace

Examination examine(const Instance& instance, const std::vector<const Check*>& checks, const Past& past) {
  Examination examination{.instance = instance};
  const auto engine = make_engine(instance);
  const Connection connection = engine->connect();
  examination.reached = connection.state != Connection::State::unreachable;
  if (examination.reached) examination.version = engine->capabilities().version;
  for (const Check* check : checks) {
    if (check->engine != instance.engine) continue;
    const auto start = Clock::now();
    const Answer answer = ask_safely(*engine, connection, *check, past);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    for (Entry& entry : judge(*check, answer)) {
      entry.took = took;
      examination.entries.push_back(std::move(entry));
    }
  }
  return examination;
}

void compare_with_past(Examination& examination, const Past& past, const std::string& now) {
  for (Entry& entry : examination.entries) {
    if (entry.outcome != Outcome::finding) continue;
    const auto before =
        std::find_if(past.begin(), past.end(), [&](const PastResult& result) { return same_finding(result, entry); });
    entry.since = before == past.end() ? now : before->since;
  }
  for (const PastResult& result : past) {
    if (!result.finding || !asked(examination, result.check)) continue;
    const bool still = std::any_of(examination.entries.begin(), examination.entries.end(),
                                   [&](const Entry& entry) { return same_finding(result, entry); });
    if (still) continue;
    auto& list = could_look(examination, result.check) ? examination.resolved : examination.not_rechecked;
    list.push_back({result.check, result.subject, result.since});
  }
}

}  // namespace rounds
