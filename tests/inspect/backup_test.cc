// What a look into a backup tells: whole, cut short, damaged, or not to be told. The bytes are made by hand.
#include "inspect/backup.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "inspect/host/program.h"
#include "seed.h"

namespace rounds {

namespace {

using namespace seed;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = BackupContent::Kind;

const std::string kPgDump =
    "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE t(a int);\n--\n-- PostgreSQL database dump complete\n--\n\n"
    "\\unrestrict abc\n";
const std::string kMariaDump =
    "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\nCREATE TABLE `t`(a int);\n"
    "-- Dump completed on 2024-01-01  1:00:00\n";

std::string gzip(const std::string& text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string noise(std::size_t count) {
  std::string bytes;
  for (unsigned i = 0, x = 1; i < count; ++i, x = x * 1103515245 + 12345) bytes += static_cast<char>(x >> 16);
  return bytes;
}

/// Writes archives of pg_dump as PostgreSQL 15 does: integers of a sign and four bytes.
struct PgArchive {
  std::string bytes;
  PgArchive& number(std::int64_t value) {
    bytes += value < 0 ? '\1' : '\0';
    const std::uint64_t size = static_cast<std::uint64_t>(value < 0 ? -value : value);
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(size >> (8 * i));
    return *this;
  }
  PgArchive& text(const std::string& value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes += value;
    return *this;
  }
  PgArchive& head(char format, int entries) {
    bytes = "PGDMP\1\16\0\4\10"s + format;
    number(-1);
    for (int i = 0; i < 7; ++i) number(5);
    text("shop").text("15.6").text("15.6");
    return number(entries);
  }
  PgArchive& entry(int id, bool data) {
    number(id).number(data);
    text("1259").text("16384").text("orders").text("TABLE DATA");
    number(3);
    text("").text("").text("COPY t FROM stdin;\n").text("public").text("").text("");  // the last: access method
    text("owner").text("false");
    text("12").number(-1);
    return *this;
  }
  PgArchive& offset(unsigned state, std::uint64_t at) {
    bytes += static_cast<char>(state);
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(at >> (8 * i));
    return *this;
  }
  PgArchive& rows(int id, const std::string& chunk) {
    bytes += '\1';
    number(id).number(static_cast<std::int64_t>(chunk.size()));
    bytes += chunk;
    return number(0);
  }
};

std::string tar_member(const std::string& name, const std::string& text) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  char size[13];
  std::snprintf(size, sizeof size, "%011o", static_cast<unsigned>(text.size()));
  header.replace(124, 11, size);
  header.replace(257, 8, "ustar\00000"s);
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char sum_text[9];
  std::snprintf(sum_text, sizeof sum_text, "%06o", sum);
  header.replace(148, 7, std::string(sum_text, 7));
  std::string data = text;
  data.resize((text.size() + 511) / 512 * 512, '\0');
  return header + data;
}

class Backup : public testing::Test {
 protected:
  std::string put(const std::string& name, const std::string& bytes) const {
    const std::filesystem::path file = folder_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }
  BackupContent look(const std::string& name) const {
    const auto files = find_backups({folder_ / name}, std::time(nullptr));
    EXPECT_EQ(files.size(), 1U) << name;
    return files.empty() ? BackupContent{} : look_into_backup(files.front(), {.time = std::chrono::seconds(10)});
  }
  BackupContent look_at(const std::string& bytes) const {
    put("b", bytes);
    return look("b");
  }
  /// "whole", "broken: …" or "unknown: …".
  std::string said(const BackupContent& content) const {
    if (!content.problems.empty()) return "broken: " + content.problems.front();
    return content.obstacle.empty() ? "whole" : "unknown: " + content.obstacle;
  }
  std::string said_of(const std::string& bytes) const { return said(look_at(bytes)); }

