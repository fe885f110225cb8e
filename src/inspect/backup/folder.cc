#include <algorithm>
#include <filesystem>
#include <map>

#include <nlohmann/json.hpp>

#include "inspect/backup/formats.h"
#include "inspect/host/place.h"

namespace rounds::backup {

namespace {

using Json = nlohmann::json;
using Kind = BackupContent::Kind;
using std::filesystem::path;

constexpr std::size_t kMostProblems = 20;
constexpr std::int64_t kSmall = 1 << 20;
constexpr const char* kLate = "the look into it did not end in time";

bool has(const std::string& folder, const std::string& name) {
  std::error_code ignored;
  return std::filesystem::exists(path(folder) / name, ignored);
}

std::string text_of(const std::string& file) { return host::Place{}.text(file).value_or(""); }

/// The checksum that PostgreSQL writes into manifests unless told otherwise, as its text.
std::string crc32c(const std::string& bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
  }
  crc = ~crc;
  std::string text;
  for (int i = 0; i < 4; ++i) {
    constexpr const char* kDigits = "0123456789abcdef";
    const unsigned byte = (crc >> (8 * i)) & 0xFF;
    text += {kDigits[byte / 16], kDigits[byte % 16]};
  }
  return text;
}

/// What is wrong with one file of a manifest; empty when nothing.
std::string check_listed(const std::string& folder, const Json& file) {
  if (!file.is_object() || !file.contains("Path") || !file["Path"].is_string()) return {};
  const std::string name = file["Path"];
  std::error_code error;
  const auto size = std::filesystem::file_size(path(folder) / name, error);
  if (error) return name + " is listed in the manifest and not there";
  if (file.contains("Size") && file["Size"].is_number() && file["Size"].get<std::uint64_t>() != size) {
    return name + " has " + std::to_string(size) + " bytes, the manifest says " + file["Size"].dump();
  }
  const bool crc = file.value("Checksum-Algorithm", "") == "CRC32C";
  if (!crc || static_cast<std::int64_t>(size) > kSmall) return {};
  const bool same = crc32c(text_of(path(folder) / name)) == file.value("Checksum", "");
  return same ? std::string() : name + " differs from its checksum in the manifest";
}

void check_manifest(const std::string& folder, Until until, BackupContent& content) {
  const Json manifest = Json::parse(text_of(folder + "/backup_manifest"), nullptr, false);
  if (!manifest.is_object() || !manifest.contains("Files") || !manifest["Files"].is_array() ||
      !manifest.contains("Manifest-Checksum")) {
    content.problems.push_back("backup_manifest was cut short or is damaged");
    return;
  }
  for (const Json& file : manifest["Files"]) {
    if (content.problems.size() >= kMostProblems) return;
    if (is_over(until)) {
      content.obstacle = kLate;
      return;
    }
    if (const std::string problem = check_listed(folder, file); !problem.empty()) content.problems.push_back(problem);
  }
}

/// Files of the folder whose name begins so.
std::vector<std::string> names_like(const std::string& folder, const std::string& begin, const std::string& part) {
  std::vector<std::string> names;
  for (const std::string& name : host::Place{}.names(folder)) {
    if (name.starts_with(begin) && name.find(part) != std::string::npos) names.push_back(name);
  }
  return names;
}

/// pg_basebackup, its files or tar archives of them.
BackupContent look_into_base_backup(const std::string& folder, Until until) {
  BackupContent content{.kind = Kind::database, .format = "pg_basebackup"};
  if (has(folder, "backup_manifest.tmp")) {
    content.problems.push_back("backup_manifest.tmp lies there: the backup did not end");
    return content;
  }
  const bool plain = has(folder, "PG_VERSION");
  if (plain && !has(folder, "global/pg_control")) {
    content.problems.push_back("global/pg_control is not there, which is copied last");
    return content;
  }
  if (plain && has(folder, "backup_manifest")) check_manifest(folder, until, content);
  if (plain && !has(folder, "backup_manifest")) content.obstacle = "there is no backup_manifest to compare with";
  if (plain) return content;
  content.format = "pg_basebackup tar";
  const auto archives = names_like(folder, "", ".tar");
  for (const std::string& name : archives) {
    const BackupContent inner = look_into_file(folder + "/" + name, until);
    for (const std::string& problem : inner.problems) content.problems.push_back(name + ": " + problem);
    if (content.obstacle.empty() && !inner.obstacle.empty()) content.obstacle = name + ": " + inner.obstacle;
  }
  if (names_like(folder, "base.", "tar").empty()) content.problems.push_back("base.tar is not there");
  return content;
}

/// Lines "name = value".
std::map<std::string, std::string> settings_of(const std::string& file) {
  std::map<std::string, std::string> settings;
  for (const std::string& line : host::split_lines(text_of(file))) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) settings[host::trimmed(line.substr(0, equals))] = host::trimmed(line.substr(equals + 1));
  }
  return settings;
}

