#pragma once
#include <functional>
#include <map>
#include <string>

#include "inspect/host/place.h"
#include "inspect/sql_session.h"

namespace rounds::host {

// Each fills the tables of one word of `probe`. Byte counts in bytes, times in seconds unless the name says otherwise;
// NULL where the machine does not tell.

/// `file_system(path, source, type, device, state, reason, total_bytes, used_bytes, available_bytes, inodes,
/// inodes_available, image, super_read_only, mount_read_only, in_fstab, fstab_read_only)`: one row a device that keeps
/// files; `state` is ok, hung or failed, `image` is 1 where it is always full.
void fill_file_systems(SqlSession& facts, const Place& place);
/// `memory(total_bytes, available_bytes, swap_total_bytes, swap_free_bytes, commit_limit_bytes, committed_bytes)`,
/// `cgroup(path, limit_bytes, used_bytes)` of ours and of database processes, `vmstat(name, value)`.
void fill_memory(SqlSession& facts, const Place& place);
/// `load(one, five, fifteen, cores)`; `cpu(name, total, busy, iowait, steal)` in ticks since boot;
/// `pressure(resource, kind, avg10, avg60, avg300)` in percent.
void fill_cpu(SqlSession& facts, const Place& place);
/// `disk(name, reads, read_ms, writes, write_ms, busy_ms)` of whole devices since boot; `raid(name, state, level, disks,
/// working, failed, activity)`.
void fill_disks(SqlSession& facts, const Place& place);
/// `smart(device, model, passed, failing, warned, worn_percent, problem)`, `smart_state(state, reason)`.
void fill_smart(SqlSession& facts, const Place& place);
/// `edac(controller, corrected, uncorrected)`, `temperature(sensor, celsius, limit_celsius)`.
void fill_hardware(SqlSession& facts, const Place& place);
/// `interface(name, physical, up, state, carrier, speed, duplex, mtu, routed, packets, errors, drops)`,
/// `bond(name, member, state)`, `tcp(name, value)`, `listener(protocol, address, port, loopback, ephemeral)`.
void fill_network(SqlSession& facts, const Place& place);
/// `clock(source, synchronised, offset_s, reason)`: one row; `source` is kernel or chrony, empty when neither tells.
void fill_clock(SqlSession& facts, const Place& place);
/// `process(pid, parent, name, state, started_s, fds, fd_limit, oom_score_adj, oom_score, role, instance)`: `role` names the
/// database that a server process belongs to, `instance` what tells several apart; `file_handles(used, most)`.
void fill_processes(SqlSession& facts, const Place& place);
/// `os(id, version, name, kernel, newest_kernel, reboot_required, updated_s, now_s, boot_s)`, `sysctl(name, value)`,
/// `huge_pages(setting)`.
void fill_system(SqlSession& facts, const Place& place);
/// `kernel_message(at_s, level, kind, text)`, `kernel_log(state, reason)`; `kind` is io, memory, hardware, hung, crash or
/// empty.
void fill_kernel_log(SqlSession& facts, const Place& place);
/// `account(name, uid, shell, password)`: `password` is empty, set, locked or NULL where it cannot be read;
/// `sshd(name, value)`: the settings of the SSH server, in force or by default; no rows where there is none.
void fill_accounts(SqlSession& facts, const Place& place);

using Fill = void (*)(SqlSession&, const Place&);
/// By the word of `probe`.
const std::map<std::string, Fill>& families();

}  // namespace rounds::host
