#include "report/history.h"

namespace rounds {

void add_to_history(History& history, const Document& document) {
  for (const DocumentTarget& target : document.targets) {
    history[target.name].push_back({document.inspection, document.at, target.score, count_findings(target, "critical"),
                                    count_findings(target, "warning"), count_findings(target, "info")});
  }
}

}  // namespace rounds
