#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "time/zone.h"

namespace rounds {

/// A time as a log writes it. With an offset it is an instant; without one it needs the server's zone.
struct LogStamp {
  Civil wall{};
  std::optional<std::chrono::seconds> offset{};  ///< wall time minus UTC
  std::string abbreviation{};                    ///< "CST", in force when it was written; empty: none is written
};

/// One entry of a log. Parsers fill it anew for each line and so keep its memory.
struct LogEntry {
  LogStamp stamp{};
  std::string_view severity{};  ///< in English capitals, with static lifetime
  std::string code{};           ///< SQLSTATE or error number; empty: none is written
  std::string user{}, host{}, database{}, application{};
  std::string message{};
  bool starts_server = false;  ///< what a server says when it starts
  bool of_session = false;     ///< mariadb: a thread of a client or a replica wrote it, so the server is up

  void clear() {
    stamp.offset.reset();
    stamp.abbreviation.clear();
    severity = {};
    for (std::string* text : {&code, &user, &host, &database, &application, &message}) text->clear();
    starts_server = of_session = false;
  }
};

/// What a line is to a parser.
enum class LineKind {
  entry,    ///< to be counted
  stamped,  ///< has a time, but belongs to an entry (DETAIL), or says nothing that counts
  other,    ///< continues what came before, or is not understood
};

/// How the lines of one file are read. `parse` may remember earlier lines: one format serves one file.
struct LogFormat {
  std::string name{};
  bool quoted = false;  ///< CSV: line ends inside quotes belong to the record
  std::function<LineKind(std::string_view line, LogEntry& entry)> parse{};
};

}  // namespace rounds
