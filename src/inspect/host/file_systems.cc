#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <set>

#include "inspect/host/families.h"
#include "inspect/host/table.h"
#include "sys/fd.h"

namespace rounds::host {

namespace {

constexpr std::chrono::milliseconds kPatience{2000};

/// A line of mountinfo, see proc(5).
struct Mount {
  std::string path, source, type, device;
  bool mount_read_only = false, super_read_only = false;
};

/// What statvfs says, or that it said nothing.
struct Space {
  enum class State { ok, hung, failed } state = State::hung;
  int error = 0;
  std::int64_t block = 0, blocks = 0, free_blocks = 0, available_blocks = 0, inodes = 0, available_inodes = 0;
};

/// Spaces and the like stand as \040 in these files.
std::string unescaped(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](std::size_t at) { return i + at < text.size() && text[i + at] >= '0' && text[i + at] <= '7'; };
    if (text[i] == '\\' && digit(1) && digit(2) && digit(3)) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

bool has_option(const std::string& options, std::string_view wanted) {
  std::string_view left = options;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(','), left.size());
    if (left.substr(0, end) == wanted) return true;
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return false;
}

/// File systems without files of their own, or that wait for somebody when they are asked.
bool keeps_files(const std::string& type) {
  static const std::set<std::string> kOthers{
      "autofs",   "binfmt_misc", "bpf",     "cgroup",   "cgroup2",    "configfs", "debugfs",   "devpts",     "devtmpfs",
      "efivarfs", "fusectl",     "hugetlbfs", "mqueue", "none",       "nsfs",     "proc",      "pstore",     "ramfs",
      "resctrl",  "rpc_pipefs",  "securityfs", "selinuxfs", "smackfs", "sysfs",   "tracefs",   "fuse.lxcfs", "nfsd",
      "fuse.gvfsd-fuse", "fuse.portal", "overlayfs-lower"};
  return kOthers.count(type) == 0;
}

/// Images are made full.
bool is_image(const std::string& type) {
  static const std::set<std::string> kImages{"squashfs", "iso9660", "erofs", "cramfs", "romfs", "udf"};
  return kImages.count(type) > 0;
}

std::optional<Mount> parse_mount(const std::string& line) {
  const auto words = split_words(line);
  const auto dash = std::find(words.begin(), words.end(), "-");
  if (words.size() < 7 || words.end() - dash < 4) return std::nullopt;
  return Mount{.path = unescaped(words[4]),
               .source = unescaped(*(dash + 2)),
               .type = *(dash + 1),
               .device = words[2],
               .mount_read_only = has_option(words[5], "ro"),
               .super_read_only = has_option(*(dash + 3), "ro") || has_option(*(dash + 3), "emergency_ro")};
}

/// One mount a device: where one is mounted over another the last one counts, of several places the shortest path.
std::vector<Mount> mounts_of(const Place& place) {
  std::map<std::string, Mount> by_path, by_device;
  for (const std::string& line : place.lines("/proc/self/mountinfo")) {
    if (auto mount = parse_mount(line)) by_path[mount->path] = *mount;
  }
  for (const auto& [path, mount] : by_path) {
    if (!keeps_files(mount.type)) continue;
    const auto [known, fresh] = by_device.emplace(mount.device, mount);
    if (!fresh && path.size() < known->second.path.size()) known->second = mount;
  }
  std::vector<Mount> mounts;
  for (const auto& [device, mount] : by_device) mounts.push_back(mount);
  std::sort(mounts.begin(), mounts.end(), [](const Mount& a, const Mount& b) { return a.path < b.path; });
  return mounts;
}

/// A process that asks one file system: a dead server lets it hang, not us.
class Asking {
 public:
  explicit Asking(const std::string& path) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    reader_ = Fd(ends[0]);
    const Fd writer(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) answer(path.c_str(), writer.get());
  }
  Asking(Asking&& other) noexcept : reader_(std::move(other.reader_)), pid_(std::exchange(other.pid_, -1)) {}
  Asking& operator=(Asking&&) = delete;
  /// One that sleeps in the kernel cannot be reaped yet; init will do it.
  ~Asking() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    for (int i = 0; i < 20 && ::waitpid(pid_, nullptr, WNOHANG) == 0; ++i) ::usleep(1000);
  }

  Space result(std::chrono::steady_clock::time_point end) const {
    Space space;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd wanted{reader_.get(), POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) <= 0) return space;
    if (::read(reader_.get(), &space, sizeof space) != sizeof space) return {.state = Space::State::failed};
    return space;
  }

 private:
  /// Between fork and _exit only what a signal handler might do.
  [[noreturn]] static void answer(const char* path, int out) {
    Space space{.state = Space::State::ok};
    struct statvfs disk {};
    if (::statvfs(path, &disk) != 0) {
      space.state = Space::State::failed;
      space.error = errno;
    }
    space.block = static_cast<std::int64_t>(disk.f_frsize);
    space.blocks = static_cast<std::int64_t>(disk.f_blocks);
    space.free_blocks = static_cast<std::int64_t>(disk.f_bfree);
    space.available_blocks = static_cast<std::int64_t>(disk.f_bavail);
    space.inodes = static_cast<std::int64_t>(disk.f_files);
    space.available_inodes = static_cast<std::int64_t>(disk.f_favail);
    [[maybe_unused]] const auto told = ::write(out, &space, sizeof space);
    ::_exit(0);
  }

  Fd reader_;
  pid_t pid_ = -1;
};

