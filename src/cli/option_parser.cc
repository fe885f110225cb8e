#include "cli/option_parser.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "cli/choice.h"
#include "config/suggest.h"
#include "error.h"

namespace rounds {

namespace {

bool looks_like_option(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

int read_count(const std::string& option, const std::string& text, int least) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault == std::errc() && stop == end && number >= least) return number;
  throw Error(Fault::usage, fmt::format("{} takes a whole number from {}, got \"{}\"", option, least, text));
}

/// The name people know an option by: the last one given, which is the long one.
std::string chief_name(const std::string& names) { return names.substr(names.find_last_of(',') + 1); }

std::string name_of(const CLI::Option& option) {
  return option.get_lnames().empty() ? "-" + option.get_snames().front() : "--" + option.get_lnames().front();
}

/// CLI11 reads `--x=` as an option whose value is the next word; this makes it an empty value.
std::vector<std::string> with_empty_values(const std::vector<std::string>& args) {
  std::vector<std::string> words;
  for (const std::string& word : args) {
    if (word.size() > 3 && word.compare(0, 2, "--") == 0 && word.find('=') == word.size() - 1) {
      words.push_back(word.substr(0, word.size() - 1));
      words.emplace_back();
    } else {
      words.push_back(word);
    }
  }
  return words;
}

}  // namespace

OptionParser::OptionParser(std::string command) : command_(std::move(command)), app_(std::make_unique<CLI::App>()) {
  app_->set_help_flag();
  app_->allow_extras();
}

OptionParser::~OptionParser() = default;

void OptionParser::declare(const std::string& names, const Take& take, const std::string& value,
                           const std::string& text, Times times) {
  help_.push_back({names, value, text});
  CLI::Option* option = app_->add_option(names, [take](const CLI::results_t& results) {
    for (const std::string& result : results) take(result);
    return true;
  });
  option->expected(1)->allow_extra_args(false);
  if (times == Times::many) option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void OptionParser::flag(const std::string& names, std::function<void()> act, const std::string& text) {
  help_.push_back({names, "", text});
  app_->add_flag_callback(names, std::move(act));
}

void OptionParser::flag(const std::string& names, bool& target, const std::string& text) {
  flag(
      names, [&target] { target = true; }, text);
}

void OptionParser::value(const std::string& names, Take take, const std::string& value, const std::string& text) {
  declare(names, take, value, text, Times::once);
}

void OptionParser::value(const std::string& names, std::string& target, const std::string& value,
                         const std::string& text) {
  declare(
      names, [&target](const std::string& given) { target = given; }, value, text, Times::once);
}

void OptionParser::value(const std::string& names, std::optional<std::string>& target, const std::string& value,
                         const std::string& text) {
  declare(
      names, [&target](const std::string& given) { target = given; }, value, text, Times::once);
}

void OptionParser::choice(const std::string& names, const std::vector<std::string>& choices, Take take,
                          const std::string& text) {
  const auto checked = [label = chief_name(names), choices, take = std::move(take)](const std::string& given) {
    require_choice(label, given, choices);
    take(given);
  };
  declare(names, checked, fmt::format("{}", fmt::join(choices, "|")), text, Times::once);
}

void OptionParser::count(const std::string& names, std::function<void(int)> take, const std::string& text,
                         int least) {
  const auto read = [label = chief_name(names), take = std::move(take), least](const std::string& given) {
    take(read_count(label, given, least));
  };
  declare(names, read, "N", text, Times::once);
}

void OptionParser::repeated(const std::string& names, Take take, const std::string& value, const std::string& text) {
  declare(names, take, value, text, Times::many);
}

void OptionParser::repeated(const std::string& names, std::vector<std::string>& target, const std::string& value,
                            const std::string& text) {
  declare(
      names, [&target](const std::string& given) { target.push_back(given); }, value, text, Times::many);
}

void OptionParser::operand(const std::string& label, std::string& target, Need need) {
  operands_ = {label, [&target](const std::string& given) { target = given; }, need, Times::once};
}

void OptionParser::operands(const std::string& label, Take take, Need need) {
  operands_ = {label, std::move(take), need, Times::many};
}

void OptionParser::operands(const std::string& label, std::vector<std::string>& target, Need need) {
  operands(
      label, [&target](const std::string& given) { target.push_back(given); }, need);
}

std::string OptionParser::help_command() const {
  return command_.empty() ? "rounds --help" : "rounds help " + command_;
}

void OptionParser::refuse_option(const std::string& option) const {
  const std::string name = option.substr(0, option.find('='));
  std::vector<std::string> known;
  for (const CLI::Option* candidate : app_->get_options()) {
    for (const std::string& long_name : candidate->get_lnames()) known.push_back(long_name);
  }
  const std::optional<std::string> near = nearest(name.substr(name.find_first_not_of('-')), known);
  throw Error(Fault::usage, fmt::format("no option \"{}\"{}", name, command_.empty() ? "" : " of " + command_),
              near ? fmt::format("did you mean \"--{}\"?  {}", *near, help_command()) : help_command());
}

/// Given twice, or the last word of the line and without its value.
void OptionParser::refuse_mismatch(const std::string& last_word) const {
  for (const CLI::Option* option : app_->get_options()) {
    const bool once = option->get_multi_option_policy() == CLI::MultiOptionPolicy::Throw;
    if (!once || option->count() < 2) continue;
    throw Error(Fault::usage, fmt::format("{} was given {} times", name_of(*option), option->count()));
  }
  throw Error(Fault::usage, fmt::format("{} needs a value", last_word), help_command());
}

void OptionParser::parse_options(std::vector<std::string> words) {
  const std::string last_word = words.empty() ? "" : words.back();
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app_->parse(words);
  } catch (const CLI::ArgumentMismatch&) {
    refuse_mismatch(last_word);
  } catch (const CLI::ParseError& error) {
    throw Error(Fault::usage, error.what(), help_command());
  }
}

void OptionParser::give_operands(const std::vector<std::string>& words) const {
  const bool many = operands_.times == Times::many;
  if (words.empty() && operands_.need == Need::required) {
    throw Error(Fault::usage, fmt::format("{} needs {} {}", command_, many ? "at least one" : "a", operands_.label),
                help_command());
  }
  const std::size_t room = !operands_.take ? 0 : many ? words.size() : 1;
  if (words.size() > room) {
    throw Error(Fault::usage, fmt::format("unexpected argument \"{}\"", words[room]), help_command());
  }
  for (const std::string& word : words) operands_.take(word);
}

void OptionParser::parse(const std::vector<std::string>& args) {
  const auto mark = std::find(args.begin(), args.end(), "--");
  parse_options(with_empty_values({args.begin(), mark}));
  std::vector<std::string> words = app_->remaining();
  const auto unknown = std::find_if(words.begin(), words.end(), looks_like_option);
  if (unknown != words.end()) refuse_option(*unknown);
  if (mark != args.end()) words.insert(words.end(), mark + 1, args.end());
  give_operands(words);
}

}  // namespace rounds
