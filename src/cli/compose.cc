#include "cli/compose.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "cli/choice.h"
#include "config/load.h"
#include "error.h"
#include "time/stamp.h"

namespace rounds {

namespace {

/// How the text of an option is written as a TOML value.
enum class Kind { text, number, numbers, truth, moment, exceptions };

Kind kind_of(std::string_view key) {
  static const std::set<std::string_view> numbers = {"max_instances", "max_catchup", "retry.max_attempts", "max_runs",
                                                     "priority", "skip_code", "done_code", "nice", "limits.files", "slots"};
  if (numbers.contains(key)) return Kind::number;
  if (key == "success_codes" || key == "retry.on_codes") return Kind::numbers;
  if (key == "except") return Kind::exceptions;
  if (key == "enabled") return Kind::truth;
  return key == "start" || key == "until" ? Kind::moment : Kind::text;
}

std::string option_of(std::string key) {
  if (key == "retry.max_attempts") return "--retry";
  if (key == "tags" || key == "secrets" || key == "params") return "--" + key.substr(0, key.size() - 1);
  if (const auto dot = key.find(".command"); dot != std::string::npos) key.resize(dot);
  std::replace_if(
      key.begin(), key.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  return "--" + key;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + quoted(text);
  return "[" + out + "]";
}

bool is_number(const std::string& text) {
  const std::size_t digits = text.find_first_not_of("+-");
  return digits != std::string::npos && digits <= 1 && text.size() < 19 &&
         text.find_first_not_of("0123456789", digits) == std::string::npos;
}

std::string number_value(const std::string& text) { return is_number(text) ? text : quoted(text); }

std::string numbers_value(const std::string& text) {
  std::string out;
  for (const std::string& part : split_at_commas(text)) out += (out.empty() ? "" : ", ") + number_value(part);
  return "[" + out + "]";
}

/// True where `shape` has a digit for each 0 and the same character elsewhere.
bool has_shape(std::string_view text, std::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char s) {
    return s == '0' ? c >= '0' && c <= '9' : s == ' ' ? c == ' ' || c == 'T' : c == s;
  });
}

/// A date, a time or both without quotes, seconds filled in; a length stays a text.
std::string moment_value(const std::string& text) {
  if (has_shape(text, "00:00") || has_shape(text, "0000-00-00 00:00")) return text + ":00";
  const std::string_view head = std::string_view(text).substr(0, 19);
  const bool bare =
      has_shape(text, "0000-00-00") || has_shape(text, "00:00:00") || has_shape(head, "0000-00-00 00:00:00");
  return bare ? text : quoted(text);
}

/// `sat,file=holidays`
std::string exceptions_value(const std::string& text) {
  constexpr std::string_view file = "file=";
  std::string out;
  for (const std::string& part : split_at_commas(text)) {
    const bool is_file = part.starts_with(file);
    out += (out.empty() ? "" : ", ") + (is_file ? "{ file = " + quoted(part.substr(file.size())) + " }" : quoted(part));
  }
  return "[" + out + "]";
}

std::string value_text(const std::string& key, const std::string& text) {
  switch (kind_of(key)) {
    case Kind::text: return quoted(text);
    case Kind::number: return number_value(text);
    case Kind::numbers: return numbers_value(text);
    case Kind::truth: return text == "true" || text == "false" ? text : quoted(text);
    case Kind::moment: return moment_value(text);
    case Kind::exceptions: return exceptions_value(text);
  }
  return {};
}

/// A job table, one key a line, and the option (with its text) that each line came from.
class Composition {
 public:
  explicit Composition(const std::string& name) { line("[job." + quoted(name) + "]", "NAME", name); }

  void line(const std::string& toml, const std::string& option, const std::string& given) {
    text_ += toml + "\n";
    origins_.push_back(fmt::format("{} \"{}\"", option, given));
  }

  const std::string& text() const { return text_; }

  /// "--cron "61 * * * *": what is wrong"
  std::string describe(const Diagnostic& problem) const {
    const auto line = static_cast<std::size_t>(problem.line);
    if (line < 2 || line > origins_.size()) return problem.message;
    return origins_[line - 1] + ": " + problem.message;
  }