  Folder folder_;
};

TEST_F(Backup, InPlainTextEndsWithItsFooter) {
  EXPECT_EQ(said_of(kPgDump), "whole");
  EXPECT_EQ(look_at(kPgDump).kind, Kind::dump);
  EXPECT_THAT(said_of(kPgDump.substr(0, 60)), HasSubstr("broken: the dump does not end with"));
  EXPECT_EQ(said_of(kMariaDump), "whole");
  EXPECT_THAT(said_of(kMariaDump.substr(0, kMariaDump.size() - 45)), HasSubstr("Dump completed"));
  const std::string all = "--\n-- PostgreSQL database cluster dump\n--\n" + kPgDump;
  EXPECT_THAT(said_of(all), HasSubstr("cluster dump complete"));
  EXPECT_EQ(said_of(all + "--\n-- PostgreSQL database cluster dump complete\n--\n"), "whole");
  EXPECT_THAT(said_of("CREATE TABLE t(a int);\nINSERT INTO t VALUES(1);\n"), HasSubstr("unknown"));
  const std::string lite = "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(a);\n";
  EXPECT_EQ(said_of(lite + "COMMIT;\n"), "whole");
  EXPECT_THAT(said_of(lite), HasSubstr("broken"));
}

TEST_F(Backup, OfNothingIsEmpty) {
  EXPECT_EQ(look_at("").kind, Kind::empty);
  EXPECT_THAT(look_at("").problems, ElementsAre("it holds nothing"));
  EXPECT_THAT(said_of(gzip("")), HasSubstr("broken: it holds nothing"));
  EXPECT_THAT(said_of(std::string(9000, '\0')), HasSubstr("zeros only"));
}

TEST_F(Backup, InGzipIsReallyUncompressed) {
  const std::string long_dump = "-- PostgreSQL database dump\n" + noise(600'000) + kPgDump;
  const std::string packed = gzip(long_dump);
  EXPECT_EQ(said_of(packed), "whole");
  EXPECT_EQ(look_at(packed).format, "pg_dump, gzip");
  EXPECT_EQ(said_of(packed + packed), "whole");
  EXPECT_EQ(said_of(packed + std::string(512, '\0')), "whole");
  EXPECT_THAT(said_of(packed.substr(0, packed.size() / 2)), HasSubstr("broken: the compressed data end in the middle"));
  EXPECT_THAT(said_of(packed.substr(0, packed.size() - 4)), HasSubstr("cut short"));
  std::string flipped = packed;
  flipped[flipped.size() - 6] ^= 1;
  EXPECT_THAT(said_of(flipped), HasSubstr("damaged"));
  EXPECT_THAT(said_of(gzip("-- PostgreSQL database dump\nCREATE")), HasSubstr("does not end with"));
  EXPECT_THAT(said_of(gzip("anything else")), HasSubstr("unknown"));
}

TEST_F(Backup, InOtherCompressionsIsUncompressedByTheirPrograms) {
  for (const char* program : {"zstd", "xz", "lz4", "bzip2"}) {
    if (!host::has_program(program)) continue;
    const std::string plain = put("plain", "-- MariaDB dump\n" + noise(300'000) + kMariaDump);
    const std::string packed = host::run_program({program, "-c", plain}, std::chrono::seconds(20))->output;
    EXPECT_EQ(said_of(packed), "whole") << program;
    EXPECT_THAT(look_at(packed).format, testing::EndsWith(program));
    EXPECT_THAT(said_of(packed.substr(0, packed.size() / 2)), HasSubstr("cut short")) << program;
    EXPECT_THAT(said_of(packed.substr(0, packed.size() - 3)), HasSubstr("cut short")) << program;
    put("plain", "-- MariaDB dump\nCREATE");
    const std::string half = host::run_program({program, "-c", plain}, std::chrono::seconds(20))->output;
    EXPECT_THAT(said_of(half), HasSubstr("does not end with")) << program;
  }
}

TEST_F(Backup, InOtherCompressionsIsFollowedToItsEndWithoutTheirPrograms) {
  // A frame of one raw block of three bytes, with and without its end.
  const std::string zstd = "\x28\xB5\x2F\xFD\x00\x58\x19\x00\x00" "abc"s;
  const std::string lz4 = "\x04\x22\x4D\x18\x40\x40\xC0\x03\x00\x00\x80" "abc\0\0\0\0"s;
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nonexistent", 1);
  EXPECT_THAT(said_of(zstd), HasSubstr("unknown: the file is whole"));
  EXPECT_THAT(said_of(zstd.substr(0, 10)), HasSubstr("cut short"));
  EXPECT_THAT(said_of(lz4), HasSubstr("unknown: the file is whole"));
  EXPECT_THAT(said_of(lz4.substr(0, lz4.size() - 4)), HasSubstr("cut short"));
  ::setenv("PATH", path.c_str(), 1);
}

TEST_F(Backup, InTheCustomFormatIsFollowedToItsLastBlock) {
  PgArchive piped;  // written into a pipe: no offsets
  piped.head('\1', 3).entry(1, false).offset(3, 0).entry(2, true).offset(1, 0).entry(3, true).offset(1, 0);
  const std::string toc = piped.bytes;
  piped.rows(2, noise(5000)).rows(3, noise(300'000));
  EXPECT_EQ(said_of(piped.bytes), "whole");
  EXPECT_EQ(look_at(piped.bytes).format, "pg_dump custom");
  EXPECT_THAT(said_of(piped.bytes.substr(0, 100'000)), HasSubstr("cut short"));
  EXPECT_THAT(said_of(piped.bytes.substr(0, piped.bytes.size() - 5)), HasSubstr("cut short"));
  EXPECT_THAT(said_of(toc), HasSubstr("the data of 2 tables are not in the dump"));
  EXPECT_THAT(said_of(toc.substr(0, 60)), HasSubstr("cut short"));

  PgArchive file;  // the same with the offset of the only block
  file.head('\1', 1).entry(2, true);
  const std::size_t begin = file.bytes.size() + 9;
  file.offset(2, begin).rows(2, noise(70'000));
  EXPECT_EQ(said_of(file.bytes), "whole");
  EXPECT_THAT(said_of(file.bytes.substr(0, begin)), HasSubstr("broken"));
  EXPECT_THAT(said_of(file.bytes.substr(0, begin + 100)), HasSubstr("cut short"));

  std::string later = file.bytes;
  later[6] = 99;
  EXPECT_THAT(said_of(later), HasSubstr("unknown: this version"));
}

TEST_F(Backup, InAFolderOfPgDumpHasAllItsFiles) {
  PgArchive toc;
  toc.head('\3', 2).entry(1, true).text("3001.dat").entry(2, true).text("3002.dat");
  put("dir/toc.dat", toc.bytes);
  put("dir/3001.dat.gz", gzip("1\n\\.\n\n\n"));
  put("dir/3002.dat.gz", gzip("1\n\\.\n\n\n"));
  EXPECT_EQ(said(look("dir")), "whole");
  put("dir/3002.dat.gz", gzip(noise(5000)).substr(0, 1000));
  EXPECT_THAT(said(look("dir")), HasSubstr("3002.dat.gz: the compressed data end in the middle"));
  std::filesystem::remove(folder_ / "dir/3002.dat.gz");
  EXPECT_EQ(said(look("dir")), "broken: 3002.dat is listed in toc.dat and not there");
}

TEST_F(Backup, InTarHasAnEndMark) {
  const std::string tar = tar_member("toc.dat", noise(700)) + tar_member("3001.dat", "1\n");
  const std::string end(1024, '\0');
  EXPECT_EQ(said_of(tar + end), "whole");
  EXPECT_EQ(look_at(tar + end).format, "pg_dump tar");
  EXPECT_THAT(said_of(tar), HasSubstr("no end mark"));
  EXPECT_THAT(said_of(tar.substr(0, 900)), HasSubstr("no end mark"));
  EXPECT_EQ(said_of(gzip(tar_member("a", "b") + end)), "whole");
  EXPECT_THAT(said_of(gzip(tar_member("a", "b"))), HasSubstr("no end mark"));
}

TEST_F(Backup, OfPgBasebackupAgreesWithItsManifest) {
  put("base/PG_VERSION", "15\n");
  put("base/global/pg_control", "123456789");
  put("base/base/5/1259", noise(8192));
  const std::string manifest =
      R"({"PostgreSQL-Backup-Manifest-Version":1,"Files":[)"
      R"({"Path":"PG_VERSION","Size":3,"Last-Modified":"x"},)"
      R"({"Path":"global/pg_control","Size":9,"Checksum-Algorithm":"CRC32C","Checksum":"839206e3"},)"
      R"({"Path":"base/5/1259","Size":8192}],"Manifest-Checksum":"00"})";
  put("base/backup_manifest", manifest);
  EXPECT_EQ(said(look("base")), "whole");
  put("base/global/pg_control", "123456780");
  EXPECT_THAT(said(look("base")), HasSubstr("global/pg_control differs from its checksum"));
  put("base/global/pg_control", "123456789");
  put("base/base/5/1259", noise(4096));
  EXPECT_THAT(said(look("base")), HasSubstr("base/5/1259 has 4096 bytes, the manifest says 8192"));
  std::filesystem::remove(folder_ / "base/base/5/1259");
  EXPECT_THAT(said(look("base")), HasSubstr("not there"));
  put("base/backup_manifest", manifest.substr(0, 100));
  EXPECT_THAT(said(look("base")), HasSubstr("cut short"));
  std::filesystem::rename(folder_ / "base/backup_manifest", folder_ / "base/backup_manifest.tmp");
  EXPECT_THAT(said(look("base")), HasSubstr("did not end"));
}

TEST_F(Backup, OfPgBasebackupMayBeTarArchives) {
  const std::string tar = tar_member("backup_label", "x") + std::string(1024, '\0');
  put("tars/base.tar.gz", gzip(tar));
  put("tars/pg_wal.tar.gz", gzip(tar));
  put("tars/backup_manifest", "{}");
  EXPECT_EQ(said(look("tars")), "whole");
  put("tars/base.tar.gz", gzip(tar).substr(0, 40));
  EXPECT_THAT(said(look("tars")), HasSubstr("base.tar.gz: the compressed data end in the middle"));
}

TEST_F(Backup, OfMariadbBackupHasWhatIsWrittenLast) {
  put("maria/ibdata1", noise(100));
  EXPECT_THAT(said(look("maria")), HasSubstr("xtrabackup_checkpoints is not there"));
  put("maria/xtrabackup_checkpoints", "backup_type = full-backuped\nfrom_lsn = 0\nto_lsn = 500\nlast_lsn = 600\n");
  EXPECT_THAT(said(look("maria")), HasSubstr("xtrabackup_info is not there"));
  put("maria/xtrabackup_info", "tool_name = mariabackup\n");
  EXPECT_EQ(said(look("maria")), "whole");
  put("maria/xtrabackup_checkpoints", "backup_type = full-backuped\nfrom_lsn = 0\nto_lsn = 500\nlast_lsn = 400\n");
  EXPECT_THAT(said(look("maria")), HasSubstr("the log was copied to 400"));
}

std::string chunk(char kind, const std::string& path, const std::string& bytes) {
  const auto number = [](std::uint64_t value, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += static_cast<char>(value >> (8 * i));
    return text;
  };
  std::string text = "XBSTCK01\0"s + kind + number(path.size(), 4) + path;
  if (kind == 'P') text += number(bytes.size(), 8) + number(0, 8) + number(0, 4) + bytes;
  return text;
}

TEST_F(Backup, OfMariadbBackupMayBeAStream) {
  const std::string data = chunk('P', "ibdata1", noise(70'000)) + chunk('E', "ibdata1", "");
  const std::string last = chunk('P', "xtrabackup_checkpoints", "to_lsn = 1\n") + chunk('E', "xtrabackup_checkpoints", "");
  EXPECT_EQ(said_of(data + last), "whole");
  EXPECT_THAT(said_of(data), HasSubstr("xtrabackup_checkpoints is not in the stream"));
  EXPECT_THAT(said_of(data.substr(0, 5000)), HasSubstr("cut short"));
  EXPECT_THAT(said_of((data + last).substr(0, data.size() + 5)), HasSubstr("cut short"));
  EXPECT_EQ(said_of(gzip(data + last)), "whole");
  EXPECT_THAT(said_of(gzip((data + last).substr(0, data.size() + 5))), HasSubstr("cut short"));
  EXPECT_THAT(said_of(gzip((data + last).substr(0, data.size() - 5))), HasSubstr("cut short"));
  EXPECT_THAT(said_of(chunk('P', "ibdata1", "x")), HasSubstr("ibdata1 has no end"));
}

TEST_F(Backup, OfMydumperSaysThatItEnded) {
  put("my/metadata", "Started dump at: 2024-01-01 00:00:00\nFinished dump at: 2024-01-01 00:01:00\n");
  EXPECT_EQ(said(look("my")), "whole");
  put("my/metadata.partial", "");
  EXPECT_THAT(said(look("my")), HasSubstr("did not end"));
}

TEST_F(Backup, OfSqliteMayBeCompressed) {
  make_shop(folder_ / "shop.db");
  const std::string bytes = bytes_of(folder_ / "shop.db");
  EXPECT_THAT(said_of(gzip(bytes)), HasSubstr("unknown: the pages of a compressed copy"));
  EXPECT_THAT(said_of(gzip(bytes.substr(0, bytes.size() / 2))), HasSubstr("broken: the header counts"));
}

TEST_F(Backup, ThatTakesTooLongIsNotCalledBroken) {
  put("b", gzip(kPgDump + noise(3'000'000)));
  const auto files = find_backups({folder_ / "b"}, std::time(nullptr));
  const BackupContent content = look_into_backup(files.front(), {.time = std::chrono::milliseconds(0)});
  EXPECT_THAT(content.problems, IsEmpty());
  EXPECT_THAT(content.obstacle, HasSubstr("did not end in time"));
}

TEST_F(Backup, IsFoundAsAFileAFolderOrInOne) {
  put("all/a.sql", kPgDump);
  put("all/base/PG_VERSION", "15\n");
  put("all/base/global/pg_control", "123456789");
  put("all/other/readme", "x");
  const auto names = [&](const std::string& pattern) {
    std::vector<std::string> found;
    for (const BackupFile& file : find_backups({folder_ / pattern}, std::time(nullptr))) {
      found.push_back(std::filesystem::path(file.path).filename().string() + (file.folder ? "/ " : " ") + std::to_string(file.bytes));
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  const std::string size = std::to_string(kPgDump.size());
  EXPECT_THAT(names("all/*"), ElementsAre("a.sql " + size, "base/ 12"));
  EXPECT_THAT(names("all"), ElementsAre("a.sql " + size, "base/ 12"));
  EXPECT_THAT(names("all/base"), ElementsAre("base/ 12"));
}

TEST_F(Backup, FillsTheTableOfItsFacts) {
  SqlSession facts = SqlSession::in_memory();
  fill_content_facts(facts, "/b/x", look_at(kPgDump.substr(0, 60)), std::nullopt);
  const Answer answer = facts.query("SELECT kind, problem LIKE 'the dump%', verifiable FROM content", {}, {});
  EXPECT_EQ(answer.rows.at(0), (SqlRow{"dump"s, std::int64_t{1}, std::int64_t{1}}));
}

}  // namespace

}  // namespace rounds
