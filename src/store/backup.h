#pragma once
#include <filesystem>
#include <string>

#include "store/store.h"
#include "time/now.h"

namespace rounds {

// Copies of a store, and one store in the place of another.

/// Where a backup made now goes by itself: beside the store.
std::filesystem::path backup_place(const std::filesystem::path& store, Due now);

/// Copies the store into a new file (0600), also while others write; synced and checked. Throws `exists` when the file
/// is there, and leaves nothing behind when it fails.
void write_backup(Store& store, const std::filesystem::path& to);

/// Copies the store that `from` holds, with its log, into the new file `to`. Throws `bad_data` when it is damaged, no
/// store of rounds, or of a newer schema, and
/// `permission` when root is to take it over from a file that others may write.
void copy_sound_store(const std::filesystem::path& from, const std::filesystem::path& to);

/// What to do about a damaged store, naming the newest backup that lies beside it.
std::string damage_hint(const std::filesystem::path& file);

/// Takes a closed store's files out of the way, all but the one that its name stands for: `fresh` is complete then.
void drop_siblings(const std::filesystem::path& file);
/// Puts `fresh` in the place of `file`, which goes on as `aside`; the large outputs are then both stores'. Writers wait
/// meanwhile, and one that has the old file open finds itself refused. A crash in between leaves the old store under two names,
/// which every command refuses, and nothing lost.
void exchange_store(const std::filesystem::path& fresh, const std::filesystem::path& file,
                    const std::filesystem::path& aside);

}  // namespace rounds
