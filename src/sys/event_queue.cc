#include "sys/event_queue.h"

#include <limits.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "error.h"

namespace rounds {

EventQueue::EventQueue() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw sys_error("event queue", "make");
}

void EventQueue::watch(int fd, bool write) {
  epoll_event event{};
  event.events = EPOLLIN | (write ? EPOLLOUT : 0u);
  event.data.fd = fd;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0) return;
  if (errno != ENOENT || epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) throw sys_error("event queue", "watch");
}

void EventQueue::mute(int fd) {
  epoll_event event{};
  event.data.fd = fd;
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void EventQueue::forget(int fd) { epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

std::vector<int> EventQueue::wait(bool block) {
  std::array<epoll_event, 128> events;
  const int n = epoll_wait(epoll_.get(), events.data(), events.size(), block ? -1 : 0);
  if (n < 0 && errno != EINTR) throw sys_error("event queue", "wait");
  std::vector<int> ready;
  for (int i = 0; i < n; ++i) ready.push_back(events[static_cast<std::size_t>(i)].data.fd);
  return ready;
}

SignalQueue::SignalQueue(const std::vector<int>& signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) throw sys_error("signals", "block");
  fd_ = Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw sys_error("signals", "watch");
}

std::vector<int> SignalQueue::read() {
  std::vector<int> signals;
  signalfd_siginfo info{};
  while (::read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    signals.push_back(static_cast<int>(info.ssi_signo));
  }
  return signals;
}

FileWatch::FileWatch() : fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!fd_) throw sys_error("file watch", "make");
}

std::optional<int> FileWatch::add(const std::string& path, std::uint32_t mask) {
  const int watch = inotify_add_watch(fd_.get(), path.c_str(), mask);
  if (watch >= 0) return watch;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw sys_error(path, "watch");
}

void FileWatch::remove(int watch) { inotify_rm_watch(fd_.get(), watch); }

std::vector<FileWatch::Change> FileWatch::read() {
  std::vector<Change> changes;
  alignas(inotify_event) char buffer[16 * (sizeof(inotify_event) + NAME_MAX + 1)];
  ssize_t n;
  while ((n = ::read(fd_.get(), buffer, sizeof buffer)) > 0) {
    for (const char* at = buffer; at < buffer + n;) {
      inotify_event event{};
      std::memcpy(&event, at, sizeof event);
      changes.push_back({event.wd, event.mask, event.len > 0 ? std::string(at + sizeof event) : std::string()});
      at += sizeof event + event.len;
    }
  }
  return changes;
}

}  // namespace rounds
