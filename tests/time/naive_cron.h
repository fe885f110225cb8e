#pragma once
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <sstream>
#include <string>

// Cron once more, as slow and plain as it can be said: one question, "is this minute due?", answered from the words
// of the language. Shares nothing with src/time, which it checks. Five fields, numbers, no names.
namespace rounds {

class NaiveCron {
 public:
  explicit NaiveCron(const std::string& text) {
    std::istringstream in(text);
    for (std::string& field : fields_) in >> field;
    minutes_ = numbers(fields_[0], 0, 59);
    hours_ = numbers(fields_[1], 0, 23);
    months_ = numbers(fields_[3], 1, 12);
  }

  bool matches(std::chrono::local_seconds wall) const {
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    const int second = static_cast<int>((wall - day).count());
    return second % 60 == 0 && minutes_.count(second / 60 % 60) != 0 && hours_.count(second / 3600) != 0 &&
           matches_day(day);
  }

 private:
  using Day = std::chrono::local_days;

  static std::set<int> numbers(const std::string& field, int low, int high) {
    std::set<int> found;
    std::istringstream in(field);
    for (std::string item; std::getline(in, item, ',');) {
      const auto slash = item.find('/');
      const int step = slash == item.npos ? 1 : std::stoi(item.substr(slash + 1));
      const std::string base = item.substr(0, slash);
      if (base.find_first_of("LW#") != base.npos) continue;
      int first = low;
      int last = high;
      if (base != "*" && base != "?") {
        first = std::stoi(base);
        const auto hyphen = base.find('-');
        last = hyphen != base.npos ? std::stoi(base.substr(hyphen + 1)) : slash != item.npos ? high : first;
      }
      if (last < first) last += high - low + 1;
      for (int n = first; n <= last; n += step) found.insert(n > high ? n - (high - low + 1) : n);
    }
    return found;
  }

  static int day_of(Day day) { return static_cast<int>(unsigned{std::chrono::year_month_day{day}.day()}); }
  static int month_of(Day day) { return static_cast<int>(unsigned{std::chrono::year_month_day{day}.month()}); }
  static int weekday_of(Day day) { return static_cast<int>(std::chrono::weekday{day}.c_encoding()); }
  static bool is_workday(Day day) { return weekday_of(day) >= 1 && weekday_of(day) <= 5; }
  static int days_left(Day day) {
    int left = 0;
    while (month_of(day + std::chrono::days{left + 1}) == month_of(day)) ++left;
    return left;
  }

  /// Where dW lies when the month of `any` has that day: the nearest workday inside the month.
  static Day nearest_workday(Day any, int d) {
    const Day wanted = any + std::chrono::days{d - day_of(any)};
    for (int distance = 0;; ++distance) {
      for (const int way : {-distance, distance}) {
        const Day near = wanted + std::chrono::days{way};
        if (month_of(near) == month_of(any) && is_workday(near)) return near;
      }
    }
  }

  static bool matches_day_item(const std::string& item, Day day) {
    if (item == "L") return days_left(day) == 0;
    if (item == "LW") return day == nearest_workday(day, day_of(day) + days_left(day));
    if (item[0] == 'L') return days_left(day) == std::stoi(item.substr(2));
    if (item.back() != 'W') return numbers(item, 1, 31).count(day_of(day)) != 0;
    const int d = std::stoi(item);
    return d <= day_of(day) + days_left(day) && day == nearest_workday(day, d);
  }

  static bool matches_weekday_item(const std::string& item, Day day) {
    if (item.back() == 'L') return std::stoi(item) % 7 == weekday_of(day) && days_left(day) < 7;
    const auto hash = item.find('#');
    if (hash == item.npos) return numbers(item, 0, 6).count(weekday_of(day)) != 0;
    return std::stoi(item) % 7 == weekday_of(day) && (day_of(day) - 1) / 7 + 1 == std::stoi(item.substr(hash + 1));
  }

  template <typename Matches>
  static bool any_item(const std::string& field, Matches matches) {
    std::istringstream in(field);
    for (std::string item; std::getline(in, item, ',');) {
      if (matches(item)) return true;
    }
    return false;
  }

  bool matches_day(Day day) const {
    const auto known = days_.find(day);
    if (known != days_.end()) return known->second;
    const bool by_day = any_item(fields_[2], [&](const auto& item) { return matches_day_item(item, day); });
    const bool by_weekday = any_item(fields_[4], [&](const auto& item) { return matches_weekday_item(item, day); });
    const auto open = [](const std::string& field) { return field[0] == '*' || field[0] == '?'; };
    const bool either = !open(fields_[2]) && !open(fields_[4]);
    const bool both = either ? by_day || by_weekday : by_day && by_weekday;
    return days_[day] = both && months_.count(month_of(day)) != 0;
  }

  std::array<std::string, 5> fields_;
  std::set<int> minutes_;
  std::set<int> hours_;
  std::set<int> months_;
  mutable std::map<Day, bool> days_;
};

}  // namespace rounds
