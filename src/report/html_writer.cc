#include "report/html_writer.h"

#include "report/style.h"

namespace rounds {

namespace {

/// What a reader wants to know of the change beside its kind.
std::string note_of(const Html& page, const FindingChange& change) {
  std::string note;
  const auto add = [&](const std::string& text) { note += (note.empty() ? "" : std::string(page.say("list"))) + text; };
  if (!change.was.empty()) add(page.fill("was", page.word("severity", change.was)));
  if (!change.accepted) return note;
  if (!change.accepted->owner.empty()) add(page.fill("accepted_by", escape_html(change.accepted->owner)));
  add(change.accepted->until.empty() ? std::string(page.say("accepted_for_good"))
                                     : page.fill("accepted_until", escape_html(brief(change.accepted->until))));
  if (!change.accepted->reason.empty()) add(escape_html(change.accepted->reason));
  return note;
}

void write_change(Html& page, const FindingChange& change) {
  const std::string title = page.title(change.id, change.title);
  page.put("<tr><td>{}</td><td>{}</td><td>{}{}<code>{}</code></td><td>{}</td>",
           page.word("change", to_text(change.kind)), escape_html(change.target), title, title.empty() ? "" : "<br>",
           escape_html(change.id), change.severity.empty() ? "–" : page.word("severity", change.severity));
  page.put("<td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td></tr>\n", or_dash(change.subject),
           or_dash(brief(change.since)), change.days_open ? std::to_string(*change.days_open) : "–",
           note_of(page, change));
}

}  // namespace

void Html::open_table(std::string_view caption, std::initializer_list<MessageId> headings) {
  put("<table>\n<caption>{}</caption>\n<thead><tr>", caption);
  for (const MessageId id : headings) heading(say(id));
  raw("</tr></thead>\n<tbody>\n");
}

void Html::term(MessageId name, std::string_view text) {
  if (!text.empty()) put("<dt>{}</dt><dd>{}</dd>\n", say(name), escape_html(text));
}

void open_page(Html& page, const std::string& title) {
  page.put("<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n",
           page.language() == Language::zh ? "zh-Hans" : "en");
  page.raw(
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
      "content=\"light dark\">\n");
  // Should a text ever get past the escapes, it still could not load or run anything.
  page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
  page.put("<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n", title, kStyle);
}

void close_page(Html& page) { page.raw("</body>\n</html>\n"); }

void write_changes(Html& page, const std::vector<FindingChange>& changes) {
  page.open_section("changes", "changes");
  if (changes.empty()) {
    page.put("<p>{}</p>\n", page.say("no_changes"));
  } else {
    std::string counts;
    for (int i = 0; i <= static_cast<int>(ChangeKind::accepted); ++i) {
      const auto kind = static_cast<ChangeKind>(i);
      const auto count = count_changes(changes, kind);
      if (count == 0) continue;
      counts += (counts.empty() ? "" : std::string(page.say("list"))) +
                page.fill("count_and_word", count, page.word("change", to_text(kind)));
    }
    page.put("<p>{}</p>\n", counts);
    page.open_table(page.say("changes_caption"),
                    {"change", "instance", "check", "severity", "subject", "first_seen", "days_open", "note"});
    for (const FindingChange& change : changes) write_change(page, change);
    page.close_table();
  }
  page.close_section();
}

std::string or_dash(std::string_view text) { return text.empty() ? "–" : escape_html(text); }

}  // namespace rounds
