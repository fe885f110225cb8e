#include "time/words.h"

#include <fmt/format.h>

#include "time/bits.h"
#include "time/stamp.h"
#include "time/word_list.h"

namespace rounds {

namespace chr = std::chrono;

namespace {

std::string_view unit_name(char letter) {
  switch (letter) {
    case 'w': return "week";
    case 'd': return "day";
    case 'h': return "hour";
    case 'm': return "minute";
    default: return "second";
  }
}

/// `90 minutes` as a distance, `minute` or `90 minutes` as a step.
std::string step_in_words(chr::seconds length) {
  const std::string text = length_in_words(length);
  return text.starts_with("1 ") && text.find(" and ") == text.npos ? text.substr(2) : text;
}

std::string moment_words(Due due, const Zone& zone) {
  const std::string text = local_text(due, zone);
  return text.substr(0, text.rfind(' '));
}

std::string words_of(const CronRule& rule, const Zone&) { return in_words(rule.cron); }

std::string words_of(const EveryRule& rule, const Zone&) {
  if (rule.pattern && rule.unit == chr::days{1}) return in_words(*rule.pattern);
  if (rule.phrase.empty()) return "every " + step_in_words(rule.step.flat());
  return "every " + rule.phrase;
}

std::string words_of(const AtRule& rule, const Zone& zone) {
  constexpr std::size_t most = 3;
  const std::size_t n = rule.instants.size();
  if (n == 1) return "once, " + moment_words(rule.instants[0], zone);
  if (n > most) {
    return fmt::format("{} times, {} to {}", n, moment_words(rule.instants.front(), zone),
                       moment_words(rule.instants.back(), zone));
  }
  std::vector<std::string> texts;
  for (const Due due : rule.instants) texts.push_back(moment_words(due, zone));
  return "once each, " + listed(texts);
}

std::string words_of(const RandomRule& rule, const Zone&) {
  std::string min = length_in_words(rule.min);
  const std::string max = length_in_words(rule.max);
  if (min == max) return max + " after the due before";
  const std::string unit = min.substr(min.find(' '));
  const bool same_unit = max.ends_with(unit) && max.find(' ') == max.size() - unit.size();
  if (same_unit) min.erase(min.size() - unit.size());
  return fmt::format("{} to {} after the due before", min, max);
}

std::string words_of(const DelayRule& rule, const Zone&) {
  return length_in_words(rule.length) + " after the run before has ended";
}

std::string words_of(const OnRule& rule, const Zone&) {
  switch (rule.event) {
    case OnRule::Event::start: return "when the scheduler starts";
    case OnRule::Event::boot: return "when the machine boots";
  }
  return {};
}

std::string gap_words(ClockChange::Gap gap) {
  switch (gap) {
    case ClockChange::Gap::by_meaning: return {};
    case ClockChange::Gap::after: return ", times that a clock change skips after it";
    case ClockChange::Gap::skip: return ", times that a clock change skips left out";
  }
  return {};
}

std::string overlap_words(ClockChange::Overlap overlap) {
  switch (overlap) {
    case ClockChange::Overlap::by_meaning: return {};
    case ClockChange::Overlap::first: return ", the first of times that come twice";
    case ClockChange::Overlap::second: return ", the second of times that come twice";
    case ClockChange::Overlap::both: return ", times that come twice both times";
  }
  return {};
}

std::string words_of(const Rule& rule, const Zone& zone) {
  std::string text = std::visit([&](const auto& kind) { return words_of(kind, zone); }, rule.kind);
  if (rule.jitter.count() != 0) text += ", up to " + length_in_words(rule.jitter) + " later";
  return text + gap_words(rule.dst.gap) + overlap_words(rule.dst.overlap);
}

/// `, except Saturday and 22:00-06:00`; nothing without exceptions.
std::string words_of(const Exceptions& except) {
  std::vector<std::string> texts;
  for (int day = 0; day < 7; ++day) {
    if (has_bit(except.weekdays, day)) texts.emplace_back(kWeekdayNames[static_cast<std::size_t>(day)]);
  }
  Exceptions rest = except;
  rest.weekdays = 0;
  for (std::string& text : to_texts(rest)) texts.push_back(std::move(text));
  for (const Exceptions::File& file : except.files) texts.push_back("the days of " + file.path);
  return texts.empty() ? "" : ", except " + listed(texts);
}

}  // namespace

/// The parts of `2h30m`, each spelt out.
std::string length_in_words(chr::seconds length) {
  const std::string text = to_text(length);
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t unit = text.find_first_not_of("0123456789", begin);
    const std::string number = text.substr(begin, unit - begin);
    parts.push_back(fmt::format("{} {}{}", number, unit_name(text[unit]), number == "1" ? "" : "s"));
    begin = unit + 1;
  }
  return listed(parts);
}

std::string in_words(const Schedule& schedule) {
  std::vector<std::string> texts;
  for (const Rule& rule : schedule.trigger.rules) texts.push_back(words_of(rule, schedule.zone));
  std::string text;
  for (const std::string& one : texts) text += (text.empty() ? "" : "; ") + one;
  return text + words_of(schedule.except);
}

}  // namespace rounds
