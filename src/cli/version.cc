#include "cli/commands.h"
#include "cli/table.h"
#include "core/json.h"

namespace rounds {

int version(const GlobalOptions& global) {
  if (for_people(global)) {
    print_line("rounds " ROUNDS_VERSION);
  } else {
    print_line(JsonWriter().begin_object().field("schema", 1).field("version", ROUNDS_VERSION).end_object().text());
  }
  return 0;
}

}  // namespace rounds
