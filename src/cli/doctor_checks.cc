#include "cli/doctor_checks.h"

#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "error.h"
#include "loop/clock_steps.h"
#include "store/backup.h"
#include "store/keepers.h"
#include "store/ledger.h"
#include "store/output.h"
#include "store/schema.h"
#include "store/spool.h"
#include "sys/proc.h"
#include "sys/scheduler_lock.h"
#include "time/stamp.h"

namespace rounds {

namespace {

namespace fs = std::filesystem;
using Findings = std::vector<Finding>;

constexpr std::uint64_t kLittleRoom = 100ull << 20;
constexpr std::chrono::minutes kLate{1};
constexpr std::chrono::hours kStray{1};
constexpr int kUsualParallel = 128;
constexpr int kFilesPerRun = 2;
constexpr int kFilesBeside = 64;  ///< store, lock files, sockets, watches

Finding good(const std::string& what, const std::string& text) { return {what, Health::ok, text}; }

Finding integrity(Store& store, const fs::path& file) try {
  const std::string said = store.db().value<std::string>("PRAGMA quick_check(1)").value_or("no answer");
  if (said == "ok") return good("store", "whole");
  return {"store", Health::problem, "damaged: " + said, damage_hint(file)};
} catch (const Error& error) {
  return {"store", Health::problem, error.what(), damage_hint(file)};
}

Finding schema(Store& store) {
  const auto version = store.db().value<std::int64_t>("PRAGMA user_version").value_or(0);
  return good("schema", fmt::format("version {} of {}", version, migrations().size()));
}

/// What is wrong with the mode and owner of a file or folder; empty: nothing. A missing one harms nobody.
std::string fault_of_mode(const fs::path& path, mode_t forbidden) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return {};
  if ((info.st_mode & forbidden) != 0) return fmt::format("{:04o} {}", info.st_mode & 07777, path.string());
  if (info.st_uid == geteuid() || info.st_uid == 0) return {};
  return fmt::format("{} belongs to user {}", path.string(), info.st_uid);
}

/// The store is for its owner alone; job files and config.toml may be read by anyone and written by the owner.
Finding permissions(const Settings& settings) {
  const fs::path spool = settings.store.string() + ".spool";
  const struct {
    const fs::path& path;
    mode_t forbidden;
    const char* mend;
  } rules[] = {{settings.store, 077, "chmod 600 "},
               {spool, 077, "chmod 700 "},
               {settings.jobs_dir, 022, "chmod go-w "},
               {settings.config_file, 022, "chmod go-w "}};
  for (const auto& rule : rules) {
    const std::string fault = fault_of_mode(rule.path, rule.forbidden);
    if (!fault.empty()) return {"permissions", Health::problem, fault, rule.mend + rule.path.string()};
  }
  return good("permissions", "store, spool, job files and config.toml are their owner's");
}

Finding disk_room(const fs::path& file) {
  struct statvfs info {};
  if (statvfs(file.c_str(), &info) != 0) return {"disk", Health::warning, "cannot be asked"};
  const std::uint64_t room = std::uint64_t{info.f_bavail} * info.f_frsize;
  if (room >= kLittleRoom) return good("disk", fmt::format("{} MB free", room >> 20));
  return {"disk", Health::problem, fmt::format("{} MB free", room >> 20), "without room nothing is claimed, so nothing starts"};
}

Finding clock(Store& store, Due now) {
  const auto until = doubted_until(store);
  if (!until) return good("clock", utc_text(now));
  return {"clock", Health::problem, utc_text(now) + " is not believed: the store has something of 3h after " + utc_text(*until),
          "set the clock, or: rounds doctor --accept-clock"};
}

Finding zones(const Settings& settings) {
  const std::string version = zone_database_version(zone_database());
  const bool well = settings.zone_warning.empty() && !version.empty();
  const std::string name = settings.zone_warning.empty() ? settings.zone.name() : settings.zone_warning;
  const std::string text = fmt::format("{}, database {}", name, version.empty() ? "missing" : version);
  if (well) return good("zones", text);
  return {"zones", Health::problem, text, "install tzdata; ln -s /usr/share/zoneinfo/ZONE /etc/localtime"};
}

Finding scheduler(Store& store, std::optional<pid_t> pid, Due now) {
  const auto due = earliest_next_due(store);
  const bool late = due && *due + kLate < now;
  if (!pid) {
    if (late) return {"scheduler", Health::problem, "not running, and jobs are due since " + utc_text(*due), "rounds run"};
    return {"scheduler", Health::warning, "not running", "rounds run"};
  }
  if (!late) return good("scheduler", fmt::format("running, pid {}", *pid));
  return {"scheduler", Health::problem, fmt::format("pid {} has not decided what was due at {}", *pid, utc_text(*due)),
          "it is stopped, or runs take all its slots: rounds status"};
}

bool is_alive(const KeeperRow& keeper) {
  const auto stat = keeper.pid > 0 ? read_proc_stat(static_cast<pid_t>(keeper.pid)) : std::nullopt;
  return keeper.boot_id == read_boot_id() && stat && stat->state != 'Z';
}

Finding keepers(Store& store, std::optional<pid_t> scheduler) {
  const auto rows = all_keepers(store);
  const auto alive = std::count_if(rows.begin(), rows.end(), is_alive);
  const std::string text = fmt::format("{} at work", alive);
  if (!scheduler && alive > 0) return {"keepers", Health::warning, text + " without a scheduler", "rounds run takes over what they hold"};
  if (scheduler && alive == 0) return {"keepers", Health::problem, "the scheduler has none, so nothing starts", "rounds events; is there room for another process?"};
  if (alive > 1) return {"keepers", Health::warning, text, "the older ones leave when their runs have ended"};
  return good("keepers", text);
}

Finding job_files(Store& store) {
  const auto stale = count_jobs(store).stale;
  if (stale == 0) return good("job files", "all read");
  return {"job files", Health::problem, fmt::format("{} jobs are stale: their file cannot be read", stale), "rounds check"};
}

bool is_stray(Store& store, const fs::directory_entry& entry) {
  const auto meaning = spool_name_from_text(entry.path().filename());
  std::error_code gone;
  const auto age = fs::file_time_type::clock::now() - entry.last_write_time(gone);
  if (!meaning || gone || age < kStray) return false;
  const auto run = find_run(store, meaning->run);
  if (!run || run->spool_key != meaning->spool_key) return true;
  const bool kept = !meaning->marker && keeps_file(*run);
  return run->phase == Phase::ended && !kept;
}

Finding spool(Store& store) {
  std::error_code failed;
  int strays = 0;
  int files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(store.spool(), failed)) {
    ++files;
    strays += is_stray(store, entry);
  }
  if (strays == 0) return good("spool", fmt::format("{} files", files));
  return {"spool", Health::warning, fmt::format("{} files of runs that are over", strays), "the next start of rounds run sweeps them"};
}

