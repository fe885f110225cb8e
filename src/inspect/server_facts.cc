#include "inspect/server_facts.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <memory>

namespace rounds {

namespace {

std::string kind_of(const struct stat& info) {
  if (S_ISDIR(info.st_mode)) return "directory";
  return S_ISREG(info.st_mode) ? "file" : "other";
}

void add_file(SqlSession& facts, const ServerPath& path, uid_t server) {
  struct stat info {};
  if (stat(path.path.c_str(), &info) != 0) return;
  facts.fill("INSERT INTO file VALUES(:role, :path, :kind, :mode, :owner, :server, :bytes, :age)",
             {{"role", path.role},
              {"path", path.path},
              {"kind", kind_of(info)},
              {"mode", std::int64_t{info.st_mode & 07777}},
              {"owner", std::int64_t{info.st_uid}},
              {"server", std::int64_t{server}},
              {"bytes", std::int64_t{info.st_size}},
              {"age", std::int64_t{std::time(nullptr) - info.st_mtime}}});
}

void add_disk(SqlSession& facts, const ServerPath& path) {
  struct stat info {};
  struct statvfs space {};
  if (stat(path.path.c_str(), &info) != 0 || statvfs(path.path.c_str(), &space) != 0) return;
  const auto block = static_cast<std::int64_t>(space.f_frsize);
  // As unprivileged users see it: what is reserved for root counts as used.
  const auto used = static_cast<std::int64_t>(space.f_blocks - space.f_bfree) * block;
  const auto available = static_cast<std::int64_t>(space.f_bavail) * block;
  facts.fill("INSERT INTO disk VALUES(:role, :path, :device, :total, :available, :inodes, :inodes_available)",
             {{"role", path.role},
              {"path", path.path},
              {"device", static_cast<std::int64_t>(info.st_dev)},
              {"total", used + available},
              {"available", available},
              {"inodes", static_cast<std::int64_t>(space.f_files)},
              {"inodes_available", static_cast<std::int64_t>(space.f_favail)}});
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

void add_certificate(SqlSession& facts, const ServerPath& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.path.c_str(), "re"));
  if (!file) return;
  const std::unique_ptr<X509, FreeCertificate> certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
  if (!certificate) return;
  std::tm expires{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &expires) != 1) return;
  char subject[256] = "";
  X509_NAME_oneline(X509_get_subject_name(certificate.get()), subject, sizeof subject);
  facts.fill("INSERT INTO certificate VALUES(:role, :path, :expires, :subject)",
             {{"role", path.role},
              {"path", path.path},
              {"expires", std::int64_t{timegm(&expires) - std::time(nullptr)}},
              {"subject", std::string(subject)}});
}

}  // namespace

void fill_file_facts(SqlSession& facts, const std::vector<ServerPath>& files, const std::vector<ServerPath>& disks,
                     const std::vector<ServerPath>& certificates) {
  facts.fill("CREATE TABLE file(role, path, kind, mode, owner, server_owner, bytes, age_s)", {});
  facts.fill("CREATE TABLE disk(role, path, device, total_bytes, available_bytes, inodes, inodes_available)", {});
  facts.fill("CREATE TABLE certificate(role, path, expires_s, subject)", {});
  struct stat server {};
  if (files.empty() || stat(files.front().path.c_str(), &server) != 0) server.st_uid = geteuid();
  for (const ServerPath& path : files) add_file(facts, path, server.st_uid);
  for (const ServerPath& path : disks) add_disk(facts, path);
  for (const ServerPath& path : certificates) add_certificate(facts, path);
}

void fill_machine_facts(SqlSession& facts) {
  struct sysinfo info {};
  sysinfo(&info);
  facts.fill("CREATE TABLE machine(cores, ram_bytes)", {});
  facts.fill("INSERT INTO machine VALUES(:cores, :ram)",
             {{"cores", std::int64_t{sysconf(_SC_NPROCESSORS_ONLN)}},
              {"ram", static_cast<std::int64_t>(info.totalram) * info.mem_unit}});
}

bool is_this_machine(const std::string& address) {
  if (address.empty() || address.starts_with('/') || address.starts_with('@')) return true;
  if (address == "localhost" || address == "::1" || address.starts_with("127.")) return true;
  char name[256] = "";
  return gethostname(name, sizeof name - 1) == 0 && address == name;
}

}  // namespace rounds
