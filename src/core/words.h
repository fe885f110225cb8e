#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rounds {

/// The texts of an enum's values, in the order of their declaration, from 0. Beside each list stands a
/// static_assert on the last value, so that a forgotten word does not compile.
template <std::size_t N>
using Words = std::array<std::string_view, N>;

template <typename Enum, std::size_t N>
std::string word_of(const Words<N>& words, Enum value) {
  return std::string(words.at(static_cast<std::size_t>(value)));
}

template <typename Enum, std::size_t N>
std::optional<Enum> value_of(const Words<N>& words, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

/// True when the list has a word for every value up to `last`.
template <typename Enum, std::size_t N>
constexpr bool complete(const Words<N>&, Enum last) {
  return N == static_cast<std::size_t>(last) + 1;
}

}  // namespace rounds
