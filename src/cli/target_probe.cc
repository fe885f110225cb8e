#include <algorithm>

#include "cli/exit_code.h"
#include "cli/inspect_run.h"
#include "cli/table.h"
#include "cli/target_instance.h"
#include "cli/targets.h"
#include "cli/terminal.h"
#include "core/json.h"
#include "inspect/catalogue.h"
#include "inspect/engine.h"
#include "inspect/grants.h"

namespace rounds {

namespace {

/// A check and why it could not look now; empty when it could.
struct Sight {
  const Check* check;
  std::string obstacle;
};

std::vector<Sight> look(const std::string& engine, const Connection& connection, const Capabilities& can) {
  std::vector<Sight> sights;
  for (const Check& check : builtin_checks()) {
    if (check.engine != engine) continue;
    const bool asks_database = check.question.probes.empty() && connection.state != Connection::State::open;
    sights.push_back({&check, asks_database ? connection.reason : obstacle(check.question, can)});
  }
  return sights;
}

void print_for_people(const Instance& target, const Connection& connection, const Capabilities& can,
                      const std::vector<Sight>& sights) {
  const auto seeing = std::count_if(sights.begin(), sights.end(), [](const Sight& s) { return s.obstacle.empty(); });
  const std::string reason = connection.reason.empty() ? "" : ": " + connection.reason;
  print_line(escape_controls("target " + target.name + " (" + target.engine + " " + can.version + ", " +
                             place_of(target) + ") is " + to_text(connection.state) + reason));
  print_line(std::to_string(seeing) + " of " + std::to_string(sights.size()) + " checks can look");
  for (const Sight& sight : sights) {
    if (!sight.obstacle.empty()) print_line(escape_controls("  " + sight.check->id + ": " + sight.obstacle));
  }
}

void print_json(const Instance& target, const Connection& connection, const Capabilities& can,
                const std::vector<Sight>& sights) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("target", target.name).field("engine", target.engine);
  json.field("state", to_text(connection.state)).field("reason", connection.reason).field("version", can.version);
  json.key("checks").begin_array();
  for (const Sight& sight : sights) {
    json.begin_object().field("id", sight.check->id).field("tier", to_text(sight.check->tier));
    json.field("can_look", sight.obstacle.empty()).field("reason", sight.obstacle).end_object();
  }
  print_line(json.end_array().end_object().text());
}

int status_of(Connection::State state) {
  switch (state) {
    case Connection::State::open: return exit_code::ok;
    case Connection::State::locked: return exit_code::temporary;
    case Connection::State::closed: return exit_code::failed;
    case Connection::State::unreachable: return exit_code::unreachable;
  }
  return exit_code::internal;
}

/// The ids of the checks that need it, one after another; many are cut.
std::string hidden_by_lack_of(const std::string& engine, const std::string& privilege) {
  constexpr int kShown = 8;
  std::string ids;
  int count = 0;
  for (const Check& check : builtin_checks()) {
    const auto& needed = check.question.privileges;
    if (check.engine != engine || std::find(needed.begin(), needed.end(), privilege) == needed.end()) continue;
    if (++count <= kShown) ids += (ids.empty() ? "" : ", ") + check.id;
  }
  if (count > kShown) ids += " and " + std::to_string(count - kShown) + " more";
  return ids;
}

}  // namespace

int run_target_grants(const TargetGrantsOptions& options, const Context& context) {
  const Target target = require_target(known_targets(context.settings), options.name).target;
  const auto grants = grants_of(target.engine, target.user.empty() ? "rounds" : target.user);
  if (grants.empty()) throw Error(Fault::usage, "engine " + target.engine + " has no logins: nothing to grant");
  Capabilities can;
  if (options.explain) {
    const auto engine = make_engine(instance_of(target));
    const Connection connection = engine->connect();
    if (connection.state != Connection::State::open)
      throw Error(Fault::unreachable, "target " + target.name + ": " + connection.reason);
    can = engine->capabilities();
  }
  for (const Grant& grant : grants) {
    if (!grant.privilege.empty()) {
      const std::string hides = hidden_by_lack_of(target.engine, grant.privilege);
      print_line("\n-- " + grant.privilege +
                 (hides.empty() ? std::string() : ": without it these are skipped: " + hides));
      if (options.explain)
        print_line(std::string("-- ") +
                   (can.privileges.count(grant.privilege) > 0 ? "the login has it" : "the login lacks it"));
    }
    print_line(escape_controls(grant.sql, true));
  }
  return exit_code::ok;
}

int run_target_test(const TargetTestOptions& options, const Context& context) {
  const Instance instance = instance_of(require_target(known_targets(context.settings), options.name).target);
  const auto engine = make_engine(instance);
  const Connection connection = engine->connect();
  const Capabilities can = engine->capabilities();
  const auto sights = look(instance.engine, connection, can);
  const auto print_it = for_people(context.global) ? print_for_people : print_json;
  print_it(instance, connection, can, sights);
  return status_of(connection.state);
}

}  // namespace rounds
