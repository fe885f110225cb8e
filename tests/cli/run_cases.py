#!/usr/bin/env python3
"""Runs the cases of this folder: shell lines, and what they must print.

A case is a folder with `cmd`, and where they are not empty or 0: `out`, `err`, `code`; `files/` is copied into the
folder in which it runs; `tty` (a width) makes standard output a terminal. In `cmd`, `rounds` works on a store, a jobs
directory and a config.toml of the case's own; `seed` fills a store with a fixed ledger; the program itself is $ROUNDS.
`--accept` writes what was printed as what must be printed."""

import argparse
import concurrent.futures
import difflib
import fcntl
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios

HERE = pathlib.Path(__file__).resolve().parent
LIMIT_S = 60

PREAMBLE = r"""
rounds() { "$ROUNDS" --store "$PWD/store.db" --jobs-dir "$PWD/jobs.d" --config "$PWD/config.toml" "$@"; }
seed() { "$SEED" "$PWD/store.db" "$@"; }
"""

# What differs from run to run.
VOLATILE = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "<MEASURED>"),
    (re.compile(r"next due \w{3} \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? \w+(?: \([^)]*\))?"), "next due <WHEN>"),
    (re.compile(r'("(?:scheduler_)?pid":|\(pid )\d+'), r"\1<PID>"),
]


def settled(text, folder):
    text = text.replace(str(folder), "$DIR")
    for pattern, replacement in VOLATILE:
        text = pattern.sub(replacement, text)
    return text


def run_on_terminal(script, width, **how):
    """Standard output and error through one pseudo-terminal."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    process = subprocess.Popen(["sh", "-c", script], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, **how)
    os.close(slave)
    out = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # every end of the other side is closed
            break
        if not chunk:
            break
        out += chunk
    os.close(master)
    return out.replace(b"\r\n", b"\n"), b"", process.wait(LIMIT_S)


def run_case(case, programs):
    with tempfile.TemporaryDirectory(prefix="rounds-case-") as name:
        folder = pathlib.Path(name).resolve()
        if (case / "files").is_dir():
            shutil.copytree(case / "files", folder, dirs_exist_ok=True)
        (folder / "jobs.d").mkdir(exist_ok=True)
        if not (folder / "config.toml").exists():
            (folder / "config.toml").write_text('timezone = "Europe/Berlin"\n')
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm", "LANG": "C.UTF-8", **programs}
        script = PREAMBLE + (case / "cmd").read_text()
        how = {"cwd": folder, "env": environment}
        if (case / "tty").exists():
            out, err, code = run_on_terminal(script, int((case / "tty").read_text()), **how)
        else:
            done = subprocess.run(["sh", "-c", script], stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT_S,
                                  **how)
            out, err, code = done.stdout, done.stderr, done.returncode
        texts = [settled(text.decode(errors="backslashreplace"), folder) for text in (out, err)]
        return {"out": texts[0], "err": texts[1], "code": f"{code}\n"}


def expected(case, part):
    file = case / part
    return file.read_text() if file.exists() else ("0\n" if part == "code" else "")


def accept(case, got):
    for part, text in got.items():
        if text == ("0\n" if part == "code" else ""):
            (case / part).unlink(missing_ok=True)
        else:
            (case / part).write_text(text)


def difference(case, got):
    lines = []
    for part, text in got.items():
        lines += difflib.unified_diff(expected(case, part).splitlines(), text.splitlines(), f"{case.name}/{part}",
                                      "printed", lineterm="")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", required=True)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    programs = {"ROUNDS": os.path.abspath(options.rounds), "SEED": os.path.abspath(options.seed)}
    cases = sorted(file.parent for file in (HERE / "cases").glob("*/cmd"))
    cases = [case for case in cases if not options.names or case.name in options.names]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda case: run_case(case, programs), cases))
    failed = 0
    for case, got in zip(cases, results):
        lines = difference(case, got)
        if lines and options.accept:
            accept(case, got)
        failed += bool(lines)
        print("\n".join(lines) if lines else f"ok {case.name}")
    print(f"{len(cases) - failed} of {len(cases)} cases passed")
    return 1 if failed and not options.accept or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
