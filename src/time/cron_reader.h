#pragma once
#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "time/cron.h"
#include "time/parsed.h"

namespace rounds {

/// A part of an expression and its place there.
struct Piece {
  std::string_view text;
  std::size_t at = 0;

  Piece part(std::size_t from, std::size_t length = std::string_view::npos) const {
    return {text.substr(from, length), at + from};
  }
};

/// Reads the fields of one expression or table, one after another, and remembers the first mistake. Used by
/// `parse_cron` only.
class CronReader {
 public:
  /// The name of the job is what H goes by; empty: none.
  enum class Form { expression, table };
  CronReader(Form form, std::string_view job) : job_(job) { dates_.all_match = form == Form::table; }

  /// False when the field is wrong; `error` then says why.
  bool read(CronField field, const Piece& piece);
  const ParseError& error() const { return error_; }
  /// What was read, once each field was.
  Cron cron() const { return Cron(times_, dates_); }

 private:
  struct Range {
    int first;
    int last;  ///< below `first` never: a range that wraps counts on beyond the highest value
  };

  bool read_item(const Piece& item);
  bool read_day_item(const Piece& item);
  bool read_weekday_item(const Piece& item);
  bool read_plain(const Piece& item);
  bool read_hashed(const Piece& item);
  bool read_counted_weekday(const Piece& item, std::size_t blank);
  bool read_month_end(const Piece& item);
  bool read_near_workday(const Piece& item);
  bool read_nth_weekday(const Piece& item, std::size_t hash);
  bool read_last_weekday(const Piece& item);
  std::optional<Range> range(const Piece& base, bool stepped);
  std::optional<Range> range_of_hash(const Piece& base, const Piece& item);
  std::optional<Range> range_between(const Piece& whole, int first, int last);
  std::optional<int> value(const Piece& piece);
  std::optional<int> number(const Piece& piece, int low, int high, std::string_view what);
  void keep(const Piece& piece);
  std::uint64_t bits() const;
  bool fail(const Piece& piece, std::string message, std::string hint = {});
  bool fail_value(const Piece& piece);
  std::string hint_for(std::string_view got) const;

  void set(int value);

  std::string_view job_;
  TimesOfDay times_{.seconds = 1};
  Dates dates_;
  ParseError error_;
  CronField field_ = CronField::second;
  Piece whole_;              ///< the field at hand
  std::bitset<130> values_;  ///< its plain items: bit n is the lowest value plus n
};

}  // namespace rounds
