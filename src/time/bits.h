#pragma once
#include <bit>
#include <cstdint>
#include <optional>

namespace rounds {

// Small sets of numbers from 0 to 63: bit n stands for n.

constexpr bool has_bit(std::uint64_t set, int bit) { return bit >= 0 && bit < 64 && (set >> bit & 1) != 0; }

/// All numbers below `end`.
constexpr std::uint64_t bits_below(int end) { return end >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << end) - 1; }

/// All numbers from `first` to `last`.
constexpr std::uint64_t bits_from_to(int first, int last) { return bits_below(last + 1) & ~bits_below(first); }

/// Of a set that is not empty.
constexpr int lowest_bit(std::uint64_t set) { return std::countr_zero(set); }
constexpr int highest_bit(std::uint64_t set) { return 63 - std::countl_zero(set); }

/// The first member at or above `from`.
constexpr std::optional<int> next_bit(std::uint64_t set, int from) {
  set &= ~bits_below(from);
  if (set == 0) return std::nullopt;
  return lowest_bit(set);
}

/// The last member at or below `to`.
constexpr std::optional<int> previous_bit(std::uint64_t set, int to) {
  set &= bits_below(to + 1);
  if (set == 0) return std::nullopt;
  return highest_bit(set);
}

}  // namespace rounds
