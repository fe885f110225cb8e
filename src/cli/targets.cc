#include "cli/targets.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>

#include "config/load.h"
#include "config/suggest.h"
#include "config/target.h"
#include "error.h"

namespace rounds {

namespace {

[[noreturn]] void refuse_name(const std::string& name, const std::vector<KnownTarget>& targets) {
  std::vector<std::string> names;
  for (const KnownTarget& known : targets) names.push_back(known.target.name);
  const auto near = nearest(name, names);
  throw Error(Fault::not_found, "no target \"" + name + "\"",
              near ? "did you mean \"" + *near + "\"?" : "rounds target list");
}

/// What a text defines; its problems stop everything: a bank must not file a report that lacks a target.
std::vector<Target> parse_or_throw(const std::string& text, const std::string& shown_path,
                                   const std::string& base_dir) {
  LoadedTargets loaded = parse_targets(text, shown_path, base_dir);
  std::erase_if(loaded.problems,
                [](const Diagnostic& problem) { return problem.severity != Diagnostic::Severity::error; });
  if (loaded.problems.empty()) return std::move(loaded.targets);
  constexpr std::string_view kLabel = "error: ";
  std::string message = render(loaded.problems);
  if (message.starts_with(kLabel)) message.erase(0, kLabel.size());
  while (message.ends_with('\n')) message.pop_back();
  throw Error(Fault::bad_data, message);
}

void add_target(std::vector<KnownTarget>& all, KnownTarget added) {
  const auto same = std::find_if(all.begin(), all.end(),
                                 [&](const KnownTarget& known) { return known.target.name == added.target.name; });
  if (same == all.end()) return all.push_back(std::move(added));
  const std::string other = same->file.empty() ? "by target add" : "in " + same->file;
  throw Error(Fault::bad_data,
              added.file + ": target " + added.target.name + " is defined a second time, first " + other,
              "rename one, or: rounds target remove " + added.target.name);
}

bool is_named(const Target& target, const std::string& name) { return target.name == name; }
bool fits_glob(const Target& target, const std::string& glob) {
  return ::fnmatch(glob.c_str(), target.name.c_str(), 0) == 0;
}

/// Throws for a name that no target has; an exact name beats a glob.
std::vector<Target> named(const std::vector<KnownTarget>& all, const std::vector<std::string>& names) {
  std::vector<Target> targets;
  for (const KnownTarget& known : all) targets.push_back(known.target);
  std::vector<bool> chosen(targets.size(), names.empty());
  for (const std::string& name : names) {
    const bool exact =
        std::any_of(targets.begin(), targets.end(), [&](const Target& target) { return is_named(target, name); });
    bool found = false;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (!(exact ? is_named(targets[i], name) : fits_glob(targets[i], name))) continue;
      chosen[i] = found = true;
    }
    if (!found) refuse_name(name, all);
  }
  std::vector<Target> result;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (chosen[i]) result.push_back(targets[i]);
  }
  return result;
}

/// `tag` may be several with commas between: any of them.
bool has_tag(const Target& target, const std::string& tag) {
  std::size_t begin = 0;
  while (begin <= tag.size()) {
    const std::size_t end = std::min(tag.find(',', begin), tag.size());
    const std::string one = tag.substr(begin, end - begin);
    if (std::find(target.labels.begin(), target.labels.end(), one) != target.labels.end()) return true;
    begin = end + 1;
  }
  return false;
}

bool fits(const Target& target, const InspectOptions& options) {
  if (options.business && target.business != *options.business) return false;
  if (options.host && target.host != *options.host) return false;
  return std::all_of(options.tags.begin(), options.tags.end(),
                     [&](const std::string& tag) { return has_tag(target, tag); });
}

}  // namespace

std::vector<KnownTarget> known_targets(const Settings& settings) {
  std::vector<KnownTarget> all;
  std::error_code unknown;
  if (std::filesystem::exists(settings.store, unknown)) {
    Store store = Store::open_read_only(settings.store);
    for (const StoredTarget& stored : stored_targets(store)) {
      for (Target& target : parse_or_throw(stored.definition, "target " + stored.name, "/"))
        add_target(all, {std::move(target), {}});
    }
  }
  if (std::filesystem::is_directory(settings.targets_dir, unknown)) {
    for (const std::string& file : list_job_files(settings.targets_dir.string())) {
      const FileText text = read_job_file(file);
      for (Target& target : parse_or_throw(text.text, file, settings.targets_dir.string()))
        add_target(all, {std::move(target), file});
    }
  }
  std::sort(all.begin(), all.end(),
            [](const KnownTarget& a, const KnownTarget& b) { return a.target.name < b.target.name; });
  return all;
}

KnownTarget require_target(const std::vector<KnownTarget>& targets, const std::string& name) {
  const auto found =
      std::find_if(targets.begin(), targets.end(), [&](const KnownTarget& known) { return known.target.name == name; });
  if (found != targets.end()) return *found;
  refuse_name(name, targets);
}

std::vector<Target> select_targets(const std::vector<KnownTarget>& all, const InspectOptions& options) {
  std::vector<Target> targets = named(all, options.targets);
  const bool had_any = !targets.empty();
  targets.erase(
      std::remove_if(targets.begin(), targets.end(), [&](const Target& target) { return !fits(target, options); }),
      targets.end());
  if (!targets.empty()) return targets;
  if (had_any) throw Error(Fault::not_found, "no target fits that business, host and tags", "rounds target list");
  throw Error(Fault::not_found, "there are no targets yet", "rounds target add NAME --engine sqlite --path FILE");
}

}  // namespace rounds
