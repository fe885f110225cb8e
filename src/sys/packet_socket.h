#pragma once
#include <optional>
#include <string>

#include <sys/types.h>

#include "sys/fd.h"

namespace rounds {

/// Opens a directory for `…at` calls and for the sockets below. Throws Error.
Fd open_directory(const std::string& path);

// Unix sockets by their name inside an open directory, so that the length of its path does not matter.

/// A listening SOCK_SEQPACKET socket, mode 0600. Throws Error.
Fd listen_at(const Fd& directory, const std::string& name, int backlog);

enum class Connected { yes, refused, busy };
/// Connects without blocking: `refused` when nobody listens or the name is missing, `busy` when the
/// backlog is full.
Connected connect_at(const Fd& directory, const std::string& name, Fd& out);

/// The next connection, non-blocking; nothing when none waits.
std::optional<Fd> accept_from(const Fd& listener);
uid_t peer_uid(const Fd& socket);

enum class Sent { yes, full, closed };
Sent send_packet(const Fd& socket, const std::string& bytes);

enum class Received { packet, nothing, end };
/// One packet of up to `kMaxPacket` bytes. A reset is no end: data may still wait behind it.
Received receive_packet(const Fd& socket, std::string& out);

/// Above argv plus environment at their limit of 128 KiB each, with room for the rest.
inline constexpr std::size_t kMaxPacket = 400 * 1024;

}  // namespace rounds
