#include "inspect/logs/csv.h"

#include <algorithm>

namespace rounds {

namespace {

bool begins_with_date(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-dd dd:dd:dd";
  if (text.size() < kShape.size()) return false;
  return std::equal(kShape.begin(), kShape.end(), text.begin(),
                    [](char shape, char c) { return shape == 'd' ? c >= '0' && c <= '9' : shape == c; });
}

}  // namespace

CsvRecords::State CsvRecords::scan(State state, std::string_view text) {
  bool field_begins = state == State::plain;
  for (const char c : text) {
    switch (state) {
      case State::plain:
        if (c == '"') state = field_begins ? State::quoted : State::broken;
        break;
      case State::quoted:
        if (c == '"') state = State::quote_in_quoted;
        break;
      case State::quote_in_quoted: state = c == '"' ? State::quoted : c == ',' ? State::plain : State::broken; break;
      case State::broken: return state;
    }
    field_begins = c == ',';
  }
  return state;
}

bool CsvRecords::take(const LogLine& line, std::string_view& record) {
  const bool continues = state_ == State::quoted;
  State state = scan(continues ? State::quoted : State::plain, line.text);
  if (line.odd_quotes_cut) state = state == State::quoted ? State::plain : State::quoted;
  const bool anew = !continues || (state == State::broken && begins_with_date(line.text));
  if (anew && continues) {
    state = scan(State::plain, line.text);
    held_.clear();
  }
  state_ = state;
  if (anew && state != State::quoted) {
    record = line.text;
    return true;
  }
  if (anew) held_.clear();
  if (!anew) held_ += '\n';
  held_.append(line.text.substr(0, kMostOfLine - std::min(kMostOfLine, held_.size())));
  record = held_;
  return state != State::quoted;
}

void split_csv(std::string_view record, std::vector<std::string>& fields) {
  std::size_t count = 0;
  bool quoted = false;
  const auto open_field = [&] {
    if (fields.size() == count) fields.emplace_back();
    fields[count++].clear();
  };
  open_field();
  for (std::size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    std::string& field = fields[count - 1];
    if (quoted && c == '"' && i + 1 < record.size() && record[i + 1] == '"') {
      field += record[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      open_field();
    } else {
      field += c;
    }
  }
  fields.resize(count);
}

}  // namespace rounds
