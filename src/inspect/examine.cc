#include "inspect/examine.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "error.h"
#include "inspect/facts.h"

namespace rounds {

namespace {

using Clock = std::chrono::steady_clock;

/// Between the two looks where there is no past.
constexpr std::chrono::seconds kBurst{2};

Parameters parameters_of(const Check& check, const Instance& instance, const Past& past) {
  Parameters parameters = check.thresholds;
  if (instance.pitr_days) parameters["pitr_days"] = *instance.pitr_days;
  const auto before =
      std::find_if(past.begin(), past.end(), [&](const PastResult& result) { return result.check == check.id; });
  if (before != past.end()) parameters["previous"] = before->value;
  return parameters;
}

Answer unavailable(const std::string& why) { return {.status = Answer::Status::unavailable, .message = why}; }

/// Puts the answers of several databases together: rows of all, and a row that says so for each that gave none.
void join(Answer& all, const Answer& one, const std::string& database, bool of_check) {
  if (one.status == Answer::Status::rows) {
    if (all.columns.empty()) {
      all.columns = one.columns;
      if (!of_check) all.columns.insert(all.columns.begin(), "db");
    }
    for (SqlRow row : one.rows) {
      if (!of_check) {
        row.insert(row.begin(), database);
      } else if (!row.empty()) {
        const auto* subject = std::get_if<std::string>(&row[0]);
        row[0] = subject == nullptr ? database : database + "." + *subject;
      }
      all.rows.push_back(std::move(row));
    }
    all.truncated = all.truncated || one.truncated;
  } else if (of_check && one.status == Answer::Status::corrupt) {
    all.rows.push_back({database, std::string("corrupt"), {}, {}, database + ": " + one.message});
  } else if (of_check && one.status == Answer::Status::failed) {
    all.rows.push_back({database, std::string("error"), {}, {}, database + ": " + one.message});
  } else if (of_check) {
    all.rows.push_back({database,
                        std::string("skipped"),
                        {},
                        {},
                        database + ": " + (one.message.empty() ? "stopped at its limit" : one.message)});
  }
}

/// An examination while it goes on.
class Examiner {
 public:
  explicit Examiner(const Inquiry& inquiry) : inquiry_(inquiry), engine_(make_engine(inquiry.instance)) {}

  Examination run() {
    const auto start = Clock::now();
    connection_ = engine_->connect();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    facts_.emplace(*engine_, inquiry_.instance, connection_, took, inquiry_.window);
    result_.instance = inquiry_.instance;
    result_.reached = connection_.state != Connection::State::unreachable;
    can_ = engine_->capabilities();
    if (result_.reached) result_.version = can_.version;
    take_readings();
    for (const Check* check : inquiry_.checks) {
      if (check->engine == inquiry_.instance.engine && !in_databases(check->question)) ask_once(*check);
    }
    visit_databases();
    std::stable_sort(result_.entries.begin(), result_.entries.end(),
                     [](const Entry& a, const Entry& b) { return a.check->id < b.check->id; });
    return std::move(result_);
  }

 private:
  static bool in_databases(const Question& question) {
    return question.scope == Scope::database && question.probes.empty();
  }

  /// Readings of performance checks that have no past are taken twice: a short look is better than none.
  void take_readings() {
    const Readings first = take_all();
    std::set<std::string> wanted = without_baseline(first);
    if (wanted.empty()) {
      for (const auto& [name, taken] : first) keep(*reading_of(name), taken, inquiry_.snapshots, inquiry_.now_s);
      return;
    }
    std::this_thread::sleep_for(kBurst);
    const Readings second = take_all();
    std::vector<Snapshot> past = inquiry_.snapshots;
    past.push_back({inquiry_.now_s, false, write_snapshot(first)});
    for (const auto& [name, taken] : second) {
      const bool burst = wanted.count(name) > 0;
      keep(*reading_of(name), taken, burst ? past : inquiry_.snapshots, inquiry_.now_s + (burst ? kBurst.count() : 0));
    }
  }

  /// Those that a performance check over the window reads, and of which no snapshot knows.
  std::set<std::string> without_baseline(const Readings& taken) const {
    std::set<std::string> wanted;
    for (const Check* check : inquiry_.checks) {
      if (check->engine != inquiry_.instance.engine || check->kind != Kind::delta ||
          check->category != Category::performance)
        continue;
      for (const std::string& name : check->readings) {
        if (taken.count(name) > 0 && !reaches_window(inquiry_.snapshots)) wanted.insert(name);
      }
    }
    return wanted;
  }

