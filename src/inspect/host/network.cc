#include <algorithm>
#include <map>
#include <set>

#include "inspect/host/families.h"
#include "inspect/host/table.h"

namespace rounds::host {

namespace {

const std::string kInterfaces = "/sys/class/net";
constexpr std::int64_t kUp = 1;  // IFF_UP

/// Packets, errors and drops of both directions by interface.
struct Counters {
  std::int64_t packets = 0, errors = 0, drops = 0;
};

std::map<std::string, Counters> read_counters(const Place& place) {
  std::map<std::string, Counters> counters;
  for (std::string line : place.lines("/proc/net/dev")) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const auto values = split_words(line.substr(colon + 1));
    if (values.size() < 12) continue;
    const auto sum = [&](std::size_t a, std::size_t b) {
      return to_number(values[a]).value_or(0) + to_number(values[b]).value_or(0);
    };
    counters[trimmed(line.substr(0, colon))] = {sum(1, 9), sum(2, 10), sum(3, 11)};
  }
  return counters;
}

/// Interfaces that a route goes through.
std::set<std::string> read_routed(const Place& place) {
  std::set<std::string> names;
  const auto lines = place.lines("/proc/net/route");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto words = split_words(lines[i]);
    if (!words.empty()) names.insert(words.front());
  }
  return names;
}

void fill_interfaces(SqlSession& facts, const Place& place) {
  FactTable table(facts, "interface",
                  "name, physical, up, state, carrier, speed, duplex, mtu, routed, packets, errors, drops");
  const auto counters = read_counters(place);
  const auto routed = read_routed(place);
  for (const std::string& name : place.names(kInterfaces)) {
    const std::string folder = kInterfaces + "/" + name + "/";
    if (!place.exists(folder + "operstate")) continue;
    const std::string flags = place.word(folder + "flags");
    const bool up = (std::strtol(flags.c_str(), nullptr, 16) & kUp) != 0;
    const auto speed = place.number(folder + "speed");
    const std::string duplex = place.word(folder + "duplex");
    const auto found = counters.find(name);
    const Counters counter = found != counters.end() ? found->second : Counters{};
    table.add({name, flag(place.exists(folder + "device")), flag(up), place.word(folder + "operstate"),
               or_null(place.number(folder + "carrier")), speed && *speed > 0 ? SqlValue(*speed) : SqlValue(),
               duplex == "full" || duplex == "half" ? SqlValue(duplex) : SqlValue(), or_null(place.number(folder + "mtu")),
               flag(routed.count(name) > 0), counter.packets, counter.errors, counter.drops});
  }
}

/// Blocks "Slave Interface: eth0" followed by "MII Status: up".
void fill_bonds(SqlSession& facts, const Place& place) {
  FactTable table(facts, "bond", "name, member, state");
  for (const std::string& name : place.names("/proc/net/bonding")) {
    std::string member;
    for (const std::string& line : place.lines("/proc/net/bonding/" + name)) {
      const std::size_t colon = line.find(": ");
      if (colon == std::string::npos) continue;
      const std::string key = trimmed(line.substr(0, colon)), value = trimmed(line.substr(colon + 2));
      if (key == "Slave Interface") member = value;
      if (key == "MII Status" && !member.empty()) {
        table.add({name, member, value});
        member.clear();
      }
    }
  }
}

/// Pairs of lines: "Tcp: RtoAlgorithm …" and "Tcp: 1 …".
void add_protocol(FactTable& table, const Place& place, const char* file, const std::string& protocol) {
  std::vector<std::string> names;
  for (const std::string& line : place.lines(file)) {
    const auto words = split_words(line);
    if (words.empty() || words[0] != protocol) continue;
    if (names.empty()) {
      names = words;
      continue;
    }
    for (std::size_t i = 1; i < words.size() && i < names.size(); ++i) table.add({names[i], or_null(to_number(words[i]))});
    return;
  }
}

/// "0100007F:1538", each word of four bytes in the order of the machine, as people write it.
std::string address_of(const std::string& hex) {
  std::vector<unsigned> bytes;
  for (std::size_t word = 0; word + 8 <= hex.size(); word += 8) {
    for (std::size_t i = 4; i-- > 0;) bytes.push_back(std::stoul(hex.substr(word + i * 2, 2), nullptr, 16) & 0xFF);
  }
  std::string text;
  if (bytes.size() == 4) {
    for (std::size_t i = 0; i < 4; ++i) text += (i == 0 ? "" : ".") + std::to_string(bytes[i]);
    return text;
  }
  if (std::all_of(bytes.begin(), bytes.end(), [](unsigned b) { return b == 0; })) return "::";
  constexpr const char* kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const unsigned group = bytes[i] * 256 + bytes[i + 1];
    std::string digits;
    for (unsigned left = group; left > 0; left /= 16) digits.insert(digits.begin(), kDigits[left % 16]);
    text += (i == 0 ? "" : ":") + (digits.empty() ? std::string("0") : digits);
  }
  return text;
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "0:0:0:0:0:0:0:1" || address.starts_with("0:0:0:0:0:ffff:7f");
}

void fill_listeners(SqlSession& facts, const Place& place) {
  FactTable table(facts, "listener", "protocol, address, port, loopback, ephemeral");
  const auto range = split_words(place.text("/proc/sys/net/ipv4/ip_local_port_range").value_or("32768 60999"));
  const std::int64_t first = range.size() == 2 ? to_number(range[0]).value_or(32768) : 32768;
  const std::int64_t last = range.size() == 2 ? to_number(range[1]).value_or(60999) : 60999;
  std::set<std::pair<std::string, std::int64_t>> seen;
  for (const char* file : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    for (const std::string& line : place.lines(file)) {
      const auto words = split_words(line);
      if (words.size() < 4 || words[3] != "0A") continue;
      const std::size_t colon = words[1].find(':');
      if (colon != 8 && colon != 32) continue;
      const std::string address = address_of(words[1].substr(0, colon));
      const std::int64_t port = std::strtol(words[1].c_str() + colon + 1, nullptr, 16);
      if (!seen.emplace(address, port).second) continue;
      table.add({"tcp", address, port, flag(is_loopback(address)), flag(port >= first && port <= last)});
    }
  }
}

}  // namespace

void fill_network(SqlSession& facts, const Place& place) {
  fill_interfaces(facts, place);
  fill_bonds(facts, place);
  FactTable tcp(facts, "tcp", "name, value");
  add_protocol(tcp, place, "/proc/net/snmp", "Tcp:");
  add_protocol(tcp, place, "/proc/net/netstat", "TcpExt:");
  fill_listeners(facts, place);
}

}  // namespace rounds::host
