#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_edits.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "loop/clock_steps.h"
#include "store/keepers.h"
#include "store/ledger.h"
#include "sys/scheduler_lock.h"
#include "time/stamp.h"

namespace rounds {

namespace {

constexpr std::uint64_t kLittleRoom = 100ull << 20;
constexpr std::chrono::minutes kLate{1};

/// One thing that was looked at.
struct Finding {
  std::string what;
  bool good = true;
  std::string text;
  std::string hint{};
};
using Findings = std::vector<Finding>;

Finding store_integrity(Store& store) {
  const std::string said = store.db().value<std::string>("PRAGMA quick_check(1)").value_or("no answer");
  return {"store", said == "ok", said == "ok" ? "whole" : "damaged: " + said, "restore a copy; job files come back by themselves"};
}

Finding permissions(const std::filesystem::path& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0) return {"permissions", false, "cannot be asked: " + file.string()};
  const bool closed = (info.st_mode & 077) == 0;
  return {"permissions", closed, fmt::format("{:04o} {}", info.st_mode & 07777, file.string()), "chmod 600 " + file.string()};
}

Finding disk_room(const std::filesystem::path& file) {
  struct statvfs info {};
  if (statvfs(file.c_str(), &info) != 0) return {"disk", false, "cannot be asked"};
  const std::uint64_t room = std::uint64_t{info.f_bavail} * info.f_frsize;
  return {"disk", room >= kLittleRoom, fmt::format("{} MB free", room >> 20), "without room nothing is claimed, so nothing starts"};
}

Finding clock(Store& store, Due now) {
  if (const auto until = doubted_until(store)) {
    return {"clock", false, utc_text(now) + " is not believed: the store has something of 3h after " + utc_text(*until),
            "set the clock, or: rounds doctor --accept-clock"};
  }
  return {"clock", true, utc_text(now)};
}

Finding zones(const Settings& settings) {
  const std::string version = zone_database_version(zone_database());
  const bool good = settings.zone_warning.empty() && !version.empty();
  const std::string text = settings.zone_warning.empty() ? settings.zone.name() : settings.zone_warning;
  return {"zones", good, fmt::format("{}, database {}", text, version.empty() ? "missing" : version), "install tzdata; ln -s /usr/share/zoneinfo/ZONE /etc/localtime"};
}

Finding scheduler(Store& store, const std::filesystem::path& file, Due now) {
  const auto pid = SchedulerLock(std::filesystem::canonical(file)).holder();
  if (!pid) return {"scheduler", false, "not running", "rounds run"};
  const auto due = earliest_next_due(store);
  const bool late = due && *due + kLate < now;
  return {"scheduler", !late, late ? fmt::format("pid {} is late: {} is still to be decided", *pid, utc_text(*due)) : fmt::format("running, pid {}", *pid),
          "rounds status"};
}

Finding files(Store& store) {
  const auto stale = count_jobs(store).stale;
  return {"job files", stale == 0, stale == 0 ? "all read" : fmt::format("{} jobs are stale: their file cannot be read", stale), "rounds check"};
}

Findings examine(const Context& context) {
  const std::filesystem::path& file = context.settings.store;
  if (!std::filesystem::exists(file)) return {{"store", false, "there is none at " + file.string(), "rounds run makes it"}, zones(context.settings)};
  Store store = Store::open_read_only(file);
  const Due now = context.now.due();
  return {store_integrity(store), permissions(file), disk_room(file), clock(store, now),
          zones(context.settings), scheduler(store, file, now), files(store)};
}

void print_findings(const Findings& findings, const Context& context) {
  Listing table{"checks", {{"check", "CHECK"}, {"state", "STATE"}, {"text", "FOUND"}, {"hint", ""}}, {}};
  for (const Finding& one : findings) {
    table.rows.push_back({{one.what}, {std::string(one.good ? "ok" : "problem"), "", one.good ? Tone::good : Tone::bad}, {one.text},
                          {one.good ? Value() : Value(one.hint)}});
  }
  print_table(table, context.global);
  if (!for_people(context.global)) return;
  for (const Finding& one : findings) {
    if (!one.good && !one.hint.empty()) print_hint(one.what + ": " + one.hint);
  }
}

int accept(const Context& context) {
  Store store = Store::open(context.settings.store);
  if (!doubted_until(store)) {
    print_line("the clock is not doubted");
    return exit_code::ok;
  }
  store.write([&] { accept_clock(store); });
  announce_change(store);
  print_line("the clock is accepted: the jobs by the calendar begin anew at " + utc_text(context.now.due()));
  return exit_code::ok;
}

}  // namespace

int doctor(const DoctorOptions& options, const Context& context) {
  if (options.accept_clock) return accept(context);
  const Findings findings = examine(context);
  print_findings(findings, context);
  const bool well = std::all_of(findings.begin(), findings.end(), [](const Finding& one) { return one.good; });
  return well ? exit_code::ok : exit_code::failed;
}

}  // namespace rounds
