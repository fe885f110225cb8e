#include "cli/target_instance.h"

#include <poll.h>

#include "error.h"
#include "loop/secrets.h"
#include "loop/start_refused.h"
#include "sys/clock.h"

namespace rounds {

namespace {

/// Waits for the program that prints it, if one does.
std::string fetch(const std::string& target, const Secret& secret) {
  try {
    SecretReader reader({{"password", secret}}, read_clock().boot);
    while (!reader.complete(read_clock().boot)) {
      std::vector<pollfd> ends;
      for (const int fd : reader.fds()) ends.push_back({fd, POLLIN, 0});
      poll(ends.data(), ends.size(), 1000);
    }
    return reader.values().at("password");
  } catch (const StartRefused& refusal) {
    throw Error(Fault::permission, "target " + target + ": " + refusal.what());
  }
}

}  // namespace

Instance unlocked_instance_of(const Target& target) {
  Instance instance;
  instance.name = target.name;
  instance.engine = target.engine;
  instance.path = target.path;
  instance.address = target.address;
  instance.port = target.port;
  instance.user = target.user;
  instance.dbname = target.dbname;
  instance.service = target.service;
  instance.option_file = target.option_file;
  instance.tls = target.tls;
  instance.tls_ca = target.tls_ca;
  instance.data_dir = target.data_dir;
  instance.logs = target.logs;
  instance.backups = target.backups;
  instance.pitr_days = target.pitr_days;
  instance.business = target.business;
  instance.host = target.host;
  return instance;
}

Instance instance_of(const Target& target) {
  Instance instance = unlocked_instance_of(target);
  if (target.password) instance.password = fetch(target.name, *target.password);
  return instance;
}

}  // namespace rounds