  bool reaches_window(const std::vector<Snapshot>& snapshots) const {
    const std::int64_t from = inquiry_.window.from.time_since_epoch().count();
    return std::any_of(snapshots.begin(), snapshots.end(),
                       [&](const Snapshot& snapshot) { return snapshot.at_s >= from - tolerance_of(inquiry_.window); });
  }

  const Reading* reading_of(const std::string& name) const {
    return *std::find_if(inquiry_.readings.begin(), inquiry_.readings.end(), [&](const Reading* reading) {
      return reading->engine == inquiry_.instance.engine && reading->name == name;
    });
  }

  Readings take_all() {
    Readings all;
    database_readings_.clear();
    unseen_.clear();
    for (const Reading* reading : inquiry_.readings) {
      if (reading->engine != inquiry_.instance.engine) continue;
      if (!in_databases(reading->question)) {
        note(all, *reading, guard([&] { return ask(reading->name, reading->question, {}, limits_for(*reading)); }));
      } else if (why_not(reading->question).empty()) {
        database_readings_.push_back(reading);
      } else {
        unread_[reading->name] = why_not(reading->question);
      }
    }
    if (database_readings_.empty() || connection_.state != Connection::State::open) return all;
    std::vector<Answer> taken(database_readings_.size());
    for (const SqlRow& database : databases()) {
      const std::string name = std::get<std::string>(database.at(0));
      const Answer entered = enter(database);
      for (std::size_t i = 0; i < taken.size(); ++i) {
        const Reading& reading = *database_readings_[i];
        const Answer one = entered.status == Answer::Status::rows
                               ? guard([&] { return ask(reading.name, reading.question, {}, limits_for(reading)); })
                               : entered;
        if (one.status == Answer::Status::rows) {
          join(taken[i], one, name, false);
        } else {
          unseen_[reading.name].push_back({name, std::string("skipped"), {}, {}, name + ": " + one.message});
        }
      }
    }
    database_.clear();
    for (std::size_t i = 0; i < taken.size(); ++i) note(all, *database_readings_[i], taken[i]);
    return all;
  }

  static Limits limits_for(const Reading& reading) {
    constexpr std::size_t kRows = 50'000;
    return {.time = limits_of(reading.cost).time, .rows = kRows};
  }

  /// Takes it up among the others, or why it could not be taken.
  void note(Readings& all, const Reading& reading, Answer taken) {
    if (taken.status == Answer::Status::rows && !taken.columns.empty()) {
      all[reading.name] = std::move(taken);
    } else {
      unread_[reading.name] =
          taken.message.empty() ? "the reading " + reading.name + " could not be taken" : taken.message;
    }
  }

  void keep(const Reading& reading, const Answer& taken, const std::vector<Snapshot>& past, std::int64_t now_s) {
    try {
      facts_->add(reading, taken, past, inquiry_.window, now_s);
    } catch (const Error& error) {  // a user's reading, with columns that no table can have
      unread_[reading.name] = "the reading " + reading.name + ": " + error.what();
      return;
    }
    const Covered& covered = *facts_->covered(reading.name);
    if (covered.from_s < covered.to_s && (!result_.covered || covered.from_s < result_.covered->from_s))
      result_.covered = covered;
    result_.readings[reading.name] = taken;
  }

  /// Checks of the scope `database`, database by database: one connection is enough.
  void visit_databases() {
    std::vector<const Check*> checks;
    std::vector<Answer> answers;
    std::vector<std::chrono::milliseconds> took;
    for (const Check* check : inquiry_.checks) {
      if (check->engine != inquiry_.instance.engine || !in_databases(check->question)) continue;
      if (const std::string why = why_not(check->question); !why.empty()) {
        record(*check, unavailable(why), {});
      } else {
        checks.push_back(check);
      }
    }
    answers.resize(checks.size());
    took.resize(checks.size());
    for (const SqlRow& database : checks.empty() ? std::vector<SqlRow>() : databases()) {
      const std::string name = std::get<std::string>(database.at(0));
      const Answer entered = enter(database);
      for (std::size_t i = 0; i < checks.size(); ++i) {
        const auto start = Clock::now();
        const Answer answer =
            entered.status == Answer::Status::rows ? guard([&] { return ask_check(*checks[i]); }) : entered;
        join(answers[i], answer, name, true);
        took[i] += std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
      }
    }
    database_.clear();
    for (std::size_t i = 0; i < checks.size(); ++i) record(*checks[i], answers[i], took[i]);
  }

