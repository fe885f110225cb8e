#include "loop/pools.h"

namespace rounds {

PoolRoom pool_room(const LoopState& state) {
  PoolRoom room = state.settings.pools;
  const auto take = [&room](const std::string& pool, int slots) {
    if (pool != kDefaultPool) room.try_emplace(pool, 1);
    const auto found = room.find(pool);
    if (found != room.end()) found->second -= slots;
  };
  for (const auto& [id, live] : state.live) {
    if (!live.job || live.ended() || live.row.cause == Cause::hook) continue;
    const Job& job = live.job->job;
    take(job.pool, job.slots);
  }
  for (const auto& [pool, slots] : state.slots_this_turn) take(pool, slots);
  return room;
}

bool fits(const LoopState& state, const Job& job) {
  if (job.pool == kDefaultPool && !state.settings.pools.contains(kDefaultPool)) return true;
  PoolRoom room = pool_room(state);
  room.try_emplace(job.pool, 1);
  const auto found = room.find(job.pool);
  return found == room.end() || found->second >= job.slots;
}

void take_slots(LoopState& state, const Job& job) { state.slots_this_turn[job.pool] += job.slots; }

}  // namespace rounds
