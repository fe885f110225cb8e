"""What the fault tests do to the machine, in a mount namespace of their own: disks, and the boot that processes see."""

import contextlib
import ctypes
import fcntl
import os
import pathlib
import struct
import subprocess
import sys
import uuid

CLONE_NEWNS = 0x00020000
MS_REC, MS_PRIVATE, MS_BIND = 0x4000, 1 << 18, 0x1000
EXT4_IOC_SHUTDOWN = 0x8004587D
SHUTDOWN_WITHOUT_FLUSH = 2
BOOT_ID = "/proc/sys/kernel/random/boot_id"
SKIPPED = 77  # ctest's SKIP_RETURN_CODE

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(source, target, kind=None, flags=0, options=None):
    texts = [text and os.fsencode(text) for text in (source, target, kind)]
    check(libc.mount(*texts, ctypes.c_ulong(flags), options and options.encode()), f"mount {target}")


def unmount(target):
    check(libc.umount2(os.fsencode(target), 0), f"unmount {target}")


def own_mounts():
    """From here on this process and its children mount for themselves alone. Ends the test when that is forbidden."""
    try:
        check(libc.unshare(CLONE_NEWNS), "unshare")
        mount("none", "/", None, MS_REC | MS_PRIVATE)
    except OSError as error:
        print(f"SKIPPED, this machine does not let us mount: {error}", file=sys.stderr)
        sys.exit(SKIPPED)


@contextlib.contextmanager
def tmpfs(target, size):
    """A small disk in memory."""
    target.mkdir(exist_ok=True)
    mount("tmpfs", target, "tmpfs", 0, f"size={size},mode=700")
    try:
        yield target
    finally:
        libc.umount2(os.fsencode(target), 2)  # MNT_DETACH


class Boot:
    """Which boot of the machine processes see: another one after each `again`."""

    def __init__(self, file):
        self.file = file
        self.again()
        mount(file, BOOT_ID, None, MS_BIND)

    def again(self):
        self.file.write_text(f"{uuid.uuid4()}\n")


class Disk:
    """A journalled file system on a file, whose power can be cut. `target` is where it is mounted; `errors` is what it
    does when it finds itself damaged."""

    def __init__(self, folder, size="64M", errors="continue"):
        self.errors = errors
        self.target = folder / "disk"
        self.target.mkdir()
        image = folder / "disk.img"
        subprocess.run(["truncate", "-s", size, image], check=True)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-O", "has_journal", image], check=True)
        found = subprocess.run(["losetup", "--find", "--show", image], capture_output=True, text=True, check=False)
        if found.returncode != 0:
            print(f"SKIPPED, no loop device: {found.stderr}", file=sys.stderr)
            sys.exit(SKIPPED)
        self.device = found.stdout.strip()
        self.switch_on()

    def switch_on(self):
        mount(self.device, self.target, "ext4", 0, f"errors={self.errors}")

    def cut(self):
        """From now on nothing more reaches the disk, the journal neither; all that is open there gives EIO."""
        folder = os.open(self.target, os.O_RDONLY)
        fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", SHUTDOWN_WITHOUT_FLUSH))
        os.close(folder)

    def fail(self):
        """Makes it believe that it is damaged."""
        pathlib.Path("/sys/fs/ext4", os.path.basename(self.device), "trigger_fs_error").write_text("rounds test")

    def switch_off(self):
        unmount(self.target)

    def close(self):
        libc.umount2(os.fsencode(self.target), 2)
        subprocess.run(["losetup", "--detach", self.device], check=False)