  /// Rows (name, why not or NULL); or one row without a name that says why they cannot be listed.
  const std::vector<SqlRow>& databases() {
    if (databases_) return *databases_;
    const Answer answer = guard([&] { return engine_->databases(); });
    databases_ = answer.rows;
    if (answer.status != Answer::Status::rows) databases_->push_back({std::string("databases"), answer.message});
    return *databases_;
  }

  /// Goes there; a status other than `rows` says why not.
  Answer enter(const SqlRow& database) {
    if (const auto* obstacle = std::get_if<std::string>(&database.at(1))) return unavailable(*obstacle);
    database_ = std::get<std::string>(database.at(0));
    return guard([&] { return engine_->use(database_); });
  }

  void ask_once(const Check& check) {
    const auto start = Clock::now();
    const Answer answer = guard([&] { return ask_check(check); });
    record(check, answer, std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start));
  }

  void record(const Check& check, const Answer& answer, std::chrono::milliseconds took) {
    for (Entry& entry : judge(check, answer)) {
      entry.took = took;
      result_.entries.push_back(std::move(entry));
    }
  }

  /// One question's trouble is its own: the others still get their turn.
  template <typename Ask>
  Answer guard(Ask ask) {
    try {
      return ask();
    } catch (const std::exception& error) {
      return {.status = Answer::Status::failed, .message = error.what()};
    }
  }

  /// Why a question cannot be asked at all; empty when it can.
  std::string why_not(const Question& question) const {
    const bool needs_target = question.probes != std::vector<std::string>{"connection"};
    if (needs_target && connection_.state == Connection::State::unreachable) return "the target was not reached";
    if (needs_target && question.probes.empty() && connection_.state != Connection::State::open)
      return connection_.reason;
    return obstacle(question, can_);
  }

  Answer ask_check(const Check& check) {
    if (const std::string why = reading_obstacle(check); !why.empty()) return unavailable(why);
    Answer answer =
        ask(check.id, check.question, parameters_of(check, inquiry_.instance, inquiry_.past), limits_of(check.cost));
    if (check.kind == Kind::delta) label_burst(answer, check);
    if (check.each && answer.status == Answer::Status::rows) answer = ask_each(check, answer);
    if (answer.status == Answer::Status::rows) {  // of databases that a reading could not see, nothing is known
      for (const std::string& reading : check.readings) {
        if (const auto unseen = unseen_.find(reading); unseen != unseen_.end()) {
          answer.rows.insert(answer.rows.end(), unseen->second.begin(), unseen->second.end());
        }
      }
    }
    return answer;
  }

  /// Why the readings of a check do not tell; sets the span of the first one when they do.
  std::string reading_obstacle(const Check& check) {
    for (const std::string& name : check.readings) {
      const Covered* covered = facts_->covered(name);
      if (covered == nullptr) {
        const auto why = unread_.find(name);
        return why == unread_.end() ? "the reading " + name + " was not taken" : why->second;
      }
      if (check.kind == Kind::delta && covered->from_s == covered->to_s) {
        return "no baseline: nothing was measured in the window before now";
      }
      if (check.kind == Kind::compared && !covered->has_before) return "no earlier inspection to compare with";
      if (name == check.readings.front()) facts_->set_span(*covered, inquiry_.window);
    }
    return {};
  }

  /// A finding of two looks says so: it is about seconds, not about the window.
  void label_burst(Answer& answer, const Check& check) const {
    const Covered* covered = facts_->covered(check.readings.empty() ? "" : check.readings.front());
    if (covered == nullptr || covered->to_s <= inquiry_.now_s) return;
    for (SqlRow& row : answer.rows) {
      const auto* severity = row.size() == 5 ? std::get_if<std::string>(&row[1]) : nullptr;
      auto* evidence =
          severity != nullptr && severity_from_text(*severity) ? std::get_if<std::string>(&row[4]) : nullptr;
      if (evidence != nullptr) *evidence += " (seen in a live look of 2 s: there is no earlier snapshot)";
    }
  }

  Answer ask(const std::string& by, const Question& question, const Parameters& parameters, const Limits& limits) {
    if (const std::string why = why_not(question); !why.empty()) return unavailable(why);
    const std::string& sql = sql_for(question, can_.version);
    if (!question.probes.empty()) return facts_->query(question.probes, sql, parameters, limits);
    return send(by, sql, parameters, limits);
  }

