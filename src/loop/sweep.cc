#include "loop/sweep.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "loop/log.h"
#include "store/ledger.h"
#include "store/output.h"

namespace rounds {

namespace {

constexpr std::chrono::hours kUnknownFilesLive{24};

bool older_than_a_day(const LoopState& state, const std::string& name) {
  struct stat info {};
  if (fstatat(state.spool.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return false;
  return Instant(std::chrono::seconds(info.st_mtime)) + kUnknownFilesLive < state.now.wall;
}

bool is_spent(LoopState& state, const std::string& name, const SpoolName& meaning) {
  const auto run = find_run(state.store, meaning.run);
  if (!run || run->spool_key != meaning.spool_key) return older_than_a_day(state, name);
  const bool kept = meaning.output && run->output_bytes.value_or(0) > kSmallOutput;
  return run->phase == Phase::ended && !kept;
}

bool is_orphaned_socket(const LoopState& state, const std::string& name) {
  long long id = 0;
  if (std::sscanf(name.c_str(), "k%lld", &id) != 1 || name != KeeperLink::socket_name(KeeperId{id})) return false;
  return !state.keeper_rows.contains(KeeperId{id});
}

}  // namespace

void sweep_spool(LoopState& state) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(state.store.spool())) names.push_back(entry.path().filename());
  int swept = 0;
  for (const auto& name : names) {
    const auto meaning = spool_name_from_text(name);
    if (meaning ? !is_spent(state, name, *meaning) : !is_orphaned_socket(state, name)) continue;
    swept += unlinkat(state.spool.get(), name.c_str(), 0) == 0 ? 1 : 0;
  }
  if (swept > 0) log_info("swept " + std::to_string(swept) + " files of an earlier loop out of the spool");
}

}  // namespace rounds
