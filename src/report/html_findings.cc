#include <algorithm>
#include <array>

#include "report/html_sections.h"

namespace rounds {

namespace {

constexpr std::array<std::string_view, 3> kWorstFirst{"critical", "warning", "info"};

struct Place {
  const DocumentTarget* target;
  const DocumentEntry* entry;
};

/// The findings of one check with one severity, wherever they are: their cause and remedy are told once.
struct Group {
  std::string id;
  std::vector<Place> places{};
};

std::vector<Group> groups_of(const Document& document, std::string_view severity) {
  std::vector<Group> groups;
  for (const DocumentTarget& target : document.targets) {
    for (const DocumentEntry& entry : target.checks) {
      if (entry.severity != severity) continue;
      auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& one) { return one.id == entry.id; });
      if (group == groups.end()) group = groups.insert(groups.end(), {entry.id});
      group->places.push_back({&target, &entry});
    }
  }
  return groups;
}

void write_place(Html& page, const Place& place) {
  const DocumentEntry& entry = *place.entry;
  page.put("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>", escape_html(place.target->name),
           or_dash(entry.subject), or_dash(shown(entry.value)), or_dash(shown(entry.threshold)),
           or_dash(brief(entry.since)));
  for (std::size_t i = 0; i < entry.evidence.size(); ++i)
    page.put("{}<code>{}</code>", i == 0 ? "" : "<br>", escape_html(entry.evidence[i]));
  page.raw("</td></tr>\n");
}

void write_group(Html& page, std::string_view severity, const Group& group) {
  const DocumentEntry& first = *group.places.front().entry;
  page.put("<article class=\"{}\">\n<h3><span class=\"severity\">{}</span> {} <code>{}</code></h3>\n", severity,
           page.word("severity", severity), page.title(first.id, first.title), escape_html(first.id));
  page.open_table(page.say("where_found"), {"instance", "subject", "found", "threshold", "first_seen", "evidence"});
  for (const Place& place : group.places) write_place(page, place);
  page.close_table();
  page.raw("<dl>\n");
  page.term("category", word(page.language(), "category", first.category));
  page.term("cause", first.cause);
  page.term("remedy", first.remedy);
  page.term("remedy_risk", word(page.language(), "remedy_risk", first.remedy_risk));
  page.raw("</dl>\n</article>\n");
}

}  // namespace

void write_findings(Html& page, const Document& document) {
  page.open_section("findings", "findings");
  bool any = false;
  for (const auto severity : kWorstFirst) {
    for (const Group& group : groups_of(document, severity)) {
      write_group(page, severity, group);
      any = true;
    }
  }
  if (!any) page.put("<p>{}</p>\n", page.say("none"));
  page.close_section();
}

}  // namespace rounds
