#include "selftest/plan.h"

#include <signal.h>

#include <random>

namespace rounds {

namespace {

using std::chrono::milliseconds;

constexpr char kEdited[] = "edited-";

// The library's distributions differ from one to another; a remainder does not.
std::int64_t draw(std::mt19937_64& random, std::int64_t first, std::int64_t last) {
  return first + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(last - first + 1));
}

/// Often shorter than a start takes, so that births are hit too.
milliseconds draw_pause(std::mt19937_64& random) {
  return milliseconds(draw(random, 1, 100) <= 30 ? draw(random, 0, 60) : draw(random, 60, 700));
}

Victim draw_victim(std::mt19937_64& random) {
  const std::int64_t lot = draw(random, 1, 100);
  return lot <= 40 ? Victim::scheduler : lot <= 70 ? Victim::keeper : Victim::both;
}

std::uint32_t hash(const std::string& text, std::uint32_t h) {
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 16777619U;  // FNV-1a
  return h ^ h >> 15;
}

}  // namespace

std::vector<Strike> plan_strikes(std::uint64_t seed, int count) {
  std::mt19937_64 random(seed);
  std::vector<Strike> strikes;
  for (int i = 0; i < count; ++i) {
    Strike strike;
    strike.pause = draw_pause(random);
    strike.victim = draw_victim(random);
    strike.keeper_first = draw(random, 0, 1) == 1;
    strike.pick = static_cast<std::size_t>(draw(random, 0, 1000));
    strikes.push_back(strike);
  }
  return strikes;
}

Fate fate_of(const std::string& job, const std::string& due, const std::string& attempt, milliseconds shortest,
             milliseconds longest) {
  const std::uint32_t h = hash(attempt, hash(due, hash(job, 2166136261U)));
  Fate fate;
  fate.length = shortest + milliseconds(h % (longest - shortest + milliseconds(1)).count());
  fate.output_bytes = h / 7 % 3000;
  const std::uint32_t lot = h / 101 % 100;
  if (lot >= 95) {
    fate.signal = SIGTERM;
  } else if (lot >= 88) {
    fate.signal = SIGKILL;
  } else if (lot >= 70) {
    fate.exit_code = 1 + static_cast<int>(h / 211 % 120);
  }
  return fate;
}

Edit edit_of(int editor, int number) {
  const std::string job = kEdited + std::to_string(editor) + "-" + std::to_string(number / 5);
  switch (number % 5) {
    case 0: return {job, {"add", job, "--every", "1h", "--command", "exit 1"}, {false, false, "exit 1"}};
    case 1: return {job, {"pause", job}, {false, true, "exit 1"}};
    case 2: return {job, {"add", job, "--every", "1h", "--command", "exit 2", "--replace"}, {false, true, "exit 2"}};
    case 3: return {job, {"resume", job}, {false, false, "exit 2"}};
    default: return {job, {"remove", job, "--yes"}, {true, false, "exit 2"}};
  }
}

bool is_edited(const std::string& job) { return job.starts_with(kEdited); }

}  // namespace rounds
