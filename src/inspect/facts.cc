#include "inspect/facts.h"

#include "inspect/logs/log_facts.h"

namespace rounds {

Facts::Facts(Engine& engine, const Instance& instance, const Connection& connection, std::chrono::milliseconds took,
             const Window& window)
    : engine_(engine), window_(window), session_(SqlSession::in_memory()) {
  session_.fill("CREATE TABLE connection(target, state, reason, took_ms)", {});
  session_.fill("INSERT INTO connection VALUES(:target, :state, :reason, :took_ms)",
                {{"target", place_of(instance)},
                 {"state", to_text(connection.state)},
                 {"reason", connection.reason},
                 {"took_ms", std::int64_t{took.count()}}});
  gathered_["connection"] = gathered_["readings"] = {};
}

void Facts::add(const Reading& reading, const Answer& taken, const std::vector<Snapshot>& past, const Window& window,
                std::int64_t now_s) {
  covered_[reading.name] = fill_reading(session_, reading, taken, past, window, now_s);
}

const Covered* Facts::covered(const std::string& reading) const {
  const auto found = covered_.find(reading);
  return found == covered_.end() ? nullptr : &found->second;
}

void Facts::gather_logs() {
  LogRequest request = engine_.log_request();
  request.window = {window_.from, window_.to};
  fill_log_facts(session_, read_logs(request), request.window);
}

const Answer& Facts::gather(const std::string& probe, const Limits& limits) {
  const auto known = gathered_.find(probe);
  if (known != gathered_.end()) return known->second;
  if (probe == "log") {
    gather_logs();
    return gathered_[probe] = {};
  }
  return gathered_[probe] = engine_.gather(probe, session_, limits);
}

Answer Facts::query(const std::vector<std::string>& probes, const std::string& sql, const Parameters& parameters,
                    const Limits& limits) {
  for (const std::string& probe : probes) {
    const Answer& gathered = gather(probe, limits);
    if (gathered.status != Answer::Status::rows) return gathered;
  }
  return session_.query(sql, parameters, limits);
}

}  // namespace rounds
