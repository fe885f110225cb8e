#pragma once
#include <algorithm>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

// The schedule language once more, as slow and plain as it can be said: which days, and which seconds of a day. Shares
// nothing with src/time, which it checks.
namespace rounds::naive {

using Day = std::chrono::local_days;
using Wall = std::chrono::local_seconds;
using std::chrono::days;
using std::chrono::seconds;

inline int day_of(Day day) { return static_cast<int>(unsigned{std::chrono::year_month_day{day}.day()}); }
inline int month_of(Day day) { return static_cast<int>(unsigned{std::chrono::year_month_day{day}.month()}); }
inline int year_of(Day day) { return static_cast<int>(std::chrono::year_month_day{day}.year()); }
inline int weekday_of(Day day) { return static_cast<int>(std::chrono::weekday{day}.c_encoding()); }
inline bool is_workday(Day day) { return weekday_of(day) >= 1 && weekday_of(day) <= 5; }
inline int days_left(Day day) {
  int left = 0;
  while (month_of(day + days{left + 1}) == month_of(day)) ++left;
  return left;
}
/// Counts the Thursdays of the year up to that of this week.
inline int week_of(Day day) {
  Day thursday = day + days{4 - (weekday_of(day) + 6) % 7 - 1};
  int week = 1;
  for (Day earlier = thursday - days{7}; year_of(earlier) == year_of(thursday); earlier -= days{7}) ++week;
  return week;
}

inline std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) parts.push_back(part);
  return parts;
}

