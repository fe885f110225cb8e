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

bool looks_like_option(const std::string& word) { return word.size() > 1 && word[0] == '-' && word != "--"; }

int read_count(const std::string& option, const std::string& text) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault == std::errc() && stop == end && number >= 1) return number;
  throw Error(Fault::usage, fmt::format("{} takes a whole number from 1, got \"{}\"", option, text));
}

/// The name people know an option by: the last one given, which is the long one.
std::string chief_name(const std::string& names) { return names.substr(names.find_last_of(',') + 1); }

std::string name_of(const CLI::Option& option) {
  return option.get_lnames().empty() ? "-" + option.get_snames().front() : "--" + option.get_lnames().front();
}

/// CLI11 reads `--x=` as an option whose value is the next word; this makes it an empty value. The words come
/// out last first, as CLI11 takes them.
std::vector<std::string> prepared(const std::vector<std::string>& args) {
  std::vector<std::string> words;
  bool options_over = false;
  for (const std::string& word : args) {
    options_over = options_over || word == "--";
    const bool empty_value = word.size() > 3 && word.compare(0, 2, "--") == 0 && word.find('=') == word.size() - 1;
    if (empty_value && !options_over) {
      words.push_back(word.substr(0, word.size() - 1));
      words.emplace_back();
    } else {
      words.push_back(word);
    }
  }
  std::reverse(words.begin(), words.end());
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
  flag(names, [&target] { target = true; }, text);
}

void OptionParser::value(const std::string& names, Take take, const std::string& value, const std::string& text) {
  declare(names, take, value, text, Times::once);
}

void OptionParser::value(const std::string& names, std::string& target, const std::string& value,
                         const std::string& text) {
  declare(names, [&target](const std::string& given) { target = given; }, value, text, Times::once);
}

void OptionParser::value(const std::string& names, std::optional<std::string>& target, const std::string& value,
                         const std::string& text) {
  declare(names, [&target](const std::string& given) { target = given; }, value, text, Times::once);
}

void OptionParser::choice(const std::string& names, const std::vector<std::string>& choices, Take take,
                          const std::string& text) {
  const auto checked = [label = chief_name(names), choices, take = std::move(take)](const std::string& given) {
    require_choice(label, given, choices);
    take(given);
  };
  declare(names, checked, fmt::format("{}", fmt::join(choices, "|")), text, Times::once);
}

void OptionParser::count(const std::string& names, std::function<void(int)> take, const std::string& text) {
  const auto read = [label = chief_name(names), take = std::move(take)](const std::string& given) {
    take(read_count(label, given));
  };
  declare(names, read, "N", text, Times::once);
}

void OptionParser::repeated(const std::string& names, Take take, const std::string& value, const std::string& text) {
  declare(names, take, value, text, Times::many);
}

void OptionParser::repeated(const std::string& names, std::vector<std::string>& target, const std::string& value,
                            const std::string& text) {
  declare(names, [&target](const std::string& given) { target.push_back(given); }, value, text, Times::many);
}

void OptionParser::declare_operand(const std::string& label, const Take& take, Need need, Times times) {
  CLI::Option* operand = app_->add_option(label, [take](const CLI::results_t& results) {
    for (const std::string& result : results) take(result);
    return true;
  });
  operand->expected(times == Times::many ? -1 : 1)->allow_extra_args(false);
  if (need == Need::optional) return;
  checks_.emplace_back([this, label, operand, times] {
    if (operand->count() > 0) return;
    const char* how_many = times == Times::many ? "at least one" : "a";
    throw Error(Fault::usage, fmt::format("{} needs {} {}", command_, how_many, label), help_command());
  });
}

void OptionParser::operand(const std::string& label, std::string& target, Need need) {
  declare_operand(label, [&target](const std::string& given) { target = given; }, need, Times::once);
}

void OptionParser::operands(const std::string& label, Take take, Need need) {
  declare_operand(label, take, need, Times::many);
}

void OptionParser::operands(const std::string& label, std::vector<std::string>& target, Need need) {
  declare_operand(label, [&target](const std::string& given) { target.push_back(given); }, need, Times::many);
}

std::string OptionParser::help_command() const { return command_.empty() ? "rounds --help" : "rounds help " + command_; }

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

void OptionParser::refuse_leftover(const std::vector<std::string>& leftover) const {
  const auto option = std::find_if(leftover.begin(), leftover.end(), looks_like_option);
  if (option != leftover.end()) refuse_option(*option);
  throw Error(Fault::usage, fmt::format("unexpected argument \"{}\"", leftover.front()), help_command());
}

/// Given twice, or the last word of the line and without its value.
void OptionParser::refuse_mismatch(const std::vector<std::string>& args) const {
  for (const CLI::Option* option : app_->get_options()) {
    const bool once = option->get_multi_option_policy() == CLI::MultiOptionPolicy::Throw;
    if (option->get_positional() || !once || option->count() < 2) continue;
    throw Error(Fault::usage, fmt::format("{} was given {} times", name_of(*option), option->count()));
  }
  throw Error(Fault::usage, fmt::format("{} needs a value", args.back()), help_command());
}

void OptionParser::parse(const std::vector<std::string>& args) {
  std::vector<std::string> words = prepared(args);
  try {
    app_->parse(words);
  } catch (const CLI::ArgumentMismatch&) {
    refuse_mismatch(args);
  } catch (const CLI::ParseError& error) {
    throw Error(Fault::usage, error.what(), help_command());
  }
  const std::vector<std::string> leftover = app_->remaining();
  if (!leftover.empty()) refuse_leftover(leftover);
  for (const auto& check : checks_) check();
}

}  // namespace rounds
