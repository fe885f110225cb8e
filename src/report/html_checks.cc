#include <map>

#include "report/html_sections.h"

namespace rounds {

namespace {

/// The checks of each category that were ok, in one paragraph each. Titles name what is looked for: beside them, "ok"
/// would say the opposite.
void write_ok(Html& page, const DocumentTarget& target) {
  std::map<std::string, std::string> by_category;
  for (const DocumentEntry& entry : target.checks) {
    if (entry.outcome != "ok") continue;
    std::string& list = by_category[entry.category];
    list += list.empty() ? "" : std::string(page.say("list"));
    list += fmt::format("{} <code>{}</code>", page.title(entry.id, entry.title), escape_html(entry.id));
  }
  for (const auto& [category, list] : by_category) {
    const std::string name = page.fill("looked_for", page.word("category", category));
    page.put("<p><strong>{}</strong>{}{}</p>\n", name, page.say("colon"), list);
  }
}

std::string outcome_of(const DocumentEntry& entry) { return entry.accepted ? "accepted" : entry.outcome; }

struct Others {
  std::string checks{};
  int count = 0;
};

/// Checks with the same outcome for the same reason stand together: a server that was not reached gives one row.
void write_others(Html& page, const DocumentTarget& target) {
  std::map<std::pair<std::string, std::string>, Others> by_reason;
  for (const DocumentEntry& entry : target.checks) {
    if (entry.outcome == "ok" || entry.outcome == "finding") continue;
    Others& others = by_reason[{outcome_of(entry), entry.reason}];
    others.checks += (others.count++ == 0 ? "" : ", ") + fmt::format("<code>{}</code>", escape_html(entry.id));
    if (!entry.subject.empty()) others.checks += " " + escape_html(entry.subject);
  }
  if (by_reason.empty()) return;
  page.open_table(page.say("not_ok"), {"outcome", "check", "reason"});
  for (const auto& [key, others] : by_reason) {
    page.put("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", page.word("outcome", key.first), others.checks,
             or_dash(key.second));
  }
  page.close_table();
}

/// How many checks came to which end, and the ids of those with findings.
void write_summary(Html& page, const DocumentTarget& target) {
  std::map<std::string, int> counts;
  std::string found;
  for (const DocumentEntry& entry : target.checks) {
    ++counts[outcome_of(entry)];
    const std::string id = fmt::format("<code>{}</code>", escape_html(entry.id));
    if (entry.outcome == "finding" && !found.ends_with(id)) found += (found.empty() ? "" : ", ") + id;
  }
  std::string summary;
  for (const auto& [outcome, count] : counts) {
    summary += fmt::format("{}{}{}{}", summary.empty() ? "" : page.say("list"), page.word("outcome", outcome),
                           page.say("colon"), count);
  }
  page.put("<p>{}</p>\n", summary);
  if (!found.empty()) page.put("<p><strong>{}</strong>{}{}</p>\n", page.say("findings"), page.say("colon"), found);
}

struct Sent {
  std::int64_t count = 0, ms = 0, rows = 0;
};

}  // namespace

void write_everything(Html& page, const Document& document) {
  page.open_section("everything", "everything");
  for (const DocumentTarget& target : document.targets) {
    page.put("<h3>{}</h3>\n", escape_html(target.name));
    write_summary(page, target);
    write_ok(page, target);
    write_others(page, target);
  }
  page.close_section();
}

void write_statements(Html& page, const Document& document) {
  page.open_section("statements", "statements");
  page.put("<p>{}</p>\n", page.say("statements_note"));
  page.open_table(page.say("statements_caption"), {"instance", "count", "took", "rows", "asked_by"});
  for (const DocumentTarget& target : document.targets) {
    std::map<std::string, Sent> by_id;
    Sent all;
    for (const DocumentStatement& statement : target.statements) {
      for (Sent* sent : {&by_id[statement.asked_by], &all}) {
        ++sent->count;
        sent->ms += statement.duration_ms;
        sent->rows += statement.rows;
      }
    }
    page.put("<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>",
             escape_html(target.name), all.count, all.ms, all.rows);
    bool first = true;
    for (const auto& [id, sent] : by_id) {
      page.put("{}{} {}×, {} ms", first ? "" : "; ", escape_html(id), sent.count, sent.ms);
      first = false;
    }
    page.put("{}</td></tr>\n", first ? "–" : "");
  }
  page.close_table();
  page.close_section();
}

}  // namespace rounds
