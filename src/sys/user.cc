#include "sys/user.h"

#include <grp.h>
#include <pwd.h>

#include <cerrno>

#include "error.h"

namespace rounds {

namespace {

constexpr std::size_t kLargestEntry = 1 << 20;

/// Calls one of the `_r` functions with a buffer that is large enough.
template <typename Entry, typename Get>
std::optional<Entry> look_up(std::vector<char>& buffer, Get get) {
  buffer.resize(4096);
  for (;;) {
    Entry entry{};
    Entry* found = nullptr;
    const int error = get(&entry, buffer.data(), buffer.size(), &found);
    if (error == 0) return found ? std::optional(entry) : std::nullopt;
    if (error == EINTR) continue;
    if (error == ENOENT || error == ESRCH || error == EBADF || error == EPERM) return std::nullopt;  // not there, in other words
    if (error != ERANGE || buffer.size() > kLargestEntry) throw sys_error("the user database", "read", error);
    buffer.resize(buffer.size() * 2);
  }
}

User user_of(const passwd& entry) {
  User user{entry.pw_uid, entry.pw_gid, entry.pw_name};
  if (*entry.pw_dir != '\0') user.home = entry.pw_dir;
  if (*entry.pw_shell != '\0') user.shell = entry.pw_shell;
  return user;
}

template <typename Get>
std::optional<User> look_up_user(Get get) {
  std::vector<char> buffer;
  const auto entry = look_up<passwd>(buffer, get);
  return entry ? std::optional(user_of(*entry)) : std::nullopt;
}

}  // namespace

std::optional<User> find_user(const std::string& name) {
  return look_up_user([&](auto... rest) { return getpwnam_r(name.c_str(), rest...); });
}

std::optional<User> find_user(uid_t uid) {
  return look_up_user([&](auto... rest) { return getpwuid_r(uid, rest...); });
}

std::optional<gid_t> find_group(const std::string& name) {
  std::vector<char> buffer;
  const auto entry = look_up<group>(buffer, [&](auto... rest) { return getgrnam_r(name.c_str(), rest...); });
  return entry ? std::optional(entry->gr_gid) : std::nullopt;
}

std::vector<gid_t> groups_of(const User& user, gid_t gid) {
  std::vector<gid_t> groups(32);
  for (;;) {
    int count = static_cast<int>(groups.size());
    const int good = getgrouplist(user.name.c_str(), gid, groups.data(), &count);
    groups.resize(static_cast<std::size_t>(count));
    if (good >= 0) return groups;
  }
}

}  // namespace rounds
