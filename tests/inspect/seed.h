#pragma once
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "inspect/catalogue.h"
#include "inspect/examine.h"

namespace rounds::seed {

/// A private folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rounds-inspect-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// A connection of the database's own application.
class App {
 public:
  explicit App(const std::string& path) { EXPECT_EQ(sqlite3_open(path.c_str(), &db_), SQLITE_OK); }
  App(const App&) = delete;
  App& operator=(const App&) = delete;
  ~App() { sqlite3_close(db_); }
  App& run(const std::string& sql) {
    EXPECT_EQ(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db_);
    return *this;
  }
  /// Leaves a -wal file behind, as a killed application does.
  App& keep_log_on_close() {
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return *this;
  }

 private:
  sqlite3* db_ = nullptr;
};

/// Another process that did `act` and then stays as it is, until the end of the scope kills it.
class Peer {
 public:
  explicit Peer(const std::function<void()>& act) {
    int ready[2];
    EXPECT_EQ(::pipe(ready), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      act();
      [[maybe_unused]] const auto told = ::write(ready[1], "x", 1);
      while (true) ::pause();
    }
    ::close(ready[1]);
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 1) << "the peer ended early";
    ::close(ready[0]);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_ = -1;
};

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline void overwrite(const std::string& path, std::size_t at, const std::string& bytes) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(at));
  file << bytes;
}

/// A shop with a few thousand rows, an index and a foreign key, nothing wrong with it.
inline void make_shop(const std::string& path) {
  App(path).run(
      "CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
      "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer(id),"
      "                    amount INTEGER CHECK(amount >= 0));"
      "CREATE INDEX orders_customer ON orders(customer);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
      " INSERT INTO customer SELECT i, 'customer ' || i FROM n;"
      "INSERT INTO orders SELECT id, id, id * 3 FROM customer;");
  std::filesystem::permissions(path, std::filesystem::perms(0644));
}

inline std::vector<const Check*> checks(Tier tier) { return select_checks(builtin_checks(), {tier, {}}); }

inline Examination inspect(const Instance& instance, Tier tier = Tier::yearly, const Past& past = {}) {
  return examine({.instance = instance, .checks = checks(tier), .past = past});
}

inline Examination inspect(const std::string& path, Tier tier = Tier::yearly, const Past& past = {}) {
  return inspect(Instance{.name = "shop", .engine = "sqlite", .path = path}, tier, past);
}

/// "sq.run.wal warning" for each finding that neither the test machine's own disk causes nor that a shop declares no
/// backups.
inline std::vector<std::string> findings(const Examination& examination) {
  std::vector<std::string> found;
  for (const Entry& entry : examination.entries) {
    if (!entry.severity || entry.check->id == "sq.run.disk") continue;
    if (entry.check->id == "sq.bak.age" && entry.severity == Severity::info) continue;
    found.push_back(entry.check->id + " " + to_text(*entry.severity));
  }
  return found;
}

inline bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// The first entry of that check.
inline Entry entry_of(const Examination& examination, const std::string& id) {
  for (const Entry& entry : examination.entries) {
    if (entry.check->id == id) return entry;
  }
  ADD_FAILURE() << "no entry of " << id;
  return {};
}

}  // namespace rounds::seed