/// The name that exists, of those that different versions give one file; empty when none does.
std::string either(const std::string& folder, const std::string& a, const std::string& b) {
  if (has(folder, a)) return a;
  return has(folder, b) ? b : std::string();
}

BackupContent look_into_mariabackup(const std::string& folder) {
  BackupContent content{.kind = Kind::database, .format = "mariadb-backup"};
  const std::string checkpoints = either(folder, "xtrabackup_checkpoints", "mariadb_backup_checkpoints");
  const std::string info = either(folder, "xtrabackup_info", "mariadb_backup_info");
  const bool compressed_info = has(folder, "xtrabackup_info.qp") || has(folder, "xtrabackup_info.zst") ||
                               has(folder, "xtrabackup_info.lz4");
  if (checkpoints.empty()) {
    content.problems.push_back("xtrabackup_checkpoints is not there, which is written at the end");
    return content;
  }
  const auto settings = settings_of(folder + "/" + checkpoints);
  const auto number = [&](const char* name) -> std::optional<std::int64_t> {
    const auto found = settings.find(name);
    return found == settings.end() ? std::nullopt : host::to_number(found->second);
  };
  const auto to = number("to_lsn"), last = number("last_lsn");
  if (!to || settings.count("backup_type") == 0) {
    content.problems.push_back(checkpoints + " is empty or damaged");
  } else if (last && *last < *to) {
    content.problems.push_back("the log was copied to " + std::to_string(*last) + ", before the checkpoint at " + std::to_string(*to));
  }
  if (info.empty() && !compressed_info) content.problems.push_back("xtrabackup_info is not there: the backup did not end");
  const bool incremental = settings.count("backup_type") > 0 && settings.at("backup_type") == "incremental";
  const bool space = !names_like(folder, "ibdata", "").empty();
  if (!incremental && !space) content.problems.push_back("ibdata1 is not there");
  return content;
}

BackupContent look_into_mydumper(const std::string& folder) {
  BackupContent content{.kind = Kind::dump, .format = "mydumper"};
  if (has(folder, "metadata.partial")) {
    content.problems.push_back("metadata.partial lies there: the dump did not end");
  } else if (text_of(folder + "/metadata").find("Finished dump at") == std::string::npos) {
    content.problems.push_back("metadata does not say that the dump ended");
  }
  return content;
}

bool is_mariabackup(const std::string& folder) {
  for (const char* name : {"xtrabackup_checkpoints", "mariadb_backup_checkpoints", "xtrabackup_info", "xtrabackup_logfile",
                           "mariadb_backup_info", "ib_logfile0", "ibdata1", "xtrabackup_checkpoints.qp"}) {
    if (has(folder, name)) return true;
  }
  return false;
}

bool is_base_backup(const std::string& folder) {
  return has(folder, "PG_VERSION") || has(folder, "backup_manifest") || has(folder, "backup_manifest.tmp") ||
         has(folder, "backup_label") || !names_like(folder, "base.", "tar").empty();
}

bool is_mydumper(const std::string& folder) {
  return has(folder, "metadata.partial") ||
         (has(folder, "metadata") && text_of(folder + "/metadata").find("dump at") != std::string::npos);
}

}  // namespace

bool is_backup_folder(const std::string& folder) {
  return has(folder, "toc.dat") || is_base_backup(folder) || is_mariabackup(folder) || is_mydumper(folder);
}

BackupContent look_into_folder(const std::string& folder, Until until) {
  if (has(folder, "toc.dat")) return look_into_pg_dump_folder(folder, until);
  if (is_base_backup(folder)) return look_into_base_backup(folder, until);
  if (is_mariabackup(folder)) return look_into_mariabackup(folder);
  if (is_mydumper(folder)) return look_into_mydumper(folder);
  return {.kind = Kind::other, .obstacle = "the folder is of a kind that is not known here"};
}

BackupContent look_into_file(const std::string& file, Until until) {
  const Bytes bytes(file);
  if (bytes.size() == 0) return {.kind = Kind::empty, .problems = {"it holds nothing"}};
  if (is_pg_dump(bytes)) return look_into_pg_dump(bytes, until);
  const Ends ends = ends_of(bytes);
  if (const std::string compression = compression_of(ends.head); !compression.empty()) {
    return look_into_compressed(bytes, compression, until);
  }
  if (is_xbstream(ends.head)) return look_into_xbstream(bytes, until);
  if (is_tar(ends.head)) return look_into_tar(bytes, until);
  return judge_ends(ends);
}

}  // namespace rounds::backup
