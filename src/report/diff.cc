#include "report/diff.h"

#include <algorithm>

#include "core/json.h"
#include "error.h"
#include "report/html_writer.h"
#include "report/markdown.h"
#include "report/text.h"

namespace rounds {

namespace {

/// One target in both inspections; null: it was not inspected in that one.
struct Pair {
  std::string name;
  const DocumentTarget* before = nullptr;
  const DocumentTarget* after = nullptr;
};

std::vector<Pair> pairs_of(const Document& before, const Document& after) {
  std::vector<Pair> pairs;
  for (const DocumentTarget& target : after.targets) pairs.push_back({target.name, nullptr, &target});
  for (const DocumentTarget& target : before.targets) {
    auto pair = std::find_if(pairs.begin(), pairs.end(), [&](const Pair& one) { return one.name == target.name; });
    if (pair == pairs.end()) pair = pairs.insert(pairs.end(), {target.name});
    pair->before = &target;
  }
  return pairs;
}

std::string score_of(const DocumentTarget* target, Language language) {
  if (target == nullptr) return std::string(say(language, "not_inspected"));
  return target->score ? std::to_string(*target->score) : std::string(say(language, "na"));
}

void write_side(JsonWriter& json, const char* name, const Document& document) {
  json.key(name)
      .begin_object()
      .field("inspection", document.inspection)
      .field("at", document.at)
      .field("tier", document.tier)
      .end_object();
}

void write_pair(JsonWriter& json, const Pair& pair) {
  const auto score = [](const DocumentTarget* target) { return target == nullptr ? std::nullopt : target->score; };
  const auto coverage = [](const DocumentTarget* target) {
    return target == nullptr ? std::nullopt : std::optional(target->coverage);
  };
  json.begin_object()
      .field("name", pair.name)
      .field("score_before", score(pair.before))
      .field("score", score(pair.after));
  json.field("coverage_before", coverage(pair.before)).field("coverage", coverage(pair.after)).end_object();
}

void write_text_or_null(JsonWriter& json, const char* name, const std::string& text) {
  json.field(name, text.empty() ? std::nullopt : std::optional(text));
}

void write_change(JsonWriter& json, const FindingChange& change) {
  json.begin_object().field("change", to_text(change.kind)).field("target", change.target).field("id", change.id);
  write_text_or_null(json, "title", change.title);
  write_text_or_null(json, "subject", change.subject);
  write_text_or_null(json, "severity", change.severity);
  write_text_or_null(json, "severity_before", change.was);
  write_text_or_null(json, "since", change.since);
  json.field("days_open", change.days_open).end_object();
}

std::string as_json(const Document& before, const Document& after) {
  JsonWriter json;
  json.begin_object().field("schema", 1);
  write_side(json, "before", before);
  write_side(json, "after", after);
  json.key("targets").begin_array();
  for (const Pair& pair : pairs_of(before, after)) write_pair(json, pair);
  json.end_array().key("changes").begin_array();
  for (const FindingChange& change : changes_between(before, after)) write_change(json, change);
  json.end_array().end_object();
  return json.text() + "\n";
}

std::string heading_of(const Document& before, const Document& after, Language language) {
  return fmt::format(fmt::runtime(say(language, "comparison")), after.inspection, before.inspection);
}

std::string as_text(const Document& before, const Document& after, Language language) {
  std::string text = heading_of(before, after, language) + "\n";
  text += fmt::format(fmt::runtime(say(language, "from_to")), escape_line(before.at), escape_line(after.at)) + "\n\n";
  for (const Pair& pair : pairs_of(before, after)) {
    const std::string scores = score_of(pair.before, language) + " → " + score_of(pair.after, language);
    text += fmt::format("{}  {}{}{}\n", escape_line(pair.name), say(language, "score"), say(language, "colon"), scores);
  }
  return text + "\n" + text_changes(changes_between(before, after), language);
}

std::string as_markdown(const Document& before, const Document& after, Language language) {
  std::string text = "# " + heading_of(before, after, language) + "\n\n";
  text += fmt::format(fmt::runtime(say(language, "from_to")), escape_markdown(before.at), escape_markdown(after.at)) +
          "\n\n";
  text += fmt::format("| {} | {} | {} |\n| --- | --- | --- |\n", say(language, "instance"),
                      say(language, "score_before"), say(language, "score_now"));
  for (const Pair& pair : pairs_of(before, after)) {
    text += fmt::format("| {} | {} | {} |\n", escape_markdown(pair.name), score_of(pair.before, language),
                        score_of(pair.after, language));
  }
  return text + markdown_changes(changes_between(before, after), language);
}

std::string as_html(const Document& before, const Document& after, Language language) {
  Html page(language);
  const std::string heading = heading_of(before, after, language);
  open_page(page, heading);
  page.put("<header>\n<h1>{}</h1>\n<p>{}</p>\n</header>\n<main>\n", heading,
           page.fill("from_to", escape_html(before.at), escape_html(after.at)));
  page.open_section("scorecard", "scorecard");
  page.open_table(page.say("scores"), {"instance", "score_before", "score_now"});
  for (const Pair& pair : pairs_of(before, after)) {
    page.put("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", escape_html(pair.name),
             score_of(pair.before, language), score_of(pair.after, language));
  }
  page.close_table();
  page.close_section();
  write_changes(page, changes_between(before, after));
  page.raw("</main>\n");
  close_page(page);
  return page.text();
}

}  // namespace

std::string render_diff(ReportFormat format, const Document& before, const Document& after, Language language) {
  switch (format) {
    case ReportFormat::text: return as_text(before, after, language);
    case ReportFormat::json: return as_json(before, after);
    case ReportFormat::html: return as_html(before, after, language);
    case ReportFormat::markdown: return as_markdown(before, after, language);
    case ReportFormat::csv: break;
  }
  throw Error(Fault::usage, "a comparison is not written as csv", "--format text, json, html or markdown");
}

}  // namespace rounds
