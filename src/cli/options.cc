#include "cli/options.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/command_options.h"
#include "cli/command_table.h"
#include "config/suggest.h"
#include "error.h"

namespace rounds {

namespace {

using Args = std::vector<std::string>;

constexpr std::array<std::string_view, 7> kGlobalsWithValue = {"--store",   "--jobs-dir", "--config", "--format",
                                                               "--columns", "--color",    "--tz"};

bool is_option(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

/// How many leading words are options and their values.
std::size_t leading_options(const Args& args) {
  std::size_t i = 0;
  while (i < args.size() && is_option(args[i])) {
    const bool takes_next =
        std::find(kGlobalsWithValue.begin(), kGlobalsWithValue.end(), args[i]) != kGlobalsWithValue.end();
    i += takes_next ? 2 : 1;
  }
  return std::min(i, args.size());
}

/// The names that could stand where `typed` stands: all first words, or the second words of its family.
Args names_beside(const std::string& family) {
  Args names;
  for (const CommandEntry& entry : command_table()) {
    const std::string name(entry.name);
    const std::size_t space = name.find(' ');
    const std::string first = name.substr(0, space);
    if (family.empty()) {
      if (names.empty() || names.back() != first) names.push_back(first);
    } else if (space != std::string::npos && first == family) {
      names.push_back(name.substr(space + 1));
    }
  }
  return names;
}

std::string joined(const Args& words) { return fmt::format("{}", fmt::join(words, " ")); }

[[noreturn]] void refuse_command(const Args& words) {
  const std::string family = is_command_family(words[0]) ? words[0] : "";
  const Args names = names_beside(family);
  const std::string typed = family.empty() ? words[0] : words.size() > 1 ? words[1] : "";
  const std::string prefix = family.empty() ? "" : family + " ";
  if (typed.empty() || is_option(typed)) {
    throw Error(Fault::usage, family + " needs a command", fmt::format("one of: {}", fmt::join(names, ", ")));
  }
  std::string meant(command_of_habit(typed));
  if (std::find(names.begin(), names.end(), meant) == names.end()) meant = nearest(typed, names).value_or("");
  const Args rest(words.begin() + (family.empty() ? 1 : 2), words.end());
  const std::string line = joined(rest).empty() ? prefix + meant : prefix + meant + " " + joined(rest);
  throw Error(Fault::usage, fmt::format("no command \"{}{}\"", prefix, typed),
              meant.empty() ? "rounds help" : fmt::format("did you mean \"{}\"?  rounds {}", prefix + meant, line));
}

CommandLine parse_strictly(const Args& args) {
  const std::size_t count = leading_options(args);
  const auto command_begin = args.begin() + static_cast<std::ptrdiff_t>(count);
  Args leading(args.begin(), command_begin);
  const Args words(command_begin, args.end());
  const CommandLine globals = read_globals(leading);
  if (words.empty() || std::holds_alternative<VersionOptions>(globals.command)) return globals;
  const CommandEntry* entry = find_command(words);
  if (entry == nullptr) refuse_command(words);
  const bool two_words = entry->name.find(' ') != std::string_view::npos;
  leading.insert(leading.end(), words.begin() + (two_words ? 2 : 1), words.end());
  return read_command(*entry, leading);
}

/// The help that a line asks for somewhere before `--`, whatever else is wrong with it.
std::optional<HelpOptions> help_wish(const Args& args) {
  const auto end = std::find(args.begin(), args.end(), "--");
  const bool full = std::find(args.begin(), end, "--help") != end;
  if (!full && std::find(args.begin(), end, "-h") == end) return std::nullopt;
  const Args words(args.begin() + static_cast<std::ptrdiff_t>(leading_options(args)), args.end());
  const CommandEntry* entry = find_command(words);
  return HelpOptions{entry != nullptr ? std::string(entry->name) : "", full};
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& args) {
  try {
    return parse_strictly(args);
  } catch (const Error& error) {
    const std::optional<HelpOptions> help = help_wish(args);
    if (error.fault() != Fault::usage || !help) throw;
    return {{}, *help};
  }
}

}  // namespace rounds
