#include "cli/targets.h"

#include <fnmatch.h>

#include <algorithm>

#include "config/suggest.h"
#include "error.h"

namespace rounds {

namespace {

[[noreturn]] void refuse_name(const std::string& name, const std::vector<Target>& targets) {
  std::vector<std::string> names;
  for (const Target& target : targets) names.push_back(target.name);
  const auto near = nearest(name, names);
  throw Error(Fault::not_found, "no target \"" + name + "\"",
              near ? "did you mean \"" + *near + "\"?" : "rounds target list");
}

bool is_named(const Target& target, const std::string& name) { return target.name == name; }
bool fits_glob(const Target& target, const std::string& glob) {
  return ::fnmatch(glob.c_str(), target.name.c_str(), 0) == 0;
}

/// Throws for a name that no target has; an exact name beats a glob.
std::vector<Target> named(const std::vector<Target>& targets, const std::vector<std::string>& names) {
  std::vector<bool> chosen(targets.size(), names.empty());
  for (const std::string& name : names) {
    const bool exact =
        std::any_of(targets.begin(), targets.end(), [&](const Target& target) { return is_named(target, name); });
    bool found = false;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (!(exact ? is_named(targets[i], name) : fits_glob(targets[i], name))) continue;
      chosen[i] = found = true;
    }
    if (!found) refuse_name(name, targets);
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

Target require_target(Store& store, const std::string& name) {
  if (const auto target = find_target(store, name)) return *target;
  refuse_name(name, all_targets(store));
}

std::vector<Target> select_targets(Store& store, const InspectOptions& options) {
  std::vector<Target> targets = named(all_targets(store), options.targets);
  const bool had_any = !targets.empty();
  targets.erase(
      std::remove_if(targets.begin(), targets.end(), [&](const Target& target) { return !fits(target, options); }),
      targets.end());
  if (!targets.empty()) return targets;
  if (had_any) throw Error(Fault::not_found, "no target fits that business, host and tags", "rounds target list");
  throw Error(Fault::not_found, "there are no targets yet", "rounds target add NAME --engine sqlite --path FILE");
}

}  // namespace rounds
