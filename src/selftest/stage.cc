#include "selftest/stage.h"

#include <cstdlib>
#include <string>

#include "error.h"
#include "selftest/processes.h"
#include "sys/process.h"

namespace rounds {

namespace fs = std::filesystem;

Stage::Stage(const fs::path& users_store) {
  become_subreaper();
  for (const fs::path& place : {users_store.parent_path(), fs::temp_directory_path()}) {
    std::string name = (place / "rounds-selftest-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) continue;
    folder_ = fs::canonical(name);
    return;
  }
  throw sys_error(fs::temp_directory_path(), "make a folder");
}

Stage::~Stage() {
  end_descendants();
  std::error_code ignored;
  if (!keep_) fs::remove_all(folder_, ignored);
}

}  // namespace rounds