/// Of the scheduler that runs, else of this process: the next one is likely to have the same.
Finding open_files(std::optional<pid_t> scheduler, const Settings& settings) {
  rlimit limit{};
  if (prlimit(scheduler.value_or(0), RLIMIT_NOFILE, nullptr, &limit) != 0) return good("open files", "cannot be asked");
  const auto needed = static_cast<rlim_t>(settings.max_parallel.value_or(kUsualParallel) * kFilesPerRun + kFilesBeside);
  const std::string text = fmt::format("at most {}", limit.rlim_cur);
  if (limit.rlim_cur >= needed) return good("open files", text);
  return {"open files", Health::warning, fmt::format("{}, {} may be needed", text, needed),
          fmt::format("ulimit -n {}, or a smaller max_parallel", needed)};
}

/// Who is no root and logs out takes his processes along, unless he lingers.
void add_lingering(Findings& findings) {
  if (geteuid() == 0 || !fs::exists("/run/systemd/system")) return;
  const passwd* user = getpwuid(geteuid());
  const std::string name = user != nullptr ? user->pw_name : std::to_string(geteuid());
  if (fs::exists("/var/lib/systemd/linger/" + name)) return findings.push_back(good("lingering", "on"));
  findings.push_back({"lingering", Health::warning, "off: jobs end when " + name + " logs out", "loginctl enable-linger"});
}

Findings examine_store(Store store, const Context& context) {
  const fs::path& file = context.settings.store;
  const Due now = context.now.due();
  const auto pid = SchedulerLock(store.file()).holder();
  Findings findings{integrity(store, file)};
  if (findings[0].health == Health::problem) return findings;
  return {findings[0], schema(store), permissions(context.settings), disk_room(file), clock(store, now), zones(context.settings),
          scheduler(store, pid, now), keepers(store, pid), job_files(store), spool(store), open_files(pid, context.settings)};
}

}  // namespace

Findings examine(const Context& context) {
  const fs::path& file = context.settings.store;
  Findings findings;
  if (!fs::exists(file)) {
    findings = {{"store", Health::problem, "there is none at " + file.string(), "rounds run makes it"}, zones(context.settings)};
  } else {
    try {
      findings = examine_store(Store::open_read_only(file), context);
    } catch (const Error& error) {
      findings = {{"store", Health::problem, error.what(), error.hint()}, permissions(context.settings), zones(context.settings)};
    }
  }
  add_lingering(findings);
  return findings;
}

}  // namespace rounds
