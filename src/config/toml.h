#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/source.h"

namespace rounds {

/// A TOML date, time or both; an absent offset makes it local.
struct DateTime {
  std::optional<std::chrono::year_month_day> date{};
  std::optional<std::chrono::nanoseconds> time{};  ///< since midnight
  std::optional<std::chrono::minutes> offset{};    ///< east of UTC
};

struct Node;
struct TableMember;
using Array = std::vector<Node>;

/// Keys in the order of the text.
struct Table {
  std::vector<TableMember> members;
  const TableMember* find(std::string_view key) const;
};

/// A value with its place; nothing of the parser shows.
struct Node {
  Place place;
  std::variant<std::string, std::int64_t, double, bool, DateTime, Array, Table> value;
};

struct TableMember {
  std::string key;
  Place key_place;
  Node node;
};

/// The document, or nothing and the reason among the problems. Texts that fail `check_text` are not parsed.
std::optional<Table> parse_toml(const SourceText& source, Problems& problems);

/// A date, a time or both as TOML writes them, also without seconds; nothing for any other text.
std::optional<DateTime> parse_date_time(std::string_view text);

}  // namespace rounds
