#include "keeper/protocol.h"

#include <cstring>
#include <type_traits>

namespace rounds {

namespace {

using namespace message;

// One list of fields a message; writing and reading both walk it.
template <typename A> void fields(A& a, Hello& m) { a(m.version); }
template <typename A> void fields(A& a, Start& m) {
  a(m.run, m.name, m.spare, m.file_mask, m.directory, m.argv, m.environment);
  a.since_then(m.limits, m.nice, m.io_priority, m.as_user, m.uid, m.gid, m.groups);
}
template <typename A> void fields(A& a, Signal& m) { a(m.run, m.signal); }
template <typename A> void fields(A& a, Recorded& m) { a(m.run); }
template <typename A> void fields(A& a, Started& m) { a(m.run, m.pid, m.boot_ns, m.at_ms); }
template <typename A> void fields(A& a, NotStarted& m) { a(m.run, m.step, m.error); }
template <typename A> void fields(A& a, Exited& m) {
  a(m.run, m.pid, m.boot_ns, m.started_ms, m.at_ms, m.signaled, m.status, m.cpu_us, m.max_rss_kib);
}
template <typename A> void fields(A& a, Replayed& m) { a(m.version); }

struct Writer {
  std::string out;

  template <typename... T>
  void operator()(T&... values) { (put(values), ...); }
  template <typename... T>
  void since_then(T&... values) { (put(values), ...); }

  template <typename T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(const std::string& text) {
    put(static_cast<std::uint32_t>(text.size()));
    out.append(text);
  }
  template <typename T>
  void put(const std::vector<T>& list) {
    put(static_cast<std::uint32_t>(list.size()));
    for (const auto& item : list) put(item);
  }
};

struct Reader {
  const char* at;
  const char* end;
  bool good = true;

  template <typename... T>
  void operator()(T&... values) { (get(values), ...); }
  /// Fields that a message of an earlier rounds lacks: they keep their defaults then.
  template <typename... T>
  void since_then(T&... values) {
    if (good && at != end) (get(values), ...);
  }

  template <typename T>
  void get(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (!has(sizeof value)) return;
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
  }
  void get(std::string& text) {
    std::uint32_t size = 0;
    get(size);
    if (!has(size)) return;
    text.assign(at, size);
    at += size;
  }
  template <typename T>
  void get(std::vector<T>& list) {
    std::uint32_t size = 0;
    get(size);
    for (std::uint32_t i = 0; i < size && good; ++i) get(list.emplace_back());
  }

 private:
  bool has(std::size_t size) {
    good = good && static_cast<std::size_t>(end - at) >= size;
    return good;
  }
};

template <std::size_t I = 0>
std::optional<Message> decode_as(std::size_t index, Reader reader) {
  if constexpr (I == std::variant_size_v<Message>) {
    return std::nullopt;
  } else {
    if (index != I) return decode_as<I + 1>(index, reader);
    std::variant_alternative_t<I, Message> message;
    fields(reader, message);
    // More bytes than we know are fields added by a later version.
    if (!reader.good) return std::nullopt;
    return Message(std::move(message));
  }
}

}  // namespace

std::string encode(const Message& message) {
  Writer writer;
  writer.put(static_cast<std::uint8_t>(message.index()));
  std::visit([&](auto copy) { fields(writer, copy); }, message);
  return std::move(writer.out);
}

std::optional<Message> decode(const std::string& packet) {
  if (packet.empty()) return std::nullopt;
  const Reader reader{packet.data() + 1, packet.data() + packet.size()};
  return decode_as(static_cast<std::uint8_t>(packet[0]), reader);
}

}  // namespace rounds
