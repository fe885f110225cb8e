#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "error.h"
#include "selftest/processes.h"
#include "selftest/trials.h"
#include "store/jobs.h"
#include "store/ledger.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kEditors = 8;
constexpr int kBeside = 10;  ///< jobs that are due each second meanwhile
constexpr std::chrono::seconds kPatience{60};

/// One who types one command after another.
struct Editor {
  int number = 0;
  int given = 0;  ///< commands so far, the one that runs included
  int share = 0;
  Edit edit{};
  pid_t pid = 0;
  Fd pidfd{};
  Clock::time_point began{};
};

struct Answers {
  std::map<std::string, JobTruth> acknowledged{};
  std::vector<std::string> refused{};
  std::vector<milliseconds> took{};
};

std::string name_beside(int number) { return "beside-" + std::to_string(number); }

std::string job_file() {
  std::string text;
  for (int i = 0; i < kBeside; ++i) {
    text += fmt::format("[job.{}]\ntrigger = {{ every = \"1s\" }}\ncommand = \":\"\nworking_dir = \"/\"\n\n",
                        name_beside(i));
  }
  return text;
}

/// Begins the editor's next command; false when it has given all of them.
bool go_on(const Bed& bed, Editor& editor) {
  if (editor.given == editor.share) return false;
  editor.edit = edit_of(editor.number, editor.given++);
  editor.began = Clock::now();
  editor.pid = start_command(bed, editor.edit.words);
  editor.pidfd = open_pidfd(editor.pid).value();
  return true;
}

void conclude(Answers& answers, const Editor& editor) {
  answers.took.push_back(std::chrono::duration_cast<milliseconds>(Clock::now() - editor.began));
  const int status = bury(editor.pid);
  if (status == 0) {
    answers.acknowledged[editor.edit.job] = editor.edit.truth;
  } else {
    answers.refused.push_back(fmt::format("rounds {}: exit {}", fmt::join(editor.edit.words, " "), status));
  }
}

Answers let_them_edit(const Bed& bed, int edits, Progress& progress) {
  std::array<Editor, kEditors> editors;
  std::vector<Editor*> busy;
  for (int i = 0; i < kEditors; ++i) {
    editors[static_cast<std::size_t>(i)] = {.number = i, .share = edits / kEditors + (i < edits % kEditors ? 1 : 0)};
  }
  for (Editor& editor : editors) {
    if (go_on(bed, editor)) busy.push_back(&editor);
  }
  Answers answers;
  while (!busy.empty()) {
    std::vector<int> fds;
    for (const Editor* editor : busy) fds.push_back(editor->pidfd.get());
    const std::vector<int> ended = bed.vigil.wait(fds, in(kPatience));
    if (ended.empty()) throw Error(Fault::internal, "an editor's command did not end in a minute");
    std::erase_if(busy, [&](Editor* editor) {
      if (std::find(ended.begin(), ended.end(), editor->pidfd.get()) == ended.end()) return false;
      conclude(answers, *editor);
      progress.show("edits", static_cast<int>(answers.took.size()), edits);
      return !go_on(bed, *editor);
    });
  }
  return answers;
}

std::map<std::string, JobTruth> stored_truth(const Bed& bed) {
  Store store = Store::open_read_only(bed.store());
  std::map<std::string, JobTruth> truth;
  for (const StoredJob& job : all_jobs(store, true)) {
    if (!is_edited(job.job.name.text())) continue;
    truth[job.job.name.text()] = {job.removed_at.has_value(), job.paused_at.has_value(), job.job.task.command};
  }
  return truth;
}

std::int64_t percentile(std::vector<milliseconds> took, std::size_t percent) {
  if (took.empty()) return 0;
  std::sort(took.begin(), took.end());
  return took[(took.size() - 1) * percent / 100].count();
}

}  // namespace

Trial try_editors(Bed& bed, int edits, Progress& progress) {
  write_jobs(bed, job_file());
  launch_scheduler(bed);
  await_scheduler(bed);
  Dues dues{.first = await_jobs(bed, kBeside), .last = {}};
  const Answers answers = let_them_edit(bed, edits, progress);
  const std::vector<std::string> wrong = untrue(answers.acknowledged, stored_truth(bed));
  dues.last = come_to_rest(bed);
  const int status = stop_scheduler(bed);

  Store store = Store::open_read_only(bed.store());
  std::vector<std::string> names;
  for (int i = 0; i < kBeside; ++i) names.push_back(name_beside(i));
  Findings findings;
  judge_occurrences(findings, names, history(store, {.limit = 0}), dues);

  Trial trial{.name = "editors", .done = edits, .deeds = fmt::format("{} by {}", edits, kEditors)};
  count(trial, "refused", answers.refused);
  count(trial, "untrue", wrong);
  count(trial, "lost", findings.lost);
  count_any(trial, "double", findings.twice);
  count_any(trial, "wrong", findings.wrong);
  count_any(trial, "left over", leftovers(bed, status));
  trial.times_ms = {{"p50", percentile(answers.took, 50)}, {"p99", percentile(answers.took, 99)}};
  return trial;
}

}  // namespace rounds