std::vector<Space> ask_kernel(const std::vector<Mount>& mounts) {
  std::vector<Asking> asked;
  for (const Mount& mount : mounts) asked.emplace_back(mount.path);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  std::vector<Space> spaces;
  for (const Asking& one : asked) spaces.push_back(one.result(end));
  return spaces;
}

/// Lines "BLOCK BLOCKS FREE AVAILABLE INODES FREE_INODES PATH", or "hung PATH", or "failed PATH".
std::map<std::string, Space> collected_spaces(const Place& place) {
  std::map<std::string, Space> spaces;
  for (const std::string& line : place.lines("/.collected/statvfs")) {
    const auto words = split_words(line);
    if (words.size() >= 2 && (words[0] == "hung" || words[0] == "failed")) {
      const auto state = words[0] == "hung" ? Space::State::hung : Space::State::failed;
      spaces[line.substr(words[0].size() + 1)] = {.state = state, .error = EIO};
      continue;
    }
    std::array<std::int64_t, 6> n{};
    if (words.size() < 7) continue;
    for (std::size_t i = 0; i < n.size(); ++i) n[i] = to_number(words[i]).value_or(0);
    std::size_t at = 0;
    for (int i = 0; i < 6; ++i) at = line.find(' ', at) + 1;
    spaces[line.substr(at)] = {Space::State::ok, 0, n[0], n[1], n[2], n[3], n[4], n[5]};
  }
  return spaces;
}

std::vector<Space> spaces_of(const std::vector<Mount>& mounts, const Place& place) {
  if (place.live) return ask_kernel(mounts);
  const auto collected = collected_spaces(place);
  std::vector<Space> spaces;
  for (const Mount& mount : mounts) {
    const auto found = collected.find(mount.path);
    spaces.push_back(found != collected.end() ? found->second : Space{.state = Space::State::failed, .error = ENOENT});
  }
  return spaces;
}

/// Mount point: whether fstab asks for a read-only mount.
std::map<std::string, bool> read_fstab(const Place& place) {
  std::map<std::string, bool> points;
  for (const std::string& line : place.lines("/etc/fstab")) {
    const auto words = split_words(line);
    if (words.size() < 3 || words[0].starts_with('#')) continue;
    points[unescaped(words[1])] = words.size() > 3 && has_option(words[3], "ro");
  }
  return points;
}

const char* text_of(Space::State state) {
  switch (state) {
    case Space::State::ok: return "ok";
    case Space::State::hung: return "hung";
    case Space::State::failed: return "failed";
  }
  return "";
}

/// Not ours to see, like another user's FUSE mount.
bool is_private(const Space& space) { return space.error == EACCES || space.error == EPERM || space.error == ENOENT; }

}  // namespace

void fill_file_systems(SqlSession& facts, const Place& place) {
  FactTable table(facts, "file_system",
                  "path, source, type, device, state, reason, total_bytes, used_bytes, available_bytes, inodes,"
                  " inodes_available, image, super_read_only, mount_read_only, in_fstab, fstab_read_only");
  const auto mounts = mounts_of(place);
  const auto spaces = spaces_of(mounts, place);
  const auto fstab = read_fstab(place);
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const Mount& mount = mounts[i];
    const Space& space = spaces[i];
    if (space.state == Space::State::failed && is_private(space)) continue;
    const bool known = space.state == Space::State::ok;
    const auto number = [&](std::int64_t value) { return known ? SqlValue(value) : SqlValue(); };
    const auto planned = fstab.find(mount.path);
    const bool listed = planned != fstab.end();
    table.add({mount.path, mount.source, mount.type, mount.device, text_of(space.state),
               space.state == Space::State::failed ? SqlValue(std::string(std::strerror(space.error))) : SqlValue(),
               number(space.block * (space.blocks - space.free_blocks + space.available_blocks)),
               number(space.block * (space.blocks - space.free_blocks)), number(space.block * space.available_blocks),
               number(space.inodes), number(space.available_inodes), flag(is_image(mount.type)),
               flag(mount.super_read_only), flag(mount.mount_read_only), flag(listed),
               listed ? flag(planned->second) : SqlValue()});
  }
}

}  // namespace rounds::host
