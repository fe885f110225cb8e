#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>

#include "config/settings.h"
#include "loop/settle.h"

namespace rounds {

/// What became of things when a store was replaced by a backup.
struct Restored {
  std::optional<std::filesystem::path> aside;  ///< the store that was there
  int lost = 0;                                ///< open runs that are `unknown` now
  std::int64_t missed = 0;                     ///< dues since the backup
};

/// Puts a backup in the place of the settings' store. Throws `temporary` when a scheduler works on that, or when a
/// keeper still holds runs of it, and `bad_data` when the backup is no sound store; nothing is changed then.
Restored restore_store(const Settings& settings, const std::filesystem::path& backup, const Now& now);

/// Makes a copy of an older state safe to go on from, inside Store::write: what ran since is not known. Its open runs
/// end as `unknown`, dues up to now as `missed`, none is ever made up; its keepers are forgotten.
Restored settle_restored(Store& store, const Edit& edit);

}  // namespace rounds
