#include "time/cron.h"

#include <bit>

#include "time/bits.h"

namespace rounds {

namespace chr = std::chrono;

namespace {

struct Clock {
  int hour;
  int minute;
  int second;
};

Clock clock_of(chr::seconds time) {
  const int all = static_cast<int>(time.count());
  return {all / 3600, all / 60 % 60, all % 60};
}

chr::seconds time_of(int hour, int minute, int second) { return chr::seconds{hour * 3600 + minute * 60 + second}; }

int count_below(std::uint64_t set, int end) { return std::popcount(set & bits_below(end)); }

// The year 2000 begins 28 years in which February has each length and each month begins on each weekday.
constexpr chr::local_days sample_start{chr::year{2000} / 1 / 1};
constexpr int sample_end = 2027;

constexpr int first_year = 1;
constexpr int last_year = 9999;

}  // namespace

std::optional<chr::seconds> TimesOfDay::next(chr::seconds from) const {
  const Clock at = clock_of(from);
  if (has_bit(hours, at.hour)) {
    if (has_bit(minutes, at.minute)) {
      if (const auto second = next_bit(seconds, at.second)) return time_of(at.hour, at.minute, *second);
    }
    if (const auto minute = next_bit(minutes, at.minute + 1)) {
      return time_of(at.hour, *minute, lowest_bit(seconds));
    }
  }
  const auto hour = next_bit(hours, at.hour + 1);
  if (!hour) return std::nullopt;
  return time_of(*hour, lowest_bit(minutes), lowest_bit(seconds));
}

std::optional<chr::seconds> TimesOfDay::previous(chr::seconds to) const {
  const Clock at = clock_of(to);
  if (has_bit(hours, at.hour)) {
    if (has_bit(minutes, at.minute)) {
      if (const auto second = previous_bit(seconds, at.second)) return time_of(at.hour, at.minute, *second);
    }
    if (const auto minute = previous_bit(minutes, at.minute - 1)) {
      return time_of(at.hour, *minute, highest_bit(seconds));
    }
  }
  const auto hour = previous_bit(hours, at.hour - 1);
  if (!hour) return std::nullopt;
  return time_of(*hour, highest_bit(minutes), highest_bit(seconds));
}

std::int64_t TimesOfDay::count_before(chr::seconds end) const {
  const Clock at = clock_of(end);
  const std::int64_t a_minute = std::popcount(seconds);
  const std::int64_t an_hour = std::popcount(minutes) * a_minute;
  std::int64_t count = count_below(hours, at.hour) * an_hour;
  if (!has_bit(hours, at.hour)) return count;
  count += count_below(minutes, at.minute) * a_minute;
  if (has_bit(minutes, at.minute)) count += count_below(seconds, at.second);
  return count;
}

Cron::Cron(const TimesOfDay& times, const Dates& dates) : times_(times), dates_(dates) {
  never_ = dates.any_year ? !dates.next(sample_start, sample_end)
                          : !dates.next(chr::local_days{chr::year{kFirstCronYear} / 1 / 1}, kLastCronYear);
}

std::optional<Civil> Cron::next(Civil from) const {
  if (never_) return std::nullopt;
  const auto today = chr::floor<chr::days>(from);
  if (dates_.has(today)) {
    if (const auto time = times_.next(from - today)) return today + *time;
  }
  const auto day = dates_.next(today + chr::days{1}, dates_.any_year ? last_year : kLastCronYear);
  if (!day) return std::nullopt;
  return *day + time_of(lowest_bit(times_.hours), lowest_bit(times_.minutes), lowest_bit(times_.seconds));
}

std::optional<Civil> Cron::previous(Civil to) const {
  if (never_) return std::nullopt;
  const auto today = chr::floor<chr::days>(to);
  if (dates_.has(today)) {
    if (const auto time = times_.previous(to - today)) return today + *time;
  }
  const auto day = dates_.previous(today - chr::days{1}, dates_.any_year ? first_year : kFirstCronYear);
  if (!day) return std::nullopt;
  return *day + time_of(highest_bit(times_.hours), highest_bit(times_.minutes), highest_bit(times_.seconds));
}

bool Cron::any(Civil first, Civil end) const {
  const auto due = next(first);
  return due && *due < end;
}

std::int64_t Cron::count(Civil first, Civil end) const {
  if (never_ || first >= end) return 0;
  const auto first_day = chr::floor<chr::days>(first);
  const auto last_day = chr::floor<chr::days>(end);
  std::int64_t count = dates_.count(first_day, last_day) * times_.count_before(chr::days{1});
  if (dates_.has(first_day)) count -= times_.count_before(first - first_day);
  if (dates_.has(last_day)) count += times_.count_before(end - last_day);
  return count;
}

}  // namespace rounds
