#pragma once
#include <filesystem>

namespace rounds {

/// The private folder of a selftest, and all processes below it. Its end ends them, and removes the folder unless that
/// is to be kept.
class Stage {
 public:
  /// Below the folder of the user's store, whose disk is the one to test; where that is not there or not ours to write,
  /// below the temporary directory. Throws Error.
  explicit Stage(const std::filesystem::path& users_store);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  void keep() { keep_ = true; }

 private:
  std::filesystem::path folder_;
  bool keep_ = false;
};

}  // namespace rounds
