#pragma once
#include <map>
#include <string>
#include <vector>

#include "inspect/engine.h"
#include "inspect/reading.h"
#include "inspect/sql_session.h"

namespace rounds {

/// The tables of facts of one examination, in a database in memory. Each probe is gathered once, when first asked for.
class Facts {
 public:
  Facts(Engine& engine, const Instance& instance, const Connection& connection, std::chrono::milliseconds took,
        const Window& window = {});

  /// A reading that was taken: its tables, and what they cover.
  void add(const Reading& reading, const Answer& taken, const std::vector<Snapshot>& past, const Window& window,
           std::int64_t now_s);
  /// What a reading covers; nothing when it was not taken.
  const Covered* covered(const std::string& reading) const;
  void set_span(const Covered& covered, const Window& window) { fill_span(session_, covered, window); }

  /// Runs SQLite's SQL on the facts of those probes. A status other than `rows` may say why a probe cannot look.
  Answer query(const std::vector<std::string>& probes, const std::string& sql, const Parameters& parameters,
               const Limits& limits);

 private:
  const Answer& gather(const std::string& probe, const Limits& limits);

  void gather_logs();

  Engine& engine_;
  Window window_;  ///< of logs
  SqlSession session_;
  std::map<std::string, Answer> gathered_;
  std::map<std::string, Covered> covered_;
};

}  // namespace rounds
