#include "store/backup.h"

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/table.h"
#include "core/json.h"
#include "error.h"

namespace rounds {

int backup(const BackupOptions& options, const Context& context) {
  namespace fs = std::filesystem;
  const fs::path& file = context.settings.store;
  if (!fs::exists(file)) throw Error(Fault::not_found, file.string() + ": there is no store yet", "rounds run makes it");
  Store store = Store::open(file);
  const fs::path to = options.file.empty() ? backup_place(store.file(), context.now.due()) : fs::path(options.file);
  write_backup(store, to);
  const auto bytes = static_cast<std::int64_t>(fs::file_size(to));
  if (for_people(context.global)) {
    print_line(fmt::format("{}: {} KiB, checked", to.string(), (bytes + 1023) / 1024));
    print_hint("rounds backup restore " + to.string());
    return exit_code::ok;
  }
  JsonWriter json;
  json.begin_object().field("schema", 1).field("backup", to.string()).field("bytes", bytes).end_object();
  print_line(json.text());
  return exit_code::ok;
}

}  // namespace rounds
