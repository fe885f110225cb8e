#pragma once
#include <cstdint>
#include <string_view>

namespace rounds {

// Numbers that look random and never change: a replay, a restart and another machine get the same.

/// FNV-1a.
constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// Spreads every bit of both over the whole result (the finisher of SplitMix64).
constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t x = seed + value * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace rounds
