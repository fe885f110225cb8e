#pragma once
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace rounds {

/// An entry of the system's user database.
struct User {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name{};
  std::string home = "/";
  std::string shell = "/bin/sh";
};

/// Nothing when there is none of that name. May ask a directory service.
std::optional<User> find_user(const std::string& name);
std::optional<User> find_user(uid_t uid);
std::optional<gid_t> find_group(const std::string& name);
/// All groups that the user is in, `gid` included.
std::vector<gid_t> groups_of(const User& user, gid_t gid);

}  // namespace rounds
