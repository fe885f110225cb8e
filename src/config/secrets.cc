#include "config/secrets.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "config/job_keys.h"
#include "config/keys.h"
#include "config/vocabulary.h"
#include "error.h"
#include "sys/secret_file.h"

namespace rounds {

namespace {

struct Draft {
  Secret secret;
  const std::string& base_dir;
  int sources = 0;
};

void take_name(const Field& field, Draft& draft, Secret::Kind kind, std::string_view allowed) {
  ++draft.sources;
  auto name = read_text(field, allowed);
  if (!name) return;
  if (name->empty()) return field.error(fmt::format("\"{}\" cannot be empty", field.name));
  draft.secret = {kind, std::move(*name), {}};
}

void take_file(const Field& field, Draft& draft) {
  take_name(field, draft, Secret::Kind::file, "the name of a file");
  if (!draft.secret.name.empty()) {
    draft.secret.name = (std::filesystem::path(draft.base_dir) / draft.secret.name).lexically_normal().string();
  }
}

void take_credential(const Field& field, Draft& draft) {
  take_name(field, draft, Secret::Kind::credential, "the name of a systemd credential");
  const std::string& name = draft.secret.name;
  if (name.find('/') != std::string::npos || name == "." || name == "..") field.error("a credential has a name without a slash");
}

void take_variable(const Field& field, Draft& draft) {
  take_name(field, draft, Secret::Kind::env, "the name of a variable that rounds itself is given");
}

void take_command(const Field& field, Draft& draft) {
  constexpr std::string_view allowed = "an array of strings: the program that prints the secret, then its arguments";
  ++draft.sources;
  auto argv = read_array<std::string>(field, allowed, [allowed](const Field& item) { return read_text(item, allowed); });
  if (!argv) return;
  if (argv->empty() || argv->front().empty()) return field.error("\"command\" needs a program to run");
  draft.secret = {Secret::Kind::command, {}, std::move(*argv)};
}

constexpr std::array<Key<Draft>, 4> kSources{
    {{"file", take_file}, {"credential", take_credential}, {"command", take_command}, {"env", take_variable}}};

void warn_of_file(const Field& field, const Secret& secret) {
  try {
    read_secret_file(secret.name);
  } catch (const Error& error) {
    field.problems.warning(field.node.place, std::string("this secret could not be read now: ") + error.what(), error.hint());
  }
}

std::optional<Secret> read_one(const Field& field, const std::string& base_dir, bool lint) {
  constexpr std::string_view allowed = "a table such as { file = \"/etc/rounds/secrets/shop\" }";
  const auto* table = std::get_if<Table>(&field.node.value);
  if (table == nullptr) {
    field.wrong_type(allowed, "the secret itself never stands in a job file");
    return std::nullopt;
  }
  const bool all_known = check_keys(*table, Level::secret, field.name, field.problems);
  Draft draft{{}, base_dir};
  read_keys(*table, kSources, draft, field.problems);
  if (all_known && draft.sources != 1) {
    field.error(fmt::format("secret \"{}\" is kept in one place: file, credential, command or env", field.name));
    return std::nullopt;
  }
  if (lint && draft.secret.kind == Secret::Kind::file && !draft.secret.name.empty()) warn_of_file(field, draft.secret);
  return draft.secret;
}

}  // namespace

std::map<std::string, Secret> read_secrets(const Field& field, const std::string& base_dir, bool lint) {
  std::map<std::string, Secret> secrets;
  const Discretion discretion(field.problems);  // what is wrong here may be a secret that stands where its place belongs
  const auto table = read_table(field, "a table such as { PGPASSWORD = { file = \"/etc/rounds/secrets/shop\" } }");
  if (!table) return secrets;
  for (const TableMember& member : table->members) {
    if (refuse_variable(member, field.problems)) continue;
    const auto secret = read_one({member.key, member.node, field.problems}, base_dir, lint);
    if (secret) secrets.emplace(member.key, *secret);
  }
  return secrets;
}

std::optional<Secret> read_secret(const Field& field, const std::string& base_dir) {
  const Discretion discretion(field.problems);
  return read_one(field, base_dir, false);
}

}  // namespace rounds
