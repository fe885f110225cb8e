#include "store/files.h"

#include "store/columns.h"

namespace rounds {

namespace {

JobFile read_file(const Statement& row) {
  JobFile file;
  row.read(file.path, file.size, file.mtime_ns, file.inode, file.hash, file.problems);
  return file;
}

}  // namespace

std::vector<JobFile> all_files(Store& store) {
  return all_rows(store.db().query("SELECT path, size, mtime_ns, inode, hash, problems FROM file ORDER BY path"),
                  read_file);
}

void save_file(Store& store, const JobFile& file) {
  store.db().run(R"sql(
    INSERT OR REPLACE INTO file (path, size, mtime_ns, inode, hash, problems) VALUES (?, ?, ?, ?, ?, ?))sql",
                 file.path, file.size, file.mtime_ns, file.inode, file.hash, file.problems);
}

void forget_file(Store& store, const std::string& path) { store.db().run("DELETE FROM file WHERE path = ?", path); }

}  // namespace rounds
