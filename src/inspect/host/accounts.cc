#include <glob.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "inspect/host/families.h"
#include "inspect/host/table.h"

namespace rounds::host {

namespace {

constexpr int kDeepestInclude = 4;

/// The fields between colons.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  while (begin <= line.size()) {
    const std::size_t end = std::min(line.find(':', begin), line.size());
    fields.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return fields;
}

/// What the second field says about the password, never the password.
std::string password_kind(const std::string& field) {
  if (field.empty()) return "empty";
  return field[0] == '!' || field[0] == '*' ? "locked" : "set";
}

std::map<std::string, std::string> read_shadow(const Place& place) {
  std::map<std::string, std::string> kinds;
  const char* file = place.live || place.exists("/etc/shadow") ? "/etc/shadow" : "/.collected/shadow";
  for (const std::string& line : place.lines(file)) {
    const auto fields = fields_of(line);
    if (fields.size() >= 2 && !fields[0].empty()) kinds[fields[0]] = password_kind(fields[1]);
  }
  return kinds;
}

void fill_users(SqlSession& facts, const Place& place) {
  FactTable table(facts, "account", "name, uid, shell, password");
  const auto shadow = read_shadow(place);
  for (const std::string& line : place.lines("/etc/passwd")) {
    const auto fields = fields_of(line);
    if (fields.size() < 7 || fields[0].empty() || fields[0][0] == '#' || fields[0][0] == '+') continue;
    SqlValue kind;
    if (fields[1] != "x") {
      kind = password_kind(fields[1]);
    } else if (const auto found = shadow.find(fields[0]); found != shadow.end()) {
      kind = found->second;
    } else if (!shadow.empty()) {
      kind = "locked";
    }
    table.add({fields[0], or_null(to_number(fields[2])), fields[6], kind});
  }
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// The global part of sshd_config: the first value of a setting counts, what follows Match is for some connections.
class SshdReader {
 public:
  explicit SshdReader(const Place& place) : place_(place) {}
  std::map<std::string, std::string> values{};

  void read(const std::string& file, int depth = 0) {
    bool matched = false;
    for (const std::string& line : place_.lines(file)) {
      std::string text = line;
      const std::size_t key_end = text.find('=');
      if (key_end != std::string::npos && text.find_first_of(" \t") > key_end) text[key_end] = ' ';
      const auto words = split_words(text);
      if (words.size() < 2 || words[0].starts_with('#')) continue;
      const std::string key = lower(words[0]);
      if (key == "match") matched = lower(words[1]) != "all";
      if (matched) continue;
      if (key == "include") {
        for (std::size_t i = 1; i < words.size(); ++i) include(words[i], depth);
      } else {
        values.emplace(key, lower(words[1]));
      }
    }
  }

 private:
  void include(const std::string& pattern, int depth) {
    if (depth >= kDeepestInclude) return;
    const std::string full = pattern.starts_with('/') ? pattern : "/etc/ssh/" + pattern;
    glob_t found{};
    if (::glob(place_.path(full).c_str(), 0, nullptr, &found) == 0) {
      for (std::size_t i = 0; i < found.gl_pathc; ++i) {
        const std::string path = found.gl_pathv[i];
        read(place_.root == "/" ? path : path.substr(place_.root.size()), depth + 1);
      }
    }
    ::globfree(&found);
  }
  const Place& place_;
};

void fill_sshd(SqlSession& facts, const Place& place) {
  FactTable table(facts, "sshd", "name, value");
  if (place.exists("/.collected/sshd_unreadable")) return table.add({"readable", "no"});
  if (!place.exists("/etc/ssh/sshd_config")) return;
  SshdReader reader(place);
  reader.read("/etc/ssh/sshd_config");
  const bool readable = place.text("/etc/ssh/sshd_config").has_value();
  table.add({"readable", readable ? "yes" : "no"});
  if (!readable) return;
  const std::map<std::string, std::string> defaults{{"permitrootlogin", "prohibit-password"},
                                                    {"passwordauthentication", "yes"},
                                                    {"kbdinteractiveauthentication", "yes"},
                                                    {"permitemptypasswords", "no"},
                                                    {"usepam", "no"}};
  for (const auto& [name, value] : defaults) {
    const auto found = reader.values.find(name);
    table.add({name, found != reader.values.end() ? found->second : value});
  }
}

}  // namespace

void fill_accounts(SqlSession& facts, const Place& place) {
  fill_users(facts, place);
  fill_sshd(facts, place);
}

}  // namespace rounds::host
