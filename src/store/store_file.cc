#include "store/store_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <system_error>
#include <vector>

#include "error.h"
#include "sys/fd.h"
#include "sys/trust.h"

namespace rounds {

namespace {

namespace fs = std::filesystem;

struct NetworkType {
  std::uint32_t type;
  const char* name;
};

// The kernel's numbers, most of them in <linux/magic.h>.
constexpr NetworkType kNetworkTypes[] = {
    {0x6969, "NFS"},      {0xff534d42, "CIFS"},  {0xfe534d42, "SMB2"},       {0x517b, "SMB"},
    {0x01021997, "9p"},   {0x65735546, "FUSE"},  {0x5346414f, "AFS"},        {0x6b414653, "AFS"},
    {0x00c36400, "Ceph"}, {0x73757245, "Coda"},  {0x0bd00bd0, "Lustre"},     {0x47504653, "GPFS"},
    {0x01161970, "GFS2"}, {0x7461636f, "OCFS2"}, {0x786f4256, "VirtualBox"}, {0x564c, "NCP"},
};

/// Whether one of its names is that under which a restore keeps the store it replaces.
bool was_being_replaced(const fs::path& file, const struct stat& info) {
  const std::string prefix = file.filename().string() + ".replaced-";
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(file.parent_path(), failed)) {
    struct stat other {};
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    if (lstat(entry.path().c_str(), &other) == 0 && other.st_ino == info.st_ino) return true;
  }
  return false;
}

}  // namespace

fs::path real_path(const fs::path& file) {
  std::error_code failed;
  const fs::path real = fs::canonical(file, failed);
  if (!failed) return real;
  const fs::path folder = fs::canonical(fs::absolute(file).parent_path(), failed);
  if (failed) throw sys_error(file, "find", failed.value());
  return folder / file.filename();
}

void sync_folder(const fs::path& folder) {
  const Fd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || fsync(fd.get()) != 0) throw sys_error(folder, "sync");
}

void make_private_folders(const fs::path& folder) {
  std::error_code unknown;
  if (folder.empty() || fs::is_directory(folder, unknown)) return;
  make_private_folders(folder.parent_path());
  if (mkdir(folder.c_str(), 0700) == 0) {
    sync_folder(folder.parent_path());
  } else if (errno != EEXIST) {
    throw sys_error(folder, "make the folder");
  }
}

void make_private_file(const fs::path& file) {
  // Only a file that this call made is closed here: closing one that SQLite has open too would drop its locks.
  const Fd made(open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (made) {
    sync_folder(file.parent_path());
  } else if (errno != EEXIST) {
    throw sys_error(file, "make the file");
  }
}

std::string network_file_system(std::uint32_t type) {
  for (const NetworkType& known : kNetworkTypes) {
    if (known.type == type) return known.name;
  }
  return {};
}

void require_local(const fs::path& folder) {
  struct statfs info {};
  if (statfs(folder.c_str(), &info) != 0) throw sys_error(folder, "look at its file system");
  const std::string network = network_file_system(static_cast<std::uint32_t>(info.f_type));
  if (network.empty()) return;
  throw Error(Fault::config, folder.string() + ": a store cannot lie on a network file system (" + network + ")",
              "name a file on a local disk with --store");
}

FileId identify(const fs::path& file) {
  struct stat info {};
  if (lstat(file.c_str(), &info) != 0) throw sys_error(file, "open");
  if (!S_ISREG(info.st_mode)) throw Error(Fault::config, file.string() + ": is no regular file");
  if (info.st_nlink != 1) {
    throw Error(Fault::config, file.string() + ": the store has a second name (hard link)",
                was_being_replaced(file, info) ? "a restore was interrupted; do it again: rounds backup restore FILE"
                                               : "a store has one name only, its log lies beside it: remove the other name");
  }
  return {info.st_dev, info.st_ino};
}

void require_trust(const fs::path& path) {
  if (geteuid() != 0) return;
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) throw sys_error(path, "open");
  const std::string reason = distrust(info);
  if (reason.empty()) return;
  throw Error(Fault::permission, path.string() + ": " + reason + "; root runs nothing from there",
              "work as its owner, or: chown root " + path.string() + " && chmod go-w " + path.string());
}

}  // namespace rounds
