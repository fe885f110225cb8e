#pragma once
#include <string>
#include <utility>
#include <vector>

#include "time/make.h"
#include "time/naive_rule.h"

// Rules beside their naive counterparts, of all forms.
namespace rounds {

struct Spelling {
  std::string text;
  Rule rule;
  naive::Calendar calendar;
};

inline Spelling by_cron(const std::string& text) { return {text, make::rule(text), naive::of_cron(text)}; }

inline Spelling by_table(const std::vector<std::pair<std::string, std::string>>& fields) {
  CronTable table;
  for (const auto& [name, text] : fields) table.push_back({cron_field_from_text(name).value(), text});
  std::size_t wrong = 0;
  const auto parsed = parse_cron(table, "job", wrong);
  if (const auto* error = std::get_if<ParseError>(&parsed)) ADD_FAILURE() << to_text(table) << ": " << error->message;
  return {to_text(table), CronRule{std::get<Cron>(parsed), to_text(table), table},
          naive::of_table({fields.begin(), fields.end()})};
}

inline Spelling by_phrase(const std::string& text, naive::Calendar calendar) {
  const auto parsed = parse_every(text);
  if (const auto* error = std::get_if<ParseError>(&parsed)) ADD_FAILURE() << text << ": " << error->message;
  return {"every " + text, std::get<EveryRule>(parsed), std::move(calendar)};
}

/// What is anchored is anchored here: a 31st, so that months have to clamp.
inline const Due kAnchor = make::utc("1968-10-31T12:00:00Z");

inline Schedule schedule_for(const Spelling& spelling, const Zone& zone) {
  return {.trigger = {{spelling.rule}}, .zone = zone, .anchor = kAnchor};
}

}  // namespace rounds
