#include <algorithm>

#include "cli/commands.h"
#include "cli/doctor_checks.h"
#include "cli/exit_code.h"
#include "cli/job_edits.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "loop/clock_steps.h"
#include "time/stamp.h"

namespace rounds {

namespace {

struct Label {
  const char* word;
  Tone tone;
};

Label label_of(Health health) {
  switch (health) {
    case Health::ok: return {"ok", Tone::good};
    case Health::warning: return {"warning", Tone::warning};
    case Health::problem: return {"problem", Tone::bad};
  }
  return {"", Tone::plain};
}

void print_findings(const std::vector<Finding>& findings, const Context& context) {
  Listing table{"checks", {{"check", "CHECK"}, {"state", "STATE"}, {"text", "FOUND"}, {"hint", ""}}, {}};
  for (const Finding& one : findings) {
    const auto [word, tone] = label_of(one.health);
    table.rows.push_back({{one.what}, {std::string(word), "", tone}, {one.text}, {one.hint.empty() ? Value() : Value(one.hint)}});
  }
  print_table(table, context.global);
  if (!for_people(context.global)) return;
  for (const Finding& one : findings) {
    if (!one.hint.empty()) print_hint(one.what + ": " + one.hint);
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
  const std::vector<Finding> findings = examine(context);
  print_findings(findings, context);
  const bool ill = std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.health == Health::problem; });
  return ill ? exit_code::failed : exit_code::ok;
}

}  // namespace rounds
