// Made-up machines: what their files say, and what the checks make of it.
#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cstdlib>

#include "inspect/facts.h"
#include "inspect/host/families.h"
#include "inspect/host/program.h"
#include "inspect/host_engine.h"
#include "seed.h"

namespace rounds {

namespace {

using namespace seed;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Check& check(const std::string& id) {
  const auto found = select_checks(builtin_checks(), {Tier::yearly, {id}});
  EXPECT_EQ(found.size(), 1U) << id;
  return *found.front();
}

/// What SQL on the facts of those probes brings.
Answer facts_answer(Engine& engine, const std::vector<std::string>& probes, const std::string& sql,
                    const Parameters& parameters = {}) {
  Facts facts(engine, {}, {Connection::State::open, {}}, std::chrono::milliseconds(0));
  return facts.query(probes, sql, parameters, limits_of(Cost::expensive));
}

/// A small healthy server with one disk; tests spoil one file of it.
class Machine : public testing::Test {
 protected:
  Machine() {
    put("/proc/stat",
        "cpu  100 0 100 1000 10 0 0 0 0 0\ncpu0 50 0 50 500 5 0 0 0 0 0\ncpu1 50 0 50 500 5 0 0 0 0 0\n"
        "btime 1000000000\n");
    put("/proc/loadavg", "0.10 0.20 0.30 1/88 10857\n");
    put("/proc/meminfo",
        "MemTotal:       16000000 kB\nMemFree: 1000000 kB\nMemAvailable:   12000000 kB\n"
        "SwapTotal: 2000000 kB\nSwapFree: 2000000 kB\nCommitLimit: 10000000 kB\nCommitted_AS: 2000000 kB\n");
    put("/proc/vmstat", "pswpin 0\npswpout 0\noom_kill 0\n");
    put("/proc/self/cgroup", "0::/\n");
    put("/proc/pressure/cpu",
        "some avg10=0.11 avg60=0.42 avg300=0.75 total=21\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    put("/proc/self/mountinfo", mounts());
    put("/.collected/statvfs", "4096 1000000 800000 750000 100000 90000 /\n");
    put("/etc/fstab", "/dev/sda1 / ext4 errors=remount-ro 0 1\nUUID=1 /srv/my\\040data xfs defaults,noatime 0 2\n");
    put("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
    put("/proc/sys/fs/file-nr", "1000\t0\t9223372036854775807\n");
    put("/proc/sys/vm/overcommit_memory", "0\n");
    put("/proc/sys/vm/swappiness", "10\n");
    put("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    put("/etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n");
    put("/.collected/now", "1700000000\n");
    put("/.collected/packages", "1699000000\n");
    put("/.collected/clock", "synchronised=yes offset=0.0001\n");
    put("/.collected/dmesg", "[    0.000000] Linux version 6.1.0\n");
    put("/.collected/uid", "0\n");
    put("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n");
    put("/etc/shadow", "root:$y$j9T$abc:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n");
    put("/sys/class/hwmon/hwmon0/name", "coretemp\n");
    put("/sys/class/hwmon/hwmon0/temp1_input", "45000\n");
    put("/sys/class/hwmon/hwmon0/temp1_crit", "100000\n");
    put("/.collected/smart/1.json",
        R"({"device":{"name":"/dev/sda"},"model_name":"Disk","smart_status":{"passed":true}})");
  }

  static std::string mounts(const std::string& options = "rw,relatime", const std::string& super = "rw") {
    return "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
           "27 1 254:0 / / " +
           options + " shared:1 - ext4 /dev/sda1 " + super + "\n";
  }

  void put(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = folder_ / path.substr(1);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  void remove(const std::string& path) const { std::filesystem::remove_all(folder_ / path.substr(1)); }

  std::string root() const {
    const std::string path = folder_ / "";
    return path.substr(0, path.size() - 1);
  }
  std::vector<Entry> ask(const std::string& id) const {
    HostEngine engine({}, root());
    engine.connect();
    const Check& asked = check(id);
    std::vector<std::string> probes = asked.question.probes;
    std::string sql = asked.question.sql;
    if (!asked.readings.empty()) {
      std::erase(probes, "readings");
      sql = "WITH space_before(path) AS (" + writable_before_ + "), space_samples AS (SELECT path FROM space_before) " + sql;
    }
    return judge(asked, facts_answer(engine, probes, sql, asked.thresholds));
  }
  /// "subject severity", or the outcome where there is no finding.
  std::vector<std::string> found(const std::string& id) const {
    std::vector<std::string> list;
    for (const Entry& entry : ask(id)) {
      list.push_back(entry.severity ? entry.subject + " " + to_text(*entry.severity)
                                    : to_text(entry.outcome) + (entry.outcome == Outcome::error ? entry.reason : ""));
    }
    return list;
  }

  Folder folder_;
  std::string writable_before_ = "SELECT NULL";
};

TEST_F(Machine, ThatIsHealthyGivesNoFinding) {
  HostEngine engine({}, root());
  EXPECT_EQ(engine.connect().state, Connection::State::open);
  EXPECT_EQ(engine.capabilities().version, "6.1.0");
  EXPECT_EQ(engine.capabilities().privileges.count("root"), 1U);
  for (const Check* one : select_checks(builtin_checks(), {Tier::yearly, {"host.*"}})) {
    if (!one->readings.empty()) continue;
    for (const Entry& entry :
         judge(*one, facts_answer(engine, one->question.probes, one->question.sql, one->thresholds))) {
      EXPECT_EQ(entry.outcome, Outcome::ok) << one->id << " " << entry.reason << entry.subject;
    }
  }
}

TEST_F(Machine, FillsItsFileSystems) {
  put("/.collected/statvfs", "4096 1000000 200000 150000 100000 90000 /\n");
  EXPECT_THAT(found("host.fs.space"), ElementsAre("/ warning"));
  put("/.collected/statvfs", "4096 1000000 60000 10000 100000 5000 /\n");
  EXPECT_THAT(found("host.fs.space"), ElementsAre("/ critical"));
  EXPECT_THAT(found("host.fs.inodes"), ElementsAre("/ critical"));
  // 10 TB with 1.5 TB free is 85 % and no trouble.
  put("/.collected/statvfs", "4096 2441406250 366210937 366210937 0 0 /\n");
  EXPECT_THAT(found("host.fs.space"), ElementsAre("ok"));
  EXPECT_THAT(found("host.fs.inodes"), ElementsAre("ok"));
}

TEST_F(Machine, LeavesImagesAndBindMountsOut) {
  put("/proc/self/mountinfo", mounts() +
                                  "30 27 7:1 / /snap/core ro - squashfs /dev/loop1 ro\n"
                                  "31 27 254:0 /srv /srv/bind ro,nosuid - ext4 /dev/sda1 rw\n");
  put("/.collected/statvfs", "4096 1000000 800000 750000 100000 90000 /\n4096 100 0 0 10 0 /snap/core\n");
  for (const char* id : {"host.fs.space", "host.fs.inodes", "host.fs.readonly"})
    EXPECT_THAT(found(id), ElementsAre("ok"));
}

TEST_F(Machine, LosesAFileSystemToTheKernelOrToARemount) {
  put("/proc/self/mountinfo", mounts("rw,relatime", "ro"));
  EXPECT_THAT(found("host.fs.readonly"), ElementsAre("/ critical"));
  put("/proc/self/mountinfo", mounts("ro,relatime", "ro"));
  EXPECT_THAT(found("host.fs.readonly"), ElementsAre("/ critical"));
  put("/etc/fstab", "/dev/sda1 / ext4 ro 0 1\n");
  EXPECT_THAT(found("host.fs.readonly"), ElementsAre("ok"));
  writable_before_ = "SELECT '/'";
  EXPECT_THAT(found("host.fs.readonly"), ElementsAre("/ critical"));
}

TEST_F(Machine, HasASpaceInTheNameOfAMountPoint) {
  put("/proc/self/mountinfo", mounts() + "31 27 8:17 / /srv/my\\040data ro - xfs /dev/sdb1 ro\n");
  put("/.collected/statvfs", "4096 1000 800 750 100 90 /\n4096 1000 50 50 100 90 /srv/my data\n");
  EXPECT_THAT(found("host.fs.readonly"), ElementsAre("/srv/my data critical"));
}

TEST_F(Machine, WaitsForADeadServer) {
  put("/proc/self/mountinfo", mounts() + "31 27 0:55 / /mnt/nas rw - nfs4 nas:/x rw\n");
  put("/.collected/statvfs", "4096 1000 800 750 100 90 /\nhung /mnt/nas\n");
  EXPECT_THAT(found("host.fs.hung"), ElementsAre("/mnt/nas warning"));
}

TEST_F(Machine, RunsOutOfMemory) {
  put("/proc/meminfo",
      "MemTotal: 16000000 kB\nMemAvailable: 1200000 kB\nSwapTotal: 2000000 kB\nSwapFree: 1000000 kB\n");
  EXPECT_THAT(found("host.mem.available"), ElementsAre("memory warning"));
  EXPECT_THAT(found("host.mem.swap"), ElementsAre("swap warning"));
  put("/proc/meminfo", "MemTotal: 16000000 kB\nMemAvailable: 120000 kB\n");
  EXPECT_THAT(found("host.mem.available"), ElementsAre("memory critical"));
  remove("/proc/meminfo");
  EXPECT_THAT(found("host.mem.available"), ElementsAre("skipped"));
}

TEST_F(Machine, LimitsTheGroupOfADatabase) {
  put("/proc/812/comm", "postgres\n");
  put("/proc/812/cgroup", "0::/system.slice/pg.service\n");
  put("/sys/fs/cgroup/system.slice/pg.service/memory.max", "1000000000\n");
  put("/sys/fs/cgroup/system.slice/pg.service/memory.current", "990000000\n");
  put("/sys/fs/cgroup/system.slice/pg.service/memory.stat", "anon 1\ninactive_file 400000000\n");
  EXPECT_THAT(found("host.mem.available"), ElementsAre("ok"));
  put("/sys/fs/cgroup/system.slice/pg.service/memory.stat", "anon 1\ninactive_file 10000000\n");
  EXPECT_THAT(found("host.mem.available"), ElementsAre("/sys/fs/cgroup/system.slice/pg.service critical"));
}

TEST_F(Machine, HasSettingsThatDatabasesSufferFrom) {
  put("/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
  put("/proc/sys/vm/overcommit_memory", "1\n");
  put("/proc/sys/vm/swappiness", "60\n");
  EXPECT_THAT(found("host.mem.thp"), ElementsAre("transparent huge pages warning"));
  EXPECT_THAT(found("host.mem.overcommit"), ElementsAre("vm.overcommit_memory warning"));
  EXPECT_THAT(found("host.os.sysctl"), ElementsAre("vm.swappiness info"));
}

TEST_F(Machine, IsBusy) {
  put("/proc/loadavg", "9.0 8.0 7.0 1/88 1\n");
  EXPECT_THAT(found("host.cpu.load"), ElementsAre("load critical"));
  put("/proc/pressure/io", "some avg10=20 avg60=15 avg300=12.5 total=21\n");
  EXPECT_THAT(found("host.psi"), ElementsAre("io warning"));
  remove("/proc/pressure");
  EXPECT_THAT(found("host.psi"), ElementsAre("skipped"));
}

TEST_F(Machine, HasADegradedArray) {
  put("/proc/mdstat",
      "Personalities : [raid1] [raid6]\nmd0 : active raid1 sdb1[1](F) sda1[0]\n"
      "      1046528 blocks super 1.2 [2/1] [U_]\n\nmd127 : active raid6 sda2[0] sdb2[1] sdc2[2] sdd2[3]\n"
      "      20953088 blocks super 1.2 level 6, 512k chunk, algorithm 2 [4/4] [UUUU]\n      bitmap: 0/1 pages [0KB], "
      "65536KB chunk\n"
      "\nmd5 : inactive sde1[0](S)\n      1046528 blocks super 1.2\n\nunused devices: <none>\n");
  EXPECT_THAT(found("host.disk.raid"), ElementsAre("md0 critical", "md5 critical"));
  EXPECT_THAT(ask("host.disk.raid").front().evidence.front(), "active raid1, 1 of 2 disks work, failed: sdb1");
}

TEST_F(Machine, RebuildsAnArray) {
  put("/proc/mdstat",
      "md0 : active raid1 sdb1[2] sda1[0]\n      1046528 blocks super 1.2 [2/1] [U_]\n"
      "      [==>..................]  recovery = 12.6% (132096/1046528) finish=0.1min speed=132096K/sec\n");
  EXPECT_THAT(ask("host.disk.raid").front().evidence.front(), HasSubstr("recovery runs"));
  put("/proc/mdstat",
      "md0 : active raid1 sdb1[2] sda1[0]\n      1046528 blocks super 1.2 [2/2] [UU]\n"
      "      [==>..................]  check = 12.6% (132096/1046528) finish=0.1min speed=1K/sec\n");
  EXPECT_THAT(found("host.disk.raid"), ElementsAre("ok"));
}

TEST_F(Machine, HasFailingDrives) {
  put("/.collected/smart/2.json",
      R"({"device":{"name":"/dev/sdb"},"model_name":"Old","smart_status":{"passed":false}})");
  put("/.collected/smart/3.json",
      R"({"device":{"name":"/dev/sdc"},"model_name":"Worn","smart_status":{"passed":true},"ata_smart_attributes":{"table":[)"
      R"({"id":197,"name":"Current_Pending_Sector","when_failed":"","flags":{"prefailure":false},"raw":{"value":8}}]}})");
  put("/.collected/smart/4.json",
      R"({"device":{"name":"/dev/nvme0"},"model_name":"Flash","smart_status":{"passed":true},)"
      R"("nvme_smart_health_information_log":{"critical_warning":0,"percentage_used":95,"media_errors":0}})");
  EXPECT_THAT(found("host.disk.smart"), ElementsAre("/dev/sdb critical", "/dev/sdc warning", "/dev/nvme0 warning"));
  remove("/.collected/smart");
  EXPECT_THAT(found("host.disk.smart"), ElementsAre("skipped"));
}

TEST_F(Machine, IsHot) {
  put("/sys/class/hwmon/hwmon0/temp1_input", "93000\n");
  EXPECT_THAT(found("host.hw.temp"), ElementsAre("coretemp 0 temp1 warning"));
  remove("/sys/class/hwmon");
  EXPECT_THAT(found("host.hw.temp"), ElementsAre("skipped"));
}

TEST_F(Machine, LosesALink) {
  put("/sys/class/net/eth0/operstate", "down\n");
  put("/sys/class/net/eth0/flags", "0x1003\n");
  put("/sys/class/net/eth0/carrier", "0\n");
  put("/sys/class/net/eth0/device", "");
  EXPECT_THAT(found("host.net.link"), ElementsAre("eth0 info"));
  put("/proc/net/route", "Iface\tDestination\tGateway\neth0\t00000000\t0100A8C0\n");
  EXPECT_THAT(found("host.net.link"), ElementsAre("eth0 critical"));
  put("/sys/class/net/eth0/flags", "0x1002\n");
  EXPECT_THAT(found("host.net.link"), ElementsAre("ok"));
}

TEST_F(Machine, LosesAMemberOfABond) {
  put("/proc/net/bonding/bond0",
      "Ethernet Channel Bonding Driver: v5\n\nBonding Mode: active-backup\nMII Status: up\n\nSlave Interface: "
      "eth0\nMII Status: up\n"
      "Speed: 1000 Mbps\n\nSlave Interface: eth1\nMII Status: down\n");
  EXPECT_THAT(found("host.net.link"), ElementsAre("bond0 eth1 warning"));
}

TEST_F(Machine, LosesTheTime) {
  put("/.collected/clock", "synchronised=no\n");
  EXPECT_THAT(found("host.time.sync"), ElementsAre("clock warning"));
  put("/.collected/chrony",
      "A9FEA97B,169.254.169.123,4,1700000000.1,1.500000000,0.1,0.1,-2.1,0.0,0.1,0.1,0.1,16.1,Normal\n");
  EXPECT_THAT(found("host.time.sync"), ElementsAre("clock critical"));
  remove("/.collected/chrony");
  remove("/.collected/clock");
  EXPECT_THAT(found("host.time.sync"), ElementsAre("skipped"));
}

TEST_F(Machine, HearsTheKernelComplain) {
  put("/.collected/boot", "1699990000\n");
  put("/.collected/dmesg",
      "[    1.0] Linux\n[  100.5] blk_update_request: I/O error, dev sdb, sector 2048 op 0x0:(READ)\n"
      "[  101.5] EXT4-fs (sda1): re-mounted. Opts: errors=remount-ro\n"
      "[  200.5] INFO: task mariadbd:812 blocked for more than 120 seconds.\n");
  EXPECT_THAT(found("host.os.kernel"), ElementsAre("hung warning", "io warning"));
  put("/.collected/boot", "1600000000\n");
  EXPECT_THAT(found("host.os.kernel"), ElementsAre("ok"));
  remove("/.collected/dmesg");
  EXPECT_THAT(found("host.os.kernel"), ElementsAre("skipped"));
}

std::string stat_line(int pid, const std::string& name, char state, int parent) {
  return std::to_string(pid) + " (" + name + ") " + state + " " + std::to_string(parent) +
         " 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 500 1 1 1\n";
}

TEST_F(Machine, RunsADatabaseNearItsLimits) {
  put("/proc/812/stat", stat_line(812, "mariadbd", 'S', 1));
  put("/proc/812/comm", "mariadbd\n");
  put("/proc/812/limits",
      "Limit                     Soft Limit           Hard Limit           Units\n"
      "Max open files            1024                 4096                 files\n");
  put("/proc/812/oom_score_adj", "0\n");
  EXPECT_THAT(found("host.os.fd"), ElementsAre("skipped"));
  put("/.collected/fds/812", "990\n");
  EXPECT_THAT(found("host.os.fd"), ElementsAre("mariadbd critical"));
  EXPECT_THAT(found("host.db.oom"), ElementsAre("mariadb info"));
  put("/.collected/fds/812", "100\n");
  EXPECT_THAT(found("host.os.fd"), ElementsAre("ok"));
}

TEST_F(Machine, KeepsDeadChildren) {
  put("/proc/700/stat", stat_line(700, "bad (parent) x", 'S', 1));
  for (int pid = 701; pid < 712; ++pid)
    put("/proc/" + std::to_string(pid) + "/stat", stat_line(pid, "child", 'Z', 700));
  EXPECT_THAT(found("host.os.zombies"), ElementsAre("zombies of bad (parent) x warning"));
}

TEST_F(Machine, RunsAnOldRelease) {
  put("/etc/os-release", "PRETTY_NAME=\"CentOS Linux 7 (Core)\"\nID=\"centos\"\nVERSION_ID=\"7\"\n");
  put("/.collected/now", "1760000000\n");
  EXPECT_THAT(found("host.os.release"), ElementsAre("release warning"));
  EXPECT_THAT(found("host.os.updates"), ElementsAre("packages warning"));
  put("/etc/os-release", "PRETTY_NAME=\"My Linux\"\nID=mine\nVERSION_ID=3\n");
  EXPECT_THAT(found("host.os.release"), ElementsAre("skipped"));
}

TEST_F(Machine, WaitsForARestart) {
  put("/lib/modules/6.1.0-9-amd64/.is", "");
  put("/boot/vmlinuz-6.1.0-9-amd64", "");
  EXPECT_THAT(found("host.os.release"), ElementsAre("ok"));
  put("/lib/modules/6.1.0-25-amd64/.is", "");
  put("/boot/vmlinuz-6.1.0-25-amd64", "");
  EXPECT_THAT(found("host.os.release"), ElementsAre("reboot warning"));
  remove("/lib/modules");
  put("/run/reboot-required", "*** System restart required ***\n");
  EXPECT_THAT(found("host.os.release"), ElementsAre("reboot warning"));
}

TEST_F(Machine, HasOpenAccounts) {
  put("/etc/passwd",
      "root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/root:/bin/sh\nguest:x:1001:1001::/home/guest:/bin/sh\n"
      "old::1002:1002::/:/bin/sh\n");
  put("/etc/shadow", "root:$y$j9T$abc:1::::::\ntoor:!:1::::::\nguest::1::::::\n");
  EXPECT_THAT(found("host.sec.accounts"), ElementsAre("toor critical", "guest critical", "old critical"));
  put("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
  remove("/etc/shadow");
  EXPECT_THAT(found("host.sec.accounts"), ElementsAre("skipped"));
}

TEST_F(Machine, LetsPasswordsIn) {
  put("/etc/ssh/sshd_config", "# PasswordAuthentication no\nPort 22\n");
  EXPECT_THAT(found("host.sec.ssh"), ElementsAre("passwordauthentication warning"));
  put("/etc/ssh/sshd_config",
      "Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication yes\nPermitRootLogin yes\n");
  put("/etc/ssh/sshd_config.d/10.conf", "PasswordAuthentication=no\nMatch User x\n  PermitRootLogin no\n");
  EXPECT_THAT(found("host.sec.ssh"), ElementsAre("permitrootlogin warning"));
  put("/etc/ssh/sshd_config.d/10.conf", "PasswordAuthentication no\nPermitRootLogin no\n");
  EXPECT_THAT(found("host.sec.ssh"), ElementsAre("ok"));
}

/// A check about readings, whose tables a test makes as the contract says.
class Readings : public testing::Test {
 protected:
  Readings() {
    run("CREATE TABLE span(seconds, asked_seconds, coverage, from_s, to_s)");
    run("INSERT INTO span VALUES(864000, 864000, 100, 1000000, 1864000)");
  }
  void run(const std::string& sql) { facts_.fill(sql, {}); }
  std::vector<std::string> found(const std::string& id) {
    std::vector<std::string> list;
    const Check& asked = check(id);
    for (const Entry& entry : judge(asked, facts_.query(asked.question.sql, asked.thresholds, limits_of(asked.cost)))) {
      list.push_back(entry.severity ? entry.subject + " " + to_text(*entry.severity)
                                    : to_text(entry.outcome) + entry.reason);
    }
    return list;
  }
  SqlSession facts_ = SqlSession::in_memory();
};

TEST_F(Readings, TellOfKillsForWantOfMemoryAndOfSwapping) {
  run("CREATE TABLE vmstat_last(name, value)");
  run("CREATE TABLE vmstat_delta(name, value, reset)");
  EXPECT_THAT(found("host.mem.oom"), ElementsAre(HasSubstr("skipped")));
  run("INSERT INTO vmstat_last VALUES('oom_kill', 7)");
  run("INSERT INTO vmstat_delta VALUES('oom_kill', 0, 0), ('pswpin', 864000, 0), ('pswpout', 864000, 0)");
  EXPECT_THAT(found("host.mem.oom"), ElementsAre("ok"));
  EXPECT_THAT(found("host.mem.swapping"), ElementsAre("ok"));
  run("UPDATE vmstat_delta SET value = iif(name = 'oom_kill', 2, 86400000)");
  EXPECT_THAT(found("host.mem.oom"), ElementsAre("out of memory critical"));
  EXPECT_THAT(found("host.mem.swapping"), ElementsAre("swap warning"));
}

TEST_F(Readings, TellWhatTheProcessorsDid) {
  run("CREATE TABLE cpu_delta(name, total, busy, iowait, steal, reset)");
  run("INSERT INTO cpu_delta VALUES('all', 1000, 300, 100, 5, 0)");
  EXPECT_THAT(found("host.cpu.usage"), ElementsAre("ok"));
  run("UPDATE cpu_delta SET busy = 300, iowait = 250, steal = 150");
  EXPECT_THAT(found("host.cpu.usage"), ElementsAre("iowait warning", "steal warning"));
}

TEST_F(Readings, TellHowLongDisksTook) {
  run("CREATE TABLE disk_delta(name, reads, read_ms, writes, write_ms, busy_ms, reset)");
  run("INSERT INTO disk_delta VALUES('sda', 100000, 300000, 100000, 100000, 90000, 0), ('sdb', 3, 900, 0, 0, 900, 0),"
      " ('sdc', 5000, 125000, 0, 0, 100, 0), ('sdd', 0, 0, 5000, 500000, 100, 0)");
  EXPECT_THAT(found("host.disk.latency"), ElementsAre("sdc warning", "sdd critical"));
}

TEST_F(Readings, TellOfMemoryErrors) {
  run("CREATE TABLE edac_last(controller, corrected, uncorrected)");
  run("CREATE TABLE edac_delta(controller, corrected, uncorrected, reset)");
  EXPECT_THAT(found("host.mem.edac"), ElementsAre(HasSubstr("skipped")));
  run("INSERT INTO edac_last VALUES('mc0', 3, 0)");
  run("INSERT INTO edac_delta VALUES('mc0', 3, 0, 0), ('mc1', 0, 1, 0)");
  EXPECT_THAT(found("host.mem.edac"), ElementsAre("mc0 warning", "mc1 critical"));
}

TEST_F(Readings, TellOfLostPackets) {
  run("CREATE TABLE interface_delta(name, up, state, speed, duplex, mtu, packets, errors, drops, reset)");
  run("INSERT INTO interface_delta(name, packets, errors, drops) VALUES('a', 1000000, 200, 0), ('b', 1000000, 5, 400),"
      " ('c', 1000000, 0, 5000)");
  EXPECT_THAT(found("host.net.errors"), ElementsAre("a warning", "c warning"));
}

TEST_F(Readings, TellOfTcp) {
  run("CREATE TABLE tcp_last(name, value)");
  run("CREATE TABLE tcp_delta(name, value, reset)");
  EXPECT_THAT(found("host.net.tcp"), ElementsAre(HasSubstr("skipped")));
  run("INSERT INTO tcp_last VALUES('OutSegs', 1000000)");
  run("INSERT INTO tcp_delta VALUES('OutSegs', 1000000, 0), ('RetransSegs', 5000, 0), ('ListenOverflows', 0, 0)");
  EXPECT_THAT(found("host.net.tcp"), ElementsAre("ok"));
  run("UPDATE tcp_delta SET value = value * 4 WHERE name = 'RetransSegs'");
  run("UPDATE tcp_delta SET value = 1 WHERE name = 'ListenOverflows'");
  EXPECT_THAT(found("host.net.tcp"), ElementsAre("listen queue warning", "retransmissions warning"));
}

TEST_F(Readings, TellOfARestart) {
  run("CREATE TABLE boot_last(id, boot_s, kernel)");
  run("INSERT INTO boot_last VALUES(1, 900000, 'x')");
  EXPECT_THAT(found("host.os.reboot"), ElementsAre("ok"));
  run("UPDATE boot_last SET boot_s = 1500000");
  EXPECT_THAT(found("host.os.reboot"), ElementsAre("machine warning"));
}

TEST_F(Readings, TellWhenAFileSystemWillBeFull) {
  run("CREATE TABLE space_samples(path, total_bytes, available_bytes, at)");
  run("CREATE TABLE space_last(path, total_bytes, available_bytes)");
  // 1 GiB less each hour on one, the same room on the other, and one large file that came and went.
  run("WITH RECURSIVE h(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM h WHERE i < 239) INSERT INTO space_samples"
      " SELECT '/full', 1099511627776, 322122547200 - i * 1073741824, 1000000 + i * 3600 FROM h UNION ALL"
      " SELECT '/same', 1099511627776, 107374182400 - (i = 239) * 90000000000, 1000000 + i * 3600 FROM h");
  run("INSERT INTO space_last SELECT path, total_bytes, available_bytes FROM space_samples GROUP BY path HAVING at = "
      "max(at)");
  EXPECT_THAT(found("host.fs.forecast"), ElementsAre("/full critical"));
  run("UPDATE span SET seconds = 86400");
  EXPECT_THAT(found("host.fs.forecast"), ElementsAre(HasSubstr("skipped")));
}

TEST_F(Readings, TellWhatIsNewOrGone) {
  run("CREATE TABLE listener_before(protocol, address, port, loopback, ephemeral)");
  run("CREATE TABLE listener_last(protocol, address, port, loopback, ephemeral)");
  run("INSERT INTO listener_before VALUES('tcp', '0.0.0.0', 22, 0, 0)");
  run("INSERT INTO listener_last VALUES('tcp', '0.0.0.0', 22, 0, 0), ('tcp', '0.0.0.0', 6379, 0, 0), ('tcp', "
      "'127.0.0.1', 9000, 1, 0)");
  EXPECT_THAT(found("host.sec.ports"), ElementsAre("tcp 0.0.0.0:6379 warning", "tcp 127.0.0.1:9000 info"));

  run("CREATE TABLE server_before(role, instance, started_s)");
  run("CREATE TABLE server_last(role, instance, started_s)");
  run("INSERT INTO server_before VALUES('postgresql', '/a', 1000), ('postgresql', '/b', 1000), ('mariadb', '', 1000)");
  run("INSERT INTO server_last VALUES('postgresql', '/a', 1001), ('mariadb', '', 5000)");
  EXPECT_THAT(found("host.db.process"), ElementsAre("mariadb warning", "postgresql /b critical"));

  run("CREATE TABLE sysctl_before(name, value)");
  run("CREATE TABLE sysctl_last(name, value)");
  run("INSERT INTO sysctl_before VALUES('vm.swappiness', '10'), ('kernel.sem', '1 2')");
  run("INSERT INTO sysctl_last VALUES('vm.swappiness', '60'), ('kernel.sem', '1 2')");
  EXPECT_THAT(found("host.os.drift"), ElementsAre("vm.swappiness info"));

  run("CREATE TABLE interface_before(name, up, state, speed, duplex, mtu)");
  run("CREATE TABLE interface_last(name, up, state, speed, duplex, mtu)");
  run("INSERT INTO interface_before VALUES('a', 1, 'up', 1000, 'full', 1500), ('b', 1, 'up', 1000, 'full', 1500),"
      " ('c', 1, 'up', NULL, NULL, 1500), ('d', 1, 'up', NULL, NULL, 1500)");
  run("INSERT INTO interface_last VALUES('a', 1, 'up', 100, 'full', 1500), ('b', 1, 'up', 1000, 'full', 9000),"
      " ('c', 1, 'up', NULL, NULL, 1500)");
  EXPECT_THAT(found("host.net.change"), ElementsAre("a warning", "b info", "d warning"));
}

TEST(HostEngine, GathersThisMachineInTime) {
  HostEngine engine(host::Remote{});
  ASSERT_EQ(engine.connect().state, Connection::State::open);
  const auto start = std::chrono::steady_clock::now();
  for (const auto& [word, fill] : host::families()) {
    if (word == "smart") continue;
    EXPECT_EQ(facts_answer(engine, {word}, "SELECT 1").status, Answer::Status::rows) << word;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
  EXPECT_EQ(facts_answer(engine, host::split_words("cpu"), "SELECT cores > 0, fifteen >= 0 FROM load").rows.size(), 1U);
  EXPECT_FALSE(facts_answer(engine, host::split_words("file_systems"), "SELECT 1 FROM file_system WHERE state = 'ok'")
                   .rows.empty());
  EXPECT_FALSE(
      facts_answer(engine, host::split_words("processes memory"), "SELECT 1 FROM process, memory").rows.empty());
  EXPECT_EQ(facts_answer(engine, host::split_words("nonsense"), "SELECT 1").status, Answer::Status::unavailable);
  EXPECT_EQ(engine.query("SELECT 1", {}, {}).status, Answer::Status::unavailable);
}

TEST(HostEngine, SaysWhyAnotherMachineIsNotReached) {
  HostEngine engine({.address = "rounds-test.invalid"});
  const Connection connection = engine.connect();
  EXPECT_EQ(connection.state, Connection::State::unreachable);
  EXPECT_THAT(connection.reason, HasSubstr("ssh"));
  EXPECT_EQ(facts_answer(engine, host::split_words("cpu"), "SELECT 1").status, Answer::Status::unavailable);
}

TEST(HostRemote, IsReadByOneCommand) {
  const Folder folder;
  // Stands for ssh: runs its last argument here.
  std::ofstream(folder / "ssh") << "#!/bin/sh\nfor last; do :; done\nexec sh -c \"$last\"\n";
  ::chmod((folder / "ssh").c_str(), 0755);
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", ((folder / "") + ":" + path).c_str(), 1);
  HostEngine engine({.address = "192.0.2.1", .user = "inspector", .port = 2222});
  const Connection connection = engine.connect();
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_EQ(connection.state, Connection::State::open) << connection.reason;
  const std::map<std::string, std::string> expected{
      {"cpu", "SELECT 1 FROM load, cpu"},
      {"memory", "SELECT 1 FROM memory WHERE available_bytes > 0"},
      {"processes", "SELECT 1 FROM process"},
      {"file_systems", "SELECT 1 FROM file_system WHERE path = '/' AND state = 'ok'"},
      {"accounts", "SELECT 1 FROM account"},
      {"system", "SELECT 1 FROM os, sysctl WHERE boot_s > 0"},
      {"network", "SELECT 1 FROM interface, tcp"}};
  for (const auto& [word, sql] : expected) {
    const Answer answer = facts_answer(engine, {word}, sql);
    EXPECT_FALSE(answer.rows.empty()) << word << answer.message;
  }
}

TEST(HostRemote, UnpacksWhatWasCollected) {
  const Folder folder;
  using namespace std::string_literals;
  const std::string root = folder / "tree";
  EXPECT_FALSE(host::unpack("/proc/stat\0cpu 1\n/proc/stat\0btime 5\n/../evil\0x\n"s, root));
  EXPECT_EQ(bytes_of(root + "/proc/stat"), "cpu 1\nbtime 5\n");
  EXPECT_FALSE(std::filesystem::exists(folder / "evil"));
  EXPECT_TRUE(host::unpack("/proc/9/cmdline\0a\001b\001\n/.collected/end\0yes\n"s, root));
  EXPECT_EQ(bytes_of(root + "/proc/9/cmdline"), "a\0b\0\n"s);
}

TEST(HostProgram, IsKilledWhenItTakesTooLong) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(host::run_program({"sleep", "30"}, std::chrono::milliseconds(100)));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(host::run_program({"echo", "x"}, std::chrono::seconds(5))->output, "x\n");
  EXPECT_EQ(host::run_program({"false"}, std::chrono::seconds(5))->status, 1);
  EXPECT_FALSE(host::run_program({"no-such-program-here"}, std::chrono::seconds(5)));
}

}  // namespace

}  // namespace rounds
