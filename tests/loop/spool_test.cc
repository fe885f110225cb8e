#include "loop/spool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "loop/state_fixture.h"
#include "store/output.h"

namespace rounds {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

const Marker kProcess{123, std::chrono::nanoseconds(456)};

class Spool : public StateTest {
 protected:
  Spool() {
    state_.most_spares = 2;
    define(every("j", "1h"), kStart);
  }

  fs::path path(const std::string& name) const { return store_.spool() / name; }
  /// A run that has its verdict, with its files still there.
  Run ended(const std::string& output = "") {
    Run run = insert({.due = make::utc(kStart) + std::chrono::hours(++count_)}, "j");
    write_output(run, output);
    link(path(output_name(run)).c_str(), path(marker_name(run, kProcess)).c_str());
    run.phase = Phase::ended;
    run.verdict = Verdict::succeeded;
    run.finished_at = state_.now.wall;
    run.output_bytes = static_cast<std::int64_t>(output.size());
    store_.write([&] { end_run(store_, run); });
    return run;
  }
  void write_output(const Run& run, const std::string& bytes) const {
    std::ofstream(path(output_name(run))) << bytes;
    ASSERT_EQ(chmod(path(output_name(run)).c_str(), 0600), 0);
  }
  void leave(const Run& run) { state_.to_clean.push_back({run, kProcess}); }
  Names files() const {
    Names names;
    for (const auto& entry : fs::directory_iterator(store_.spool())) {
      if (spool_name_from_text(entry.path().filename())) names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  int count_ = 0;

  /// What a clean leaves of a run whose output is held open that way.
  Names left_by_one_held_open(int flags) {
    const Run run = ended("text");
    const Fd held(open(path(output_name(run)).c_str(), flags | O_CLOEXEC));
    EXPECT_TRUE(held);
    leave(run);
    EXPECT_FALSE(clean_some(state_, 1));
    EXPECT_EQ(take_spare(state_), "");
    return files();
  }
};

TEST_F(Spool, KeepsAnEmptiedOutputForTheNextRun) {
  const Run run = ended("text");
  leave(run);
  EXPECT_FALSE(clean_some(state_, 10));
  EXPECT_EQ(files(), Names{output_name(run)}) << "and no marker";
  EXPECT_EQ(fs::file_size(path(output_name(run))), 0u);
  EXPECT_EQ(take_spare(state_), output_name(run));
  EXPECT_EQ(take_spare(state_), "") << "each once";
}

TEST_F(Spool, LeavesNoSpareUnderTheNameOfARunThatStartsOver) {
  const Run run = ended("text");
  clear_way(state_, run, kProcess);
  EXPECT_EQ(files(), Names{});
  EXPECT_EQ(take_spare(state_), "");
}

TEST_F(Spool, CleansUpForASpareWhenThereIsNone) {
  const Run run = ended();
  leave(run);
  EXPECT_EQ(take_spare(state_), output_name(run));
}

TEST_F(Spool, KeepsNoMoreSparesThanItIsTo) {
  for (int i = 0; i < 4; ++i) leave(ended());
  EXPECT_FALSE(clean_some(state_, 10));
  EXPECT_EQ(files().size(), 2u);
  drop_spares(state_);
  EXPECT_EQ(files(), Names{});
}

TEST_F(Spool, GivesNoOutputAwayThatALeftoverProcessMayWriteTo) {
  EXPECT_EQ(left_by_one_held_open(O_WRONLY | O_APPEND), Names{});
}

TEST_F(Spool, GivesNoOutputAwayThatSomebodyReads) { EXPECT_EQ(left_by_one_held_open(O_RDONLY), Names{}); }

TEST_F(Spool, GivesNoOutputAwayThatHasAnotherName) {
  const Run run = ended("text");
  link(path(output_name(run)).c_str(), path("mine").c_str());
  leave(run);
  clean_some(state_, 1);
  EXPECT_EQ(take_spare(state_), "");
  EXPECT_EQ(scratch::text_of(path("mine")), "text");
}

TEST_F(Spool, GivesNoOutputAwayThatOthersMayOpen) {
  const Run run = ended();
  ASSERT_EQ(chmod(path(output_name(run)).c_str(), 0644), 0);
  leave(run);
  clean_some(state_, 1);
  EXPECT_EQ(take_spare(state_), "");
  EXPECT_EQ(files(), Names{});
}

TEST_F(Spool, LeavesALargeOutputWhereItIs) {
  const Run run = ended(std::string(static_cast<std::size_t>(kSmallOutput) + 1, 'x'));
  leave(run);
  clean_some(state_, 1);
  EXPECT_EQ(take_spare(state_), "");
  EXPECT_EQ(files(), Names{output_name(run)});
}

TEST_F(Spool, ShowsNobodyTheOutputOfTheRunThatTookTheFileOver) {
  const Run first = ended();
  leave(first);
  const std::string spare = take_spare(state_);
  std::ofstream(path(spare)) << "another's secret";
  EXPECT_EQ(read_output(store_, first), "");
}

TEST_F(Spool, FindsTheMarkerOfARunByItsKey) {
  const Run run = ended();
  Run other = run;
  other.spool_key += 1;
  EXPECT_EQ(find_marker(state_, run), kProcess);
  EXPECT_EQ(find_marker(state_, other), std::nullopt);
}

TEST_F(Spool, LooksForTheMarkerWhenItIsNotKnown) {
  const Run run = ended();
  clean(state_, run, std::nullopt, false);
  EXPECT_EQ(files(), Names{output_name(run)}) << "a spare";
}

TEST_F(Spool, SweepsAtStartWhatAKilledLoopLeft) {
  const Run done = ended();
  const Run large = ended(std::string(static_cast<std::size_t>(kSmallOutput) + 1, 'x'));
  const Run open = insert({.due = make::utc(kStart)}, "j");
  write_output(open, "so far");
  std::ofstream(path("999-00000000000000ab.out")) << "of a run that nobody knows";
  sweep_spool(state_);
  EXPECT_EQ(files(), (Names{output_name(large), output_name(open), "999-00000000000000ab.out"}))
      << "unknown ones stay for a day";
}

}  // namespace
}  // namespace rounds