 private:
  std::string text_;
  std::vector<std::string> origins_;
};

Zone zone_for(const AddOptions& options, const Context& context) {
  for (const auto& [key, text] : options.keys) {
    if (key == "timezone") return read_zone("--timezone", text);
  }
  return context.settings.zone;
}

/// The moments that --at, --in or --now name; none for other triggers.
std::vector<Due> listed_dues(const AddOptions& options, const Context& context) {
  const Due now = context.now.due();
  if (options.now) return {now + std::chrono::seconds(1)};
  if (options.in) return {now + read_length("--in", *options.in).flat()};
  std::vector<Due> dues;
  for (const std::string& text : options.at) {
    dues.push_back(read_moment("--at", text, now, zone_for(options, context), false));
    if (dues.back() > now) continue;
    throw Error(Fault::usage, fmt::format("--at \"{}\": that is in the past", text),
                "rounds run-now runs a job at once, --now adds one that is due at once");
  }
  return dues;
}

struct TriggerOption {
  const char* key;
  const std::optional<std::string>& text;
};

void compose_trigger(Composition& job, const AddOptions& options, const Context& context) {
  const TriggerOption by_text[] = {{"cron", options.cron},
                                   {"every", options.every},
                                   {"random", options.random},
                                   {"delay", options.delay},
                                   {"on", options.on}};
  int given = options.now + options.in.has_value() + !options.at.empty();
  for (const TriggerOption& trigger : by_text) {
    if (!trigger.text) continue;
    ++given;
    job.line(fmt::format("trigger.{} = {}", trigger.key, quoted(*trigger.text)), std::string("--") + trigger.key,
             *trigger.text);
  }
  if (given != 1) {
    throw Error(Fault::usage, given == 0 ? "add needs a trigger" : "add takes one trigger only",
                "one of --cron, --every, --at, --in, --now, --random, --delay, --on; a job file may have several");
  }
  std::vector<std::string> dues;
  for (const Due due : listed_dues(options, context)) dues.push_back(utc_text(due));
  const std::string list = fmt::format("{}", fmt::join(dues, ", "));
  if (!dues.empty()) job.line("trigger.at = [" + list + "]", "--at", list);
  const TriggerOption modifiers[] = {
      {"jitter", options.jitter}, {"dst.gap", options.dst_gap}, {"dst.overlap", options.dst_overlap}};
  for (const TriggerOption& modifier : modifiers) {
    if (!modifier.text) continue;
    job.line(fmt::format("trigger.{} = {}", modifier.key, quoted(*modifier.text)), option_of(modifier.key),
             *modifier.text);
  }
}

void compose_task(Composition& job, const AddOptions& options) {
  if (options.command.has_value() == !options.argv.empty()) {
    throw Error(Fault::usage,
                options.command ? "--command and a program after -- exclude each other"
                                : "add needs a task: -- PROGRAM ARGUMENTS, or --command LINE",
                "rounds add backup --cron '30 2 * * *' -- pg_dump -Fc shop");
  }
  if (options.command) return job.line("command = " + quoted(*options.command), "--command", *options.command);
  job.line("exec = " + quoted_list(options.argv), "--", fmt::format("{}", fmt::join(options.argv, " ")));
}

/// `file:/etc/secret`
std::string secret_value(const Assignment& given) {
  const auto colon = given.value.find(':');
  if (colon == std::string::npos) {
    throw Error(Fault::usage, fmt::format("--secret {}: expected file:PATH, credential:NAME or env:NAME", given.name),
                "the secret itself never stands on a command line");
  }
  return "{ " + quoted(given.value.substr(0, colon)) + " = " + quoted(given.value.substr(colon + 1)) + " }";
}

/// `NAME=VALUE` as a key of that table.
void compose_assignment(Composition& job, const std::string& table, const std::string& text) {
  const std::string option = option_of(table);
  const Assignment given = read_assignment(option, text);
  job.line(table + "." + quoted(given.name) + " = " + (table == "secrets" ? secret_value(given) : quoted(given.value)), option, table == "secrets" ? given.name : text);
}

void compose_keys(Composition& job, const AddOptions& options) {
  std::vector<std::string> tags;
  std::string exceptions;
  std::set<std::string> seen;
  for (const auto& [key, text] : options.keys) {
    if (key == "tags") {
      for (std::string& tag : split_at_commas(text)) tags.push_back(std::move(tag));
    } else if (key == "except") {
      exceptions += (exceptions.empty() ? "" : ",") + text;
    } else if (key == "env" || key == "secrets" || key == "params") {
      compose_assignment(job, key, text);
    } else if (seen.insert(key).second) {
      job.line(key + " = " + value_text(key, text), option_of(key), text);
    } else {
      throw Error(Fault::usage, option_of(key) + " was given twice");
    }
  }
  if (!exceptions.empty()) job.line("except = " + value_text("except", exceptions), "--except", exceptions);
  if (!tags.empty()) job.line("tags = " + quoted_list(tags), "--tag", fmt::format("{}", fmt::join(tags, ",")));
}

[[noreturn]] void refuse(const Composition& job, const std::vector<Diagnostic>& problems) {
  std::string message;
  std::string hint;
  for (const Diagnostic& problem : problems) {
    if (problem.severity != Diagnostic::Severity::error) continue;
    message += (message.empty() ? "" : "\nerror: ") + job.describe(problem);
    if (hint.empty()) hint = problem.hint;
  }
  throw Error(Fault::usage, message, hint);
}

}  // namespace

ComposedJob compose_job(const AddOptions& options, const Context& context) {
  if (options.name.empty()) throw Error(Fault::usage, "add needs a NAME, or -f FILE", "rounds help add");
  if (!JobName::parse(options.name)) {
    throw Error(Fault::usage, fmt::format("job name \"{}\": {}", options.name, JobName::refusal(options.name)));
  }
  Composition job(options.name);
  compose_trigger(job, options, context);
  compose_task(job, options);
  compose_keys(job, options);
  const LoadContext load{context.now, context.settings.zone, std::filesystem::current_path(), context.settings.pools, true};
  const LoadedFile loaded = parse_jobs(job.text(), "add", load);
  if (!loaded.ok()) refuse(job, loaded.problems);
  ComposedJob composed{loaded.jobs.at(0).job, {}};
  for (const Diagnostic& problem : loaded.problems) composed.warnings.push_back({job.describe(problem), problem.hint});
  return composed;
}

}  // namespace rounds
