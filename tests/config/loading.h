#pragma once
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "config/load.h"
#include "time/stamp.h"

namespace rounds::testing {

inline Due due(std::string_view text) { return parse_utc(text).value(); }

/// Parses as a file `jobs.toml` of /srv/jobs, on 1 March 2026, in UTC where the text names no zone.
inline LoadedFile load(std::string_view text) {
  LoadContext context;
  context.now.wall = due("2026-03-01T12:00:00Z");
  context.base_dir = "/srv/jobs";
  return parse_jobs(text, "jobs.toml", context);
}

/// The one job of a text without problems.
inline Job load_one(std::string_view text) {
  const LoadedFile file = load(text);
  EXPECT_EQ(render(file.problems), "");
  EXPECT_EQ(file.jobs.size(), 1u);
  return file.jobs.at(0).job;
}

/// A job that needs nothing more, with further lines in its table.
inline std::string job_with(std::string_view lines) {
  return "[job.a]\ncommand = \"true\"\ntrigger = { every = \"1h\" }\n" + std::string(lines) + "\n";
}

/// All problems of the text as they are shown.
inline std::string problems_of(std::string_view text) { return render(load(text).problems); }

}  // namespace rounds::testing
