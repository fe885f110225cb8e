#include "loop/restore.h"

#include <unistd.h>

#include <charconv>

#include "core/decide.h"
#include "error.h"
#include "store/backup.h"
#include "store/events.h"
#include "store/keepers.h"
#include "store/ledger.h"
#include "store/output.h"
#include "store/spool.h"
#include "store/store_file.h"
#include "sys/packet_socket.h"
#include "sys/proc.h"
#include "sys/scheduler_lock.h"
#include "time/stamp.h"

namespace rounds {

namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr std::int64_t kSafeGap = 1'000'000;  ///< more numbers than a store that cannot be read has given out since

/// What has to go on from the store that is replaced: numbers are never used again.
struct Heritage {
  std::int64_t last_run = 0, last_keeper = 0, last_event = 0;
  std::optional<std::string> boot_id;
};

std::int64_t last_number(Store& store, const char* table) {
  return store.db().value<std::int64_t>("SELECT seq FROM sqlite_sequence WHERE name = ?", table).value_or(0);
}

void raise_number(Store& store, const char* table, std::int64_t least) {
  if (last_number(store, table) >= least) return;
  store.db().run("DELETE FROM sqlite_sequence WHERE name = ?", table);
  store.db().run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, least);
}

/// Nothing when the store cannot be read.
std::optional<Heritage> heritage_of(const fs::path& file) try {
  if (!fs::exists(file)) return std::nullopt;
  Store old = Store::open(file);
  old.checkpoint();
  return Heritage{last_number(old, "run"), last_number(old, "keeper"), last_number(old, "event"), find_fact(old, "boot_id")};
} catch (const Error&) {
  return std::nullopt;
}

void inherit(Store& store, const std::optional<Heritage>& old) {
  raise_number(store, "run", old ? old->last_run : last_number(store, "run") + kSafeGap);
  raise_number(store, "keeper", old ? old->last_keeper : last_number(store, "keeper") + kSafeGap);
  raise_number(store, "event", old ? old->last_event : last_number(store, "event") + kSafeGap);
  // Whether this boot has been acted upon is what the replaced store knew.
  set_fact(store, "boot_id", old && old->boot_id ? *old->boot_id : read_boot_id());
}

/// Jobs that go on without a scheduler would end unrecorded.
void refuse_living_keepers(const fs::path& spool) {
  if (!fs::is_directory(spool)) return;
  const Fd folder = open_directory(spool);
  for (const fs::directory_entry& entry : fs::directory_iterator(spool)) {
    const std::string name = entry.path().filename();
    Fd connection;
    if (!name.starts_with("k") || !entry.is_socket()) continue;
    if (connect_at(folder, name, connection) == Connected::refused) continue;
    throw Error(Fault::temporary, "keeper " + name.substr(1) + " still holds runs of the store that is to be replaced",
                "rounds run lets them end and records them; stop it then, and restore");
  }
}

int lose_open_runs(Store& store, Instant now) {
  int lost = 0;
  for (Run& run : open_runs(store)) {
    run.verdict = Verdict::unknown;
    run.reason = Reason::lost;
    run.detail = "open when the backup was made";
    run.final = true;
    run.finished_at = now;
    end_run(store, run);
    ++lost;
  }
  return lost;
}

/// A delay counts from the end of a run, and that run is lost.
bool waits_for_a_run(const StoredJob& job) {
  return delay_of(job.job.trigger) != nullptr && !job.next_due && !job.completed && !job.paused_at;
}

/// The pause or the file accounts for the dues of a job that is paused or disabled, when that ends.
bool is_at_rest(const StoredJob& job, Due now) {
  const bool paused = job.paused_at && !(job.paused_until && *job.paused_until <= now);
  return paused || !job.job.enabled;
}

void settle_job(Store& store, const StoredJob& job, const Edit& edit) {
  const Due now = edit.now.due();
  const bool overdue = job.next_due && *job.next_due <= now;
  if (is_at_rest(job, now) || (!overdue && !waits_for_a_run(job))) return;
  settle_dues(store, job, edit, Reason::removed);
  if (job.paused_at) resume_job(store, job.id, std::nullopt);
  const Schedule schedule = schedule_of(job.job, edit.zone, job.first_seen);
  const auto next = is_on_grid(job.job.trigger) ? next_due(schedule, now) : due_set_at(job.job, schedule, now + seconds(1));
  const bool by_event = on_of(job.job.trigger) != nullptr;
  advance_job(store, job.id, next, now, !next && !by_event, 0);
}

std::int64_t count_missed(Store& store) {
  return store.db().value<std::int64_t>("SELECT SUM(count) FROM run WHERE verdict = 'missed'").value_or(0);
}

/// A name for the replaced store that nothing else has.
fs::path place_aside(const fs::path& file, Due now) {
  const std::string name = backup_place(file, now).string().replace(file.string().size(), 7, ".replaced");
  fs::path aside = name;
  for (int i = 2; fs::exists(fs::symlink_status(aside)); ++i) aside = name + "-" + std::to_string(i);
  return aside;
}

void drop_fresh(const fs::path& fresh) {
  drop_siblings(fresh);
  unlink(fresh.c_str());
  fs::remove_all(fresh.string() + ".spool");
}

Restored prepare(const fs::path& fresh, const fs::path& file, const fs::path& backup, const Edit& edit) {
  const std::optional<Heritage> old = heritage_of(file);
  if (old) refuse_living_keepers(file.string() + ".spool");
  Store store = Store::open(fresh);
  Restored restored;
  store.write([&] {
    inherit(store, old || fs::exists(file) ? old : std::optional(Heritage{}));
    restored = settle_restored(store, edit);
    add_event(store, {0, edit.now.wall, "restored", "", "from " + backup.string()});
  });
  store.checkpoint();
  return restored;
}

}  // namespace

Restored settle_restored(Store& store, const Edit& edit) {
  Restored restored;
  const std::int64_t missed_before = count_missed(store);
  restored.lost = lose_open_runs(store, edit.now.wall);
  for (const KeeperRow& keeper : all_keepers(store)) delete_keeper(store, keeper.id);
  for (const StoredJob& job : all_jobs(store)) settle_job(store, job, edit);
  restored.missed = count_missed(store) - missed_before;
  return restored;
}

Restored restore_store(const Settings& settings, const fs::path& backup, const Now& now) {
  make_private_folders(fs::absolute(settings.store).parent_path());
  const fs::path file = real_path(settings.store);
  require_local(file.parent_path());
  SchedulerLock lock(file);
  if (!lock.try_lock()) {
    throw Error(Fault::temporary, "a scheduler works on " + file.string() + " (pid " + std::to_string(lock.holder().value_or(0)) + ")",
                "stop it first");
  }
  const fs::path fresh = file.string() + ".restoring";
  drop_fresh(fresh);  // of an attempt that was killed
  try {
    copy_sound_store(fs::absolute(backup), fresh);
    Restored restored = prepare(fresh, file, backup, {now, settings.zone, Due::max()});
    drop_siblings(fresh);
    if (fs::exists(file)) restored.aside = place_aside(file, now.due());
    exchange_store(fresh, file, restored.aside.value_or(place_aside(file, now.due())));
    fs::remove_all(fresh.string() + ".spool");
    return restored;
  } catch (...) {
    drop_fresh(fresh);
    throw;
  }
}

}  // namespace rounds
