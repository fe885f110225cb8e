#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/run.h"
#include "error.h"
#include "sys/sqlite.h"

namespace rounds {

// How the types of core travel to and from columns. Private to store/.

inline void bind_at(Statement& s, int place, RunId v) { s.bind_integer(place, v.value); }
inline void bind_at(Statement& s, int place, JobId v) { s.bind_integer(place, v.value); }
inline void bind_at(Statement& s, int place, KeeperId v) { s.bind_integer(place, v.value); }
inline void bind_at(Statement& s, int place, Phase v) { s.bind_text(place, to_text(v)); }
inline void bind_at(Statement& s, int place, Verdict v) { s.bind_text(place, to_text(v)); }
inline void bind_at(Statement& s, int place, Reason v) { s.bind_text(place, to_text(v)); }
inline void bind_at(Statement& s, int place, Cause v) { s.bind_text(place, to_text(v)); }

inline void read_at(const Statement& s, int column, RunId& v) { read_at(s, column, v.value); }
inline void read_at(const Statement& s, int column, JobId& v) { read_at(s, column, v.value); }
inline void read_at(const Statement& s, int column, KeeperId& v) { read_at(s, column, v.value); }

/// The enum value of a word that the store holds.
template <typename Enum>
void read_word(const Statement& s, int column, std::optional<Enum> (*from_text)(std::string_view), Enum& v) {
  const std::optional<Enum> known = from_text(s.bytes_at(column));
  if (!known) throw Error(Fault::bad_data, "store: unknown word \"" + std::string(s.bytes_at(column)) + "\"");
  v = *known;
}
inline void read_at(const Statement& s, int column, Phase& v) { read_word(s, column, phase_from_text, v); }
inline void read_at(const Statement& s, int column, Verdict& v) { read_word(s, column, verdict_from_text, v); }
inline void read_at(const Statement& s, int column, Reason& v) { read_word(s, column, reason_from_text, v); }
inline void read_at(const Statement& s, int column, Cause& v) { read_word(s, column, cause_from_text, v); }

/// Every row of the statement, each made into a value by `read`.
template <typename Read>
auto all_rows(Statement statement, Read read) {
  std::vector<std::invoke_result_t<Read, const Statement&>> rows;
  while (statement.step()) rows.push_back(read(statement));
  return rows;
}

/// The first row, when there is one.
template <typename Read>
auto first_row(Statement statement, Read read) {
  std::optional<std::invoke_result_t<Read, const Statement&>> row;
  if (statement.step()) row = read(statement);
  return row;
}

/// A list of words as a JSON array: in a column, and as one parameter for `json_each`.
std::string json_list(const std::vector<std::string>& words);
std::vector<std::string> words_of_json_list(const std::string& json);

}  // namespace rounds