inline int value_of(std::string text) {
  static const std::vector<std::string> names{"sun", "mon", "tue", "wed", "thu", "fri", "sat", "jan", "feb", "mar",
                                              "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto name = std::find(names.begin(), names.end(), text);
  if (name == names.end()) return std::stoi(text);
  const auto index = static_cast<int>(name - names.begin());
  return index < 7 ? index : index - 6;
}

/// The numbers that a field of plain items stands for.
inline std::set<int> numbers(const std::string& field, int low, int high) {
  std::set<int> found;
  for (const std::string& item : split(field, ',')) {
    const auto slash = item.find('/');
    const int step = slash == item.npos ? 1 : std::stoi(item.substr(slash + 1));
    const std::string base = item.substr(0, slash);
    int first = low;
    int last = high;
    if (base != "*" && base != "?") {
      const auto hyphen = base.find('-');
      first = value_of(base.substr(0, hyphen));
      last = hyphen != base.npos ? value_of(base.substr(hyphen + 1)) : slash != item.npos ? high : first;
      if (first > high && first != last) first = low;  // weekday 7 begins the week
    }
    if (last < first) last += high - low + 1;
    for (int n = first; n <= last; n += step) found.insert(n > high ? n - (high - low + 1) : n);
  }
  return found;
}

/// Where dW lies when the month of `any` has that day: the nearest workday inside the month.
inline Day nearest_workday(Day any, int d) {
  const Day wanted = any + days{d - day_of(any)};
  for (int distance = 0;; ++distance) {
    for (const int way : {-distance, distance}) {
      const Day near = wanted + days{way};
      if (month_of(near) == month_of(any) && is_workday(near)) return near;
    }
  }
}

inline bool matches_day_item(const std::string& item, Day day) {
  if (item == "L" || item == "last") return days_left(day) == 0;
  if (item == "LW") return day == nearest_workday(day, day_of(day) + days_left(day));
  if (const auto blank = item.find(' '); blank != item.npos) {
    if (value_of(item.substr(blank + 1)) != weekday_of(day)) return false;
    return item[0] == 'l' ? days_left(day) < 7 : (day_of(day) - 1) / 7 + 1 == item[0] - '0';
  }
  if (item[0] == 'L') return days_left(day) == std::stoi(item.substr(2));
  if (item.back() != 'W') return numbers(item, 1, 31).count(day_of(day)) != 0;
  const int d = std::stoi(item);
  return d <= day_of(day) + days_left(day) && day == nearest_workday(day, d);
}

inline bool matches_weekday_item(const std::string& item, Day day) {
  if (item.back() == 'L') return value_of(item.substr(0, item.size() - 1)) % 7 == weekday_of(day) && days_left(day) < 7;
  const auto hash = item.find('#');
  if (hash == item.npos) return numbers(item, 0, 6).count(weekday_of(day)) != 0;
  return value_of(item.substr(0, hash)) % 7 == weekday_of(day) &&
         (day_of(day) - 1) / 7 + 1 == std::stoi(item.substr(hash + 1));
}

template <typename Matches>
bool any_item(const std::string& field, Matches matches) {
  for (std::string item : split(field, ',')) {
    item.erase(0, item.find_first_not_of(' '));
    if (matches(item)) return true;
  }
  return false;
}

/// The fields by name; a missing one is open.
using Fields = std::map<std::string, std::string>;
using DayMatches = std::function<bool(Day day, Day anchor)>;

inline DayMatches days_of(Fields fields, bool all_match) {
  const auto field = [fields](const char* name) { return fields.count(name) ? fields.at(name) : std::string("*"); };
  const auto open = [](const std::string& text) { return text[0] == '*' || text[0] == '?'; };
  const bool either = !all_match && !open(field("day")) && !open(field("weekday"));
  return [=](Day day, Day) {
    if (numbers(field("month"), 1, 12).count(month_of(day)) == 0) return false;
    if (field("year") != "*" && numbers(field("year"), 1970, 2099).count(year_of(day)) == 0) return false;
    if (field("week") != "*" && numbers(field("week"), 1, 53).count(week_of(day)) == 0) return false;
    const bool by_day = any_item(field("day"), [&](const auto& item) { return matches_day_item(item, day); });
    const bool by_weekday =
        any_item(field("weekday"), [&](const auto& item) { return matches_weekday_item(item, day); });
    return either ? by_day || by_weekday : by_day && by_weekday;
  };
}

/// A rule on the plain calendar. Days from 1968 to 2103.
class Calendar {
 public:
  using Times = std::bitset<86400>;

  Calendar(DayMatches day, const std::set<int>& hours, const std::set<int>& minutes, const std::set<int>& secs)
      : day_(std::move(day)), known_(count_of_days, unknown) {
    for (const int h : hours) {
      for (const int m : minutes) {
        for (const int s : secs) times_->set(static_cast<std::size_t>(h * 3600 + m * 60 + s));
      }
    }
    whole_minutes_ = secs == std::set<int>{0};
  }

  bool whole_minutes() const { return whole_minutes_; }
  /// Where steps of days and months count from.
  void set_anchor(Day anchor) {
    if (anchor == anchor_) return;
    anchor_ = anchor;
    known_.assign(known_.size(), unknown);
  }

  bool matches(Wall wall) const {
    const Day day = std::chrono::floor<days>(wall);
    return times_->test(static_cast<std::size_t>((wall - day).count())) && matches_day(day);
  }

  /// The first at or after `from` and before `end`.
  std::optional<Wall> next(Wall from, Wall end) const {
    auto time = (from - std::chrono::floor<days>(from)).count();
    for (Day day = std::chrono::floor<days>(from); day < end; day += days{1}, time = 0) {
      if (!matches_day(day)) continue;
      const auto found = time == 0 ? times_->_Find_first() : times_->_Find_next(static_cast<std::size_t>(time - 1));
      if (found >= times_->size()) continue;
      const Wall wall = day + seconds{found};
      return wall < end ? std::optional(wall) : std::nullopt;
    }
    return std::nullopt;
  }
  bool any(Wall from, Wall end) const { return next(from, end).has_value(); }

 private:
  static constexpr Day first_day{std::chrono::year{1968} / 1 / 1};
  static constexpr std::size_t count_of_days = 366 * 136;
  enum : std::int8_t { no, yes, unknown };

  bool matches_day(Day day) const {
    auto& known = known_.at(static_cast<std::size_t>((day - first_day).count()));
    if (known == unknown) known = day_(day, anchor_) ? yes : no;
    return known == yes;
  }

  DayMatches day_;
  Day anchor_{};
  bool whole_minutes_;
  std::unique_ptr<Times> times_ = std::make_unique<Times>();
  mutable std::vector<std::int8_t> known_;
};

inline Calendar of_cron(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back(word);
  if (words.size() == 5) words.insert(words.begin(), "0");
  if (words.size() == 6) words.emplace_back("*");
  const Fields fields{{"day", words[3]}, {"month", words[4]}, {"weekday", words[5]}, {"year", words[6]}};
  return Calendar(days_of(fields, false), numbers(words[2], 0, 23), numbers(words[1], 0, 59), numbers(words[0], 0, 59));
}

/// What is not given is open above the smallest field given, and at its minimum below.
inline Calendar of_table(Fields fields) {
  const auto given = [&](const char* name) { return fields.count(name) != 0; };
  const bool second = given("second");
  const bool minute = second || given("minute");
  const bool hour = minute || given("hour");
  const bool day = hour || given("day") || given("weekday");
  const auto usual = [&](const char* name, bool below, const char* minimum) {
    if (!given(name)) fields[name] = below ? minimum : "*";
  };
  usual("second", !second, "0");
  usual("minute", !minute, "0");
  usual("hour", !hour, "0");
  usual("weekday", !day && given("week"), "1");
  usual("day", !day && !given("week"), "1");
  usual("month", !day && !given("week") && !given("month"), "1");
  const std::set<int> hours = numbers(fields["hour"], 0, 23);
  const std::set<int> minutes = numbers(fields["minute"], 0, 59);
  const std::set<int> secs = numbers(fields["second"], 0, 59);
  return Calendar(days_of(std::move(fields), true), hours, minutes, secs);
}

/// Every n-th day from the anchor's on.
inline Calendar of_days(int n, int hour, int minute) {
  return Calendar([n](Day day, Day anchor) { return (day - anchor).count() % n == 0; }, {hour}, {minute}, {0});
}

/// Every n-th month from the anchor's on, on its day or the last one.
inline Calendar of_months(int n, int hour, int minute) {
  const auto matches = [n](Day day, Day anchor) {
    const int months = (year_of(day) - year_of(anchor)) * 12 + month_of(day) - month_of(anchor);
    if (months % n != 0) return false;
    return day_of(day) == day_of(anchor) || (day_of(day) < day_of(anchor) && days_left(day) == 0);
  };
  return Calendar(matches, {hour}, {minute}, {0});
}

}  // namespace rounds::naive
