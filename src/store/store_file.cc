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

void sync_folder(const fs::path& folder) {
  const Fd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || fsync(fd.get()) != 0) throw sys_error(folder, "sync");
}

/// Files beside the store whose names begin with its name and `.backup`; the newest one, or an empty path.
fs::path newest_backup(const fs::path& file) {
  const std::string prefix = file.filename().string() + ".backup";
  fs::path newest;
  fs::file_time_type newest_time = fs::file_time_type::min();
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(file.parent_path(), failed)) {
    if (entry.path().filename().string().rfind(prefix, 0) != 0) continue;
    const fs::file_time_type time = entry.last_write_time(failed);
    if (failed || time < newest_time) continue;
    newest = entry.path();
    newest_time = time;
  }
  return newest;
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
                "a store has one name only, its log lies beside it: remove the other name");
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

std::string damage_hint(const fs::path& file) {
  // What the damaged store's log holds must not be played back into what takes its place.
  const std::string away = "move it away together with its -wal and -shm";
  const fs::path backup = newest_backup(file);
  if (backup.empty()) return "no backup lies beside it; " + away + " to begin with an empty store";
  return away + ", then copy the newest backup to its place: cp " + backup.string() + " " + file.string();
}

}  // namespace rounds
