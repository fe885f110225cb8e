#include "store/store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "store/fixture.h"
#include "store/keepers.h"
#include "store/schema.h"
#include "store/store_file.h"

namespace rounds {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

unsigned mode_of(const fs::path& file) {
  struct stat info {};
  EXPECT_EQ(lstat(file.c_str(), &info), 0) << file;
  return info.st_mode & 0777;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Runs `body` in a child as a user who may not write our files.
int as_nobody(const std::function<void()>& body) {
  return end_of(in_child([&] {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) throw std::runtime_error("setuid");
    body();
  }));
}

TEST_F(StoreTest, MakesPrivateFilesInAPrivateFolder) {
  Store store = open();
  EXPECT_EQ(mode_of(file().parent_path()), 0700u);
  EXPECT_EQ(mode_of(file()), 0600u);
  EXPECT_EQ(mode_of(file().string() + "-wal"), 0600u);
  EXPECT_EQ(mode_of(file().string() + ".queue"), 0600u);
  EXPECT_EQ(mode_of(store.spool()), 0700u);
  EXPECT_EQ(store.spool(), file().string() + ".spool");
}

TEST_F(StoreTest, KeepsItsPromisesToTheDisk) {
  Store store = open();
  EXPECT_EQ(store.db().value<std::string>("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(store.db().value<int>("PRAGMA synchronous"), 2);
  EXPECT_EQ(store.db().value<int>("PRAGMA wal_autocheckpoint"), 0);
  EXPECT_EQ(store.db().value<int>("PRAGMA foreign_keys"), 1);
}

TEST_F(StoreTest, RemembersWhatWasWritten) {
  {
    Store store = open();
    store.write([&] { set_fact(store, "a", "1"); });
  }
  EXPECT_GT(fs::file_size(file().string() + "-wal"), 0u);  // no checkpoint on close
  Store store = open();
  EXPECT_EQ(find_fact(store, "a"), "1");
}

TEST_F(StoreTest, UndoesAWriteThatThrows) {
  Store store = open();
  EXPECT_THROW(store.write([&] {
    set_fact(store, "a", "1");
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_EQ(find_fact(store, "a"), std::nullopt);
  store.write([&] { set_fact(store, "b", "2"); });
  EXPECT_EQ(find_fact(store, "b"), "2");
}

TEST_F(StoreTest, FollowsASymbolicLinkToTheRealFile) {
  open();
  fs::create_symlink(file(), dir_ / "link.db");
  Store store = Store::open(dir_ / "link.db");
  EXPECT_EQ(store.file(), file());
  EXPECT_FALSE(fs::exists(dir_ / "link.db.queue"));
}

TEST_F(StoreTest, RefusesALinkThatLeadsNowhere) {
  fs::create_symlink(dir_ / "nowhere", dir_ / "link.db");
  EXPECT_EQ(fault_of([&] { Store::open(dir_ / "link.db"); }), Fault::config);
  EXPECT_FALSE(fs::exists(dir_ / "nowhere"));
}

TEST_F(StoreTest, RefusesAFileWithASecondName) {
  open();
  fs::create_hard_link(file(), dir_ / "other.db");
  EXPECT_EQ(fault_of([&] { open(); }), Fault::config);
}

TEST(StoreFile, TellsNetworkFileSystemsFromLocalOnes) {
  EXPECT_EQ(network_file_system(0x6969), "NFS");
  EXPECT_EQ(network_file_system(0xff534d42), "CIFS");
  EXPECT_EQ(network_file_system(0x01021997), "9p");
  EXPECT_EQ(network_file_system(0xef53), "");      // ext4
  EXPECT_EQ(network_file_system(0x01021994), "");  // tmpfs
}

TEST_F(StoreTest, NamesTheRestoreThatWasInterrupted) {
  open();
  fs::create_hard_link(file(), file().string() + ".replaced-20260301T120000Z");
  std::string message;
  EXPECT_EQ(fault_of([&] { open(); }, &message), Fault::config);
  EXPECT_NE(message.find("a restore was interrupted"), std::string::npos) << message;
}

TEST_F(StoreTest, RefusesADamagedFileNamingTheNewestBackup) {
  fs::create_directory(file().parent_path());
  std::ofstream(file()) << std::string(8192, '#');
  std::ofstream(file().string() + ".backup-1") << "old";
  std::ofstream(file().string() + ".backup-2") << "new";
  fs::last_write_time(file().string() + ".backup-1", fs::file_time_type::clock::now() - 1h);
  std::string message;
  EXPECT_EQ(fault_of([&] { open(); }, &message), Fault::bad_data);
  EXPECT_EQ(message.rfind(file().string(), 0), 0u) << message;
  EXPECT_NE(message.find("rounds backup restore " + file().string() + ".backup-2"), std::string::npos) << message;
  EXPECT_EQ(bytes_of(file()), std::string(8192, '#'));
}

TEST_F(StoreTest, ReadsWithoutMakingAnything) {
  std::string message;
  EXPECT_EQ(fault_of([&] { Store::open_read_only(file()); }, &message), Fault::not_found);
  EXPECT_NE(message.find("rounds add"), std::string::npos);
  EXPECT_FALSE(fs::exists(file().parent_path()));
}

TEST_F(StoreTest, ReadsBesideAWriterAndNeverWrites) {
  Store store = open();
  store.write([&] { set_fact(store, "a", "1"); });
  Store reader = Store::open_read_only(file());
  EXPECT_EQ(find_fact(reader, "a"), "1");
  store.write([&] { set_fact(store, "a", "2"); });
  EXPECT_EQ(find_fact(reader, "a"), "2");
  EXPECT_THROW(reader.write([] {}), Error);
  EXPECT_THROW(set_fact(reader, "a", "3"), Error);
}

TEST_F(StoreTest, ReadsACopyWithoutItsLogAndMakesNoFileBesideIt) {
  {
    Store store = open();
    store.write([&] { set_fact(store, "a", "1"); });
    ASSERT_TRUE(store.checkpoint());
  }
  fs::create_directory(dir_ / "copy");
  fs::copy_file(file(), dir_ / "copy" / "rounds.db");
  Store copy = Store::open_read_only(dir_ / "copy" / "rounds.db");
  EXPECT_EQ(find_fact(copy, "a"), "1");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_ / "copy"), {}), 1);
}

TEST_F(StoreTest, IsReadableButNotWritableInAFolderOfOthers) {
  Store store = open();
  store.write([&] { set_fact(store, "a", "1"); });
  fs::permissions(dir_, fs::perms(0755));
  fs::permissions(file().parent_path(), fs::perms(geteuid() == 0 ? 0755 : 0555));
  for (const auto& entry : fs::directory_iterator(file().parent_path())) {
    if (entry.is_regular_file()) fs::permissions(entry.path(), fs::perms(geteuid() == 0 ? 0644 : 0444));
  }
  EXPECT_EQ(as_nobody([&] {
              Store reader = Store::open_read_only(file());
              if (find_fact(reader, "a") != "1") throw std::runtime_error("not read");
            }),
            0);
  EXPECT_EQ(as_nobody([&] {
              try {
                Store::open(file());
              } catch (const Error& error) {
                if (error.fault() == Fault::permission) return;
                throw;
              }
              throw std::runtime_error("opened");
            }),
            0);
  fs::permissions(file().parent_path(), fs::perms(0700));
}

TEST_F(StoreTest, NoticesThatItsFileWasReplaced) {
  Store store = open();
  EXPECT_TRUE(store.still_in_place());
  fs::rename(file(), file().string() + ".moved");
  EXPECT_FALSE(store.still_in_place());
  std::ofstream(file()) << "";
  EXPECT_FALSE(store.still_in_place());
  EXPECT_EQ(fault_of([&] { store.write([] {}); }), Fault::temporary);
  fs::rename(file().string() + ".moved", file());
  EXPECT_TRUE(store.still_in_place());
  store.write([&] { set_fact(store, "a", "1"); });
}

TEST_F(StoreTest, LetsManyProcessesMakeItAtOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) children.push_back(in_child([&] { open(); }));
  for (const pid_t child : children) EXPECT_EQ(end_of(child), 0);
}

TEST_F(StoreTest, LetsEightProcessesWriteAtOnce) {
  constexpr int kWriters = 8;
  constexpr int kWrites = 200;
  open();
  std::vector<pid_t> children;
  for (int i = 0; i < kWriters; ++i) {
    children.push_back(in_child([&] {
      Store store = open();
      for (int n = 0; n < kWrites; ++n) {
        store.write([&] { insert_keeper(store, {.boot_id = "b"}); });
      }
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(end_of(child), 0);
  Store store = open();
  EXPECT_EQ(all_keepers(store).size(), std::size_t{kWriters * kWrites});
}

TEST_F(StoreTest, GivesUpInTimeWhileAnotherProcessWrites) {
  Store store = open();
  Signal writing, done;
  const pid_t child = in_child([&] {
    Store other = open();
    other.write([&] {
      writing.give();
      done.await();
    });
  });
  writing.await();
  const auto before = Clock::now();
  bool ran = false;
  EXPECT_FALSE(store.try_write(50ms, [&] { ran = true; }));
  const auto waited = Clock::now() - before;
  EXPECT_FALSE(ran);
  EXPECT_GE(waited, 50ms);
  EXPECT_LT(waited, 2s);
  done.give();
  EXPECT_EQ(end_of(child), 0);
  EXPECT_TRUE(store.try_write(50ms, [&] { ran = true; }));
  EXPECT_TRUE(ran);
}

TEST_F(StoreTest, GivesUpInTimeWhileAProgramOutsideTheQueueHoldsTheLock) {
  Store store = open();
  Sqlite outside = Sqlite::open(file(), Sqlite::Mode::write);
  const auto held = outside.try_begin(0ms);
  EXPECT_FALSE(store.try_write(20ms, [] {}));
}

TEST_F(StoreTest, MovesTheLogIntoTheFile) {
  Store store = open();
  store.write([&] { set_fact(store, "a", std::string(10'000, 'x')); });
  EXPECT_GT(store.wal_bytes(), 10'000);
  EXPECT_TRUE(store.checkpoint());
  EXPECT_EQ(store.wal_bytes(), 0);
  EXPECT_EQ(find_fact(store, "a"), std::string(10'000, 'x'));
}

TEST_F(StoreTest, DoesNotCheckpointUnderAReaderAndWritesOn) {
  Store store = open();
  Store other = Store::open_read_only(file());
  {
    Statement reading = other.db().query("SELECT value FROM json_each('[1,2]'), sqlite_schema");
    ASSERT_TRUE(reading.step());
    store.write([&] { set_fact(store, "a", "1"); });
    EXPECT_FALSE(store.checkpoint());
    store.write([&] { set_fact(store, "a", "2"); });
  }
  EXPECT_TRUE(store.checkpoint());
  EXPECT_EQ(find_fact(store, "a"), "2");
}

TEST_F(StoreTest, LeavesTheCheckpointToWhomeverIsAtIt) {
  Store store = open();
  store.write([&] { set_fact(store, "a", "1"); });
  Signal holding, done;
  const pid_t child = in_child([&] {
    const int fd = ::open((file().string() + ".maintenance").c_str(), O_RDWR);
    if (lockf(fd, F_LOCK, 0) != 0) throw std::runtime_error("lock");
    holding.give();
    done.await();
  });
  holding.await();
  EXPECT_FALSE(store.checkpoint());
  done.give();
  EXPECT_EQ(end_of(child), 0);
  EXPECT_TRUE(store.checkpoint());
}

}  // namespace
}  // namespace rounds
