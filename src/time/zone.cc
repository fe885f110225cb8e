#include "time/zone.h"

#include <cctz/time_zone.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <system_error>
#include <vector>

namespace rounds {

namespace chr = std::chrono;

namespace {

// Halves of the range, so that an offset can be added to either.
constexpr Due before_all{chr::seconds::min() / 2};
constexpr Due after_all{chr::seconds::max() / 2};

// The calendar repeats after 400 years, weekdays included, and so do the rules of a zone.
constexpr chr::days calendar_cycle{146097};
constexpr Due only_by_rule = chr::sys_days{chr::year{2300} / 1 / 1};

chr::seconds offset_at(const cctz::time_zone& zone, Due instant) { return chr::seconds{zone.lookup(instant).offset}; }

std::vector<Period> periods_of(const cctz::time_zone& zone) {
  const chr::seconds first_offset = offset_at(zone, kEarliestDue);
  std::vector<Period> periods{{before_all, after_all, first_offset, first_offset}};
  cctz::time_zone::civil_transition change;
  for (Due at = kEarliestDue; zone.next_transition(at, &change);) {
    at = zone.lookup(change.to).trans;
    const chr::seconds offset = offset_at(zone, at);
    Period& last = periods.back();
    if (offset == last.offset) continue;
    last.end = at;
    const chr::seconds before = last.offset;
    periods.push_back({at, after_all, offset, before});
  }
  return periods;
}

bool is_zone_name(const std::string& name) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-' || c == '+' || c == '/'; };
  return !name.empty() && name.front() != '/' && name != "localtime" && name.rfind("right/", 0) != 0 &&
         name.rfind("posix/", 0) != 0 && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

/// cctz answers in hundreds of nanoseconds; the table, made once for each name, in ten or twenty.
struct Zone::Data {
  Data(std::string zone_name, const cctz::time_zone& loaded)
      : name(std::move(zone_name)),
        zone(loaded),
        periods(periods_of(loaded)),
        repeats(periods.back().begin > only_by_rule) {}

  Period find(Due instant) const {
    const auto later = [](Due at, const Period& period) { return at < period.begin; };
    return *(std::upper_bound(periods.begin() + 1, periods.end(), instant, later) - 1);
  }

  std::string name;
  cctz::time_zone zone;
  std::vector<Period> periods;  ///< in order, without holes; at least one
  bool repeats;                 ///< the table ends while daylight saving goes on: after it the last 400 years return
};

Zone Zone::utc() {
  static const auto data = std::make_shared<const Data>("UTC", cctz::utc_time_zone());
  return Zone(data);
}

std::optional<Zone> Zone::load(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const Data>> loaded;
  if (!is_zone_name(name)) return std::nullopt;
  const std::lock_guard lock(mutex);
  if (const auto known = loaded.find(name); known != loaded.end()) return Zone(known->second);
  cctz::time_zone zone;  // would be UTC after a failure, so the answer counts
  if (!cctz::load_time_zone(name, &zone)) return std::nullopt;
  return Zone(loaded.emplace(name, std::make_shared<const Data>(name, zone)).first->second);
}

Zone Zone::host(std::string* warning) {
  const auto name = zone_name_in("/etc");
  if (name) {
    if (auto zone = load(*name)) return *zone;
  }
  if (warning) {
    *warning = name ? "the host's time zone \"" + *name + "\" is not in its zone database; using UTC"
                    : "/etc/localtime names no time zone; using UTC";
  }
  return utc();
}

const std::string& Zone::name() const { return data_->name; }

Period Zone::period(Due instant) const {
  const Due last = data_->periods.back().begin;
  if (!data_->repeats || instant < last) return data_->find(instant);
  const chr::seconds shift = ((instant - last) / calendar_cycle + 1) * calendar_cycle;
  Period period = data_->find(instant - shift);
  period.begin += shift;
  period.end += shift;
  return period;
}

Civil Zone::local(Due instant) const { return period(instant).local(instant); }

std::string Zone::abbreviation(Due instant) const { return data_->zone.lookup(instant).abbr; }

Resolved Zone::resolve(Civil wall) const {
  Period now = period(Due{wall.time_since_epoch()} - kWidestOffset);
  while (now.local(now.end) <= wall) now = period(now.end);
  const Due here = now.instant(wall);
  if (here < now.begin) {
    return {Resolved::Kind::gap, Due{wall.time_since_epoch() - now.before}, here, now.begin};
  }
  if (now.end == after_all) return {Resolved::Kind::unique, here, here, here};
  const Due again = period(now.end).instant(wall);
  if (again < now.end) return {Resolved::Kind::unique, here, here, here};
  return {Resolved::Kind::overlap, here, again, now.end};
}

Due Zone::first_instant(Civil wall) const {
  const Resolved resolved = resolve(wall);
  return resolved.kind == Resolved::Kind::gap ? resolved.transition : resolved.before;
}

std::optional<Transition> Zone::next_transition(Due after) const {
  const Due at = period(after).end;
  if (at == after_all) return std::nullopt;
  return last_transition(at);
}

std::optional<Transition> Zone::last_transition(Due at_or_before) const {
  const Period now = period(at_or_before);
  if (now.begin == before_all) return std::nullopt;
  return Transition{now.begin, Civil{now.begin.time_since_epoch() + now.before}, now.local(now.begin)};
}

std::string zone_database() {
  const char* chosen = std::getenv("TZDIR");
  return chosen != nullptr && *chosen != '\0' ? chosen : "/usr/share/zoneinfo";
}

std::string zone_database_version(const std::string& folder) {
  std::ifstream compact(folder + "/tzdata.zi");
  std::string hash, word, version;
  if (compact >> hash >> word >> version && hash == "#" && word == "version") return version;
  std::ifstream plain(folder + "/+VERSION");
  if (plain >> version) return version;
  std::error_code error;
  const auto changed = std::filesystem::last_write_time(folder, error);
  return error ? "" : "of " + std::to_string(changed.time_since_epoch().count());
}

std::optional<std::string> zone_name_in(const std::string& etc) {
  std::error_code error;
  const std::string target = std::filesystem::read_symlink(etc + "/localtime", error).string();
  const std::string folder = "zoneinfo/";
  if (const auto at = target.find(folder); !error && at != std::string::npos) return target.substr(at + folder.size());
  std::string name;
  if (std::ifstream file(etc + "/timezone"); file >> name) return name;
  return std::nullopt;
}

}  // namespace rounds
