#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/deciding.h"

namespace rounds {
namespace {

using namespace deciding;
using namespace std::chrono_literals;

/// A random job that is decided about after random outages; whatever seed fails is in the message.
class History {
 public:
  explicit History(unsigned seed) : random_(seed), job_(cron("0 0 * * *")) {
    job_.trigger.rules = {random_rule()};
    if (pick(4) == 0) job_.trigger.rules.push_back(random_rule());
    job_.misfire_grace = std::vector<std::chrono::seconds>{30s, 600s, 3600s, 86400s, 864000s}[pick(5)];
    job_.catchup = std::vector{Catchup::latest, Catchup::all, Catchup::none}[pick(3)];
    job_.max_catchup = 1 + static_cast<int>(pick(20));
    job_.overlap = std::vector{Overlap::skip, Overlap::queue, Overlap::replace, Overlap::allow}[pick(4)];
    if (pick(2) == 0) job_.max_instances = 1 + static_cast<int>(pick(5));
    schedule_ =
        schedule_of(job_, make::zone(std::vector{"UTC", "Europe/Berlin", "Australia/Lord_Howe"}[pick(3)]), kBegin);
  }

  void live() {
    const auto first = first_due(job_, schedule_, kBegin);
    if (!first) return;
    next_due_ = *first;
    for (Due now = kBegin; now < kBegin + 60 * 24h && next_due_;) {
      now += std::chrono::seconds(1 + pick(pick(3) == 0 ? 5 * 86400 : 7200));
      if (*next_due_ <= now) take(now);
    }
    EXPECT_EQ(told_, count_dues(schedule_, *first, last_)) << to_text(job_.trigger);
  }

 private:
  static constexpr Due kBegin = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};  // 29 March and 5 April follow

  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  Rule random_rule() {
    const char* crons[] = {"*/5 * * * *", "30 2 * * *", "*/30 1-3 * * *", "0 12 * * 1-5", "15 0 L * *", "7,37 * * * *"};
    const char* spans[] = {"90s", "7m", "1h", "5h", "1d", "2d3h"};
    if (pick(2) == 0) return make::rule(crons[pick(std::size(crons))]);
    return EveryRule{make::span(spans[pick(std::size(spans))])};
  }

  /// One turn of the loop: what it tells follows on what was told before, without a hole or a repetition.
  void take(Due now) {
    const Busy busy{static_cast<int>(pick(3)), static_cast<int>(pick(3)), std::nullopt};
    const DueJob due{job_, schedule_, *next_due_, std::nullopt, 0};
    const Decision decision = decide(due, busy, now, now - std::chrono::seconds(pick(86400)));
    Due expected = *next_due_;
    for (const Account& part : in_order(decision)) {
      EXPECT_EQ(part.first, expected) << to_text(job_.trigger);
      EXPECT_EQ(part.count, count_dues(schedule_, part.first, part.last));
      told_ += part.count;
      last_ = part.last;
      expected = rounds::next_due(schedule_, part.last).value_or(kLatestDue);
    }
    EXPECT_LE(last_, now);
    EXPECT_GT(expected, now) << "nothing that is past is left";
    EXPECT_EQ(decision.watermark, last_);
    EXPECT_EQ(decision.next_due, rounds::next_due(schedule_, now));
    next_due_ = decision.next_due;
  }

  /// Accounts and starts as one list by time.
  static std::vector<Account> in_order(const Decision& decision) {
    std::vector<Account> all = decision.accounts;
    for (const Occurrence& start : decision.starts) {
      all.push_back({Verdict::succeeded, std::nullopt, start.due, start.due, 1, std::nullopt});
    }
    std::sort(all.begin(), all.end(), [](const Account& a, const Account& b) { return a.first < b.first; });
    return all;
  }

  std::mt19937 random_;
  Job job_;
  Schedule schedule_{{}, Zone::utc()};
  std::optional<Due> next_due_;
  std::int64_t told_ = 0;
  Due last_ = kBegin;
};

TEST(Decide, AccountsForEveryDueExactlyOnceWhateverHappens) {
  for (unsigned seed = 1; seed <= 400 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History(seed).live();
  }
}

}  // namespace
}  // namespace rounds