  Answer send(const std::string& by, const std::string& sql, const Parameters& parameters, const Limits& limits) {
    const auto start = Clock::now();
    Answer answer = engine_->query(sql, parameters, limits);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    result_.statements.push_back({by, database_, sql, took, answer.rows.size()});
    return answer;
  }

  /// Asks the statements that the rows name, as long as the check's time lasts.
  Answer ask_each(const Check& check, const Answer& list) {
    Answer all;
    const auto deadline = Clock::now() + limits_of(check.cost).time;
    for (const SqlRow& row : list.rows) {
      if (row.size() < 3)
        return {.status = Answer::Status::failed, .message = "each needs (subject, statement, evidence)"};
      const auto* statement = std::get_if<std::string>(&row[1]);
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
      if (statement == nullptr) {
        all.rows.push_back({row[0], std::string("skipped"), {}, {}, row[2]});
      } else if (left <= std::chrono::milliseconds(0)) {
        all.rows.push_back(
            {row[0], std::string("skipped"), {}, {}, std::string("the check's time was over before this one")});
      } else {
        add_one(all, check, row, send(check.id, *statement, check.thresholds, {.time = left}));
      }
    }
    if (list.truncated) {
      all.rows.push_back({std::string("the rest"),
                          std::string("skipped"),
                          {},
                          {},
                          fmt::format("only the first {} were asked", list.rows.size())});
    }
    return all;
  }

  static void add_one(Answer& all, const Check& check, const SqlRow& row, const Answer& one) {
    if (one.status == Answer::Status::rows) {
      all.rows.insert(all.rows.end(), one.rows.begin(), one.rows.end());
      all.truncated = all.truncated || one.truncated;
    } else if (check.each_failure && (one.status == Answer::Status::failed || one.status == Answer::Status::corrupt)) {
      all.rows.push_back({row[0], to_text(*check.each_failure), {}, {}, one.message});
    } else {
      all.rows.push_back({row[0],
                          std::string("skipped"),
                          {},
                          {},
                          one.message.empty() ? std::string("stopped at its limit") : one.message});
    }
  }

  const Inquiry& inquiry_;
  std::unique_ptr<Engine> engine_;
  Connection connection_;
  Capabilities can_;
  std::optional<Facts> facts_;
  std::optional<std::vector<SqlRow>> databases_;
  std::string database_;  ///< in which statements go now; empty: the first one
  std::vector<const Reading*> database_readings_;
  std::map<std::string, std::string> unread_;          ///< why, by the reading's name
  std::map<std::string, std::vector<SqlRow>> unseen_;  ///< databases that a reading could not see, as skipped rows
  Examination result_;
};

bool same_finding(const PastResult& result, const Entry& entry) {
  return result.finding && result.check == entry.check->id && result.subject == entry.subject;
}

/// True when the check saw all there is: what it did not find is gone.
bool could_look(const Examination& examination, const std::string& check) {
  return std::none_of(examination.entries.begin(), examination.entries.end(),
                      [&](const Entry& entry) {
                        return entry.check->id == check &&
                               (entry.outcome == Outcome::skipped || entry.outcome == Outcome::error || entry.partial);
                      }) &&
         std::any_of(examination.entries.begin(), examination.entries.end(), [&](const Entry& entry) {
           return entry.check->id == check && (entry.outcome == Outcome::ok || entry.outcome == Outcome::finding);
         });
}

bool asked(const Examination& examination, const std::string& check) {
  return std::any_of(examination.entries.begin(), examination.entries.end(),
                     [&](const Entry& entry) { return entry.check->id == check; });
}

}  // namespace

Examination examine(const Inquiry& inquiry) { return Examiner(inquiry).run(); }

void compare_with_past(Examination& examination, const Past& past, const std::string& now) {
  for (Entry& entry : examination.entries) {
    if (entry.outcome != Outcome::finding) continue;
    const auto before =
        std::find_if(past.begin(), past.end(), [&](const PastResult& result) { return same_finding(result, entry); });
    entry.since = before == past.end() ? now : before->since;
    if (before != past.end() && before->severity < entry.severity) entry.worsened_from = before->severity;
  }
  for (const PastResult& result : past) {
    if (!result.finding || !asked(examination, result.check)) continue;
    const bool still = std::any_of(examination.entries.begin(), examination.entries.end(),
                                   [&](const Entry& entry) { return same_finding(result, entry); });
    if (still) continue;
    auto& list = could_look(examination, result.check) ? examination.resolved : examination.not_rechecked;
    list.push_back({result.check, result.subject, result.since, result.severity});
  }
}

}  // namespace rounds
