#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rounds {

/// What scheduler and keeper say to each other, one packet each. Only add: an old keeper outlives an
/// upgrade. Numbers are little-endian as the machine has them; both ends are on one host.
inline constexpr std::uint32_t kProtocolVersion = 1;

/// A larger Start is not sent: below what a socket takes without privilege, above argv plus environment at
/// their limit of 128 KiB with room for the rest.
inline constexpr std::size_t kLargestStart = 192 * 1024;

/// How a child's start went wrong; the order is that in which the child takes the steps.
enum class StartStep : std::uint32_t {
  fork, session, signals, umask, standard_input, timer, output, marker, user, directory, exec, killed_before_exec,
  priority, limits,  // later additions: an old keeper numbers the others as above
};

namespace message {

// Scheduler to keeper.
struct Hello {
  std::uint32_t version = kProtocolVersion;
};
/// For setrlimit(2).
struct Limit {
  std::uint64_t resource = 0;
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};
inline constexpr std::int32_t kNoNice = 100;
/// Everything the child needs; the keeper knows no jobs.
struct Start {
  std::int64_t run = 0;
  std::string name;   ///< in the spool: NAME.out takes the output, NAME.PID.BOOTTIME_NS is the marker
  std::string spare;  ///< an empty file of the spool to take over as output; empty: there is none
  std::uint32_t file_mask = 022;
  std::string directory;
  std::vector<std::string> argv;
  std::vector<std::string> environment;  ///< KEY=VALUE
  std::vector<Limit> limits{};
  std::int32_t nice = kNoNice;     ///< else the child's CPU priority
  std::int32_t io_priority = -1;   ///< for ioprio_set(2); -1: as it is
  std::uint32_t as_user = 0;       ///< 1: become `uid`, `gid` and `groups`
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups{};
};
/// To the process group of an unreaped child.
struct Signal {
  std::int64_t run = 0;
  std::int32_t signal = 0;
};
/// The verdict is committed: reap and forget.
struct Recorded {
  std::int64_t run = 0;
};

// Keeper to scheduler.
struct Started {
  std::int64_t run = 0;
  std::int32_t pid = 0;
  std::int64_t boot_ns = 0;  ///< the marker's time
  std::int64_t at_ms = 0;  ///< CLOCK_REALTIME
};
struct NotStarted {
  std::int64_t run = 0;
  StartStep step = StartStep::fork;
  std::int32_t error = 0;  ///< errno
};
struct Exited {
  std::int64_t run = 0;
  std::int32_t pid = 0;
  std::int64_t boot_ns = 0;  ///< the marker's time
  std::int64_t started_ms = 0;
  std::int64_t at_ms = 0;
  std::uint32_t signaled = 0;
  std::int32_t status = 0;  ///< exit code or signal
  std::int64_t cpu_us = 0;
  std::int64_t max_rss_kib = 0;
};
/// All that the keeper remembers has been told.
struct Replayed {
  std::uint32_t version = kProtocolVersion;
};

}  // namespace message

using Message = std::variant<message::Hello, message::Start, message::Signal, message::Recorded, message::Started,
                             message::NotStarted, message::Exited, message::Replayed>;

std::string encode(const Message& message);
/// Nothing for a packet that is no message of this protocol.
std::optional<Message> decode(const std::string& packet);

}  // namespace rounds
