#!/usr/bin/env python3
"""Tries every example of the manual pages; with `--lint` lints the pages instead.

An example is a `.Bd -literal` block. Its first line says what it is:

    $ COMMAND      shell lines and what they print, exactly; a line that ends in a backslash goes on
    [job.NAME]     a job file that `rounds check` accepts; [defaults] may stand before it
    trigger = …    triggers, each with the keys below it, that `rounds check` accepts in a job
    # NAME         a file of that name, for the examples behind it in its section

Shell lines run in a folder of their own, where `rounds` has a private store, jobs directory and config.toml (UTC). The
jobs of the nearest job file above them in their section are in that store and in that directory. A command that fails
is followed by its `[exit status N]`. A literal block of any other kind is refused. `--accept` writes into the pages what was printed."""

import argparse
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PAGES = pathlib.Path(__file__).resolve().parent.parent / "man"
LIMIT_S = 60
SKIPPED = 77  # as ctest knows it

SHELL = r"""
rounds() { "$ROUNDS" --store "$PWD/store.db" --jobs-dir "$PWD/jobs.d" --config "$PWD/config.toml" "$@"; }
"""

# What rounds-schedules(7) must show: each pattern is found in its examples, beside the keys of triggers.
CRON = r'(?:--cron |cron = )"'
FIELD = r"(?:[^\s\"]+ )"
FORMS = {
    "cron of five fields": CRON + FIELD + r"{4}[^\s\"]+\"",
    "cron of six fields": CRON + FIELD + r"{5}[^\s\"]+\"",
    "cron of seven fields": CRON + FIELD + r"{6}[^\s\"]+\"",
    **{f"macro {name}": CRON + "@" + name for name in
       ("yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly")},
    "name": CRON + r"[^\"]*\bmon\b",
    "list": CRON + r"[^\"]*\d,\d",
    "range": CRON + r"[^\"]* 1-5\"",
    "wrap": CRON + r"[^\"]*(?:22-2|fri-mon|nov-feb)",
    "*/n": CRON + r"[^\"]*\*/\d",
    "a/n": CRON + r"\d+/\d",
    "a-b/n": CRON + r"[^\"]*\d-\d+/\d",
    "?": CRON + r"[^\"]* \?",
    "L": CRON + FIELD + r"{2}L ",
    "L-n": CRON + FIELD + r"{2}L-\d ",
    "LW": CRON + FIELD + r"{2}LW ",
    "nW": CRON + FIELD + r"{2}\d+W ",
    "dL": CRON + FIELD + r"{4}(?:fri|5)L\"",
    "d#n": CRON + FIELD + r"{4}\w+#\d\"",
    "H": CRON + r"[^\"]*\bH ",
    "H(a-b)": CRON + r"[^\"]*H\(\d+-\d+\) ",
    "H/n": CRON + r"[^\"]*H/\d",
    "H(a-b)/n": CRON + r"[^\"]*H\(\d+-\d+\)/\d",
    "both day fields": CRON + FIELD + r"{2}[\d,]+ \S+ [\d\w,-]+\"",
    **{f"{name} of a cron table": r"cron = \{[^}]*\b" + name + " = " for name in
       ("year", "month", "week", "day", "weekday", "hour", "minute", "second")},
    "3rd fri": r'day = "3rd fri"',
    "last fri": r'day = "last fri"',
    **{f"every {name}": r'(?:--every |every = )"' + phrase for name, phrase in {
        "length": r"\d+m\"", "days": r"\d+d\"", "day at": "day at ", "weekday at": "monday at ", "hour at": "hour at :",
        "minute at": "minute at :", "n weeks at": r"\d weeks at ", "months": r"\d months?", "years": r"(\d )?years?\""
    }.items()},
    "one date": r"at = [\"\d]",
    "several dates": r"at = \[",
    "random range": r'random = "',
    "random table": r"random = \{",
    "on start": r'on = "start"',
    "on boot": r'on = "boot"',
    "union": r"trigger = \[\s*\{",
    "gap": r"gap = ", "overlap": r"overlap = ",
    **{f"job key {name}": r"(?m)^" + name + " = " for name in
       ("start", "until", "max_runs", "except", "timezone", "window", "misfire_grace", "catchup", "max_catchup")},
    "until a length": r'until = "\d+[smhdw]', "until a time": r'until = "\d\d:', "until a date": r"until = [\d-]+\n",
    "except a weekday": r"except = .*\"(sat|sun)", "except a date": r"except = .*[\[ ]\d{4}-\d\d-\d\d[,\]]",
    "except dates": r"except = .*\d\.\.\d", "except times": r"except = .*\d\d:\d\d-\d\d:\d\d",
    "except a file": r"except = .*file = ",
}
VOCABULARY = PAGES.parent / "src" / "config" / "vocabulary.cc"


class Block:
    def __init__(self, section, start, lines):
        self.section = section
        self.start = start  # index of its first line in the page
        self.lines = lines  # as a reader sees them
        self.text = "".join(line + "\n" for line in lines)

    @property
    def kind(self):
        first = self.lines[0] if self.lines else ""
        if first.startswith("$ "):
            return "shell"
        if re.match(r"\[(job\.|defaults\])", first):
            return "jobs"
        if first.startswith("trigger = "):
            return "triggers"
        return "file" if re.fullmatch(r"# [\w.-]+", first) else "unknown"


def shown(line):
    """What a literal line of mdoc looks like; other escapes than these are not needed in examples."""
    plain = line.replace("\\e", "\0").replace("\\&", "")
    if "\\" in plain:
        raise ValueError(f"an escape beside \\e and \\& in an example: {line}")
    return plain.replace("\0", "\\")


def written(line):
    text = line.replace("\\", "\\e")
    return "\\&" + text if text.startswith((".", "'")) else text


def blocks_of(lines):
    blocks, section, start = [], "", None
    for i, line in enumerate(lines):
        if line.startswith(".Sh "):
            section = line[4:]
        elif line.startswith(".Bd -literal"):
            start = i + 1
        elif line == ".Ed" and start is not None:
            blocks.append(Block(section, start, [shown(one) for one in lines[start:i]]))
            start = None
    return blocks


def commands_of(block):
    """Each command line with what follows it: [(lines of the command, lines of its output)]."""
    found, goes_on = [], False
    for line in block.lines:
        if goes_on:
            found[-1][0].append(line)
        elif line.startswith("$ "):
            found.append(([line], []))
        else:
            found[-1][1].append(line)
        goes_on = (goes_on or line.startswith("$ ")) and line.endswith("\\")
    return found


class Bench:
    """Runs things as a reader would, in folders that go away."""

    def __init__(self, rounds):
        self.rounds = os.path.abspath(rounds)

    def run(self, folder, script):
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8", "ROUNDS": self.rounds}
        done = subprocess.run(["sh", "-c", SHELL + script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT_S)
        return done.returncode, done.stdout

    def folder(self, files):
        folder = tempfile.TemporaryDirectory(prefix="rounds-manual-")
        jobs = pathlib.Path(folder.name, "jobs.d")
        jobs.mkdir()
        pathlib.Path(folder.name, "config.toml").write_text('timezone = "UTC"\n')
        for block in files:
            (jobs / block.lines[0][2:]).write_text("".join(line + "\n" for line in block.lines[1:]))
        return folder

    def check(self, jobs, files):
        """What `rounds check` has against a job file; it may warn."""
        with self.folder(files) as folder:
            pathlib.Path(folder, "jobs.d", "example.toml").write_text(jobs)
            code, said = self.run(folder, "rounds check")
            return said if code != 0 else ""

    def outputs(self, block, jobs, files):
        """What each command of a shell block prints now."""
        with self.folder(files) as folder:
            if jobs:
                pathlib.Path(folder, "jobs.d", "example.toml").write_text(jobs.text)
                code, said = self.run(folder, "rounds add -f jobs.d/example.toml")
                if code != 0:
                    return [said.splitlines()]
            return [self.output(folder, "\n".join(command)[2:]) for command, _ in commands_of(block)]

    def output(self, folder, command):
        code, said = self.run(folder, command)
        return said.splitlines() + ([f"[exit status {code}]"] if code != 0 else [])


def as_jobs(block):
    """A job for each trigger."""
    text, number = "", 0
    for line in block.lines:
        if line.startswith("trigger = "):
            number += 1
            text += f'[job.example-{number}]\ncommand = "true"\n'
        text += line + "\n"
    return text


def replaced(block, outputs):
    lines = []
    for (command, _), output in zip(commands_of(block), outputs):
        lines += command + output
    return lines


def try_block(bench, block, jobs, files):
    """The block as it should be, and what is wrong with it."""
    if block.kind in ("jobs", "triggers"):
        text = block.text if block.kind == "jobs" else as_jobs(block)
        return block.lines, bench.check(text, files)
    if block.kind == "file":
        return block.lines, ""
    if block.kind == "unknown":
        return block.lines, "no kind of example begins like that"
    right = replaced(block, bench.outputs(block, jobs, files))
    return right, "\n".join(difflib.unified_diff(block.lines, right, "the page", "printed", lineterm=""))


def try_page(bench, page, accept):
    """The problems of one page's examples."""
    lines = page.read_text().split("\n")
    problems, edits, seen = [], [], []
    for block in blocks_of(lines):
        near = [other for other in seen if other.section == block.section]
        files = [other for other in near if other.kind == "file"]
        jobs = next((other for other in reversed(near) if other.kind == "jobs"), None)
        right, problem = try_block(bench, block, jobs, files)
        if problem:
            problems.append(f"{page.name}:{block.start + 1}: {problem}")
            edits.append((block, right))
        seen.append(block)
    if accept:
        for block, right in reversed(edits):
            lines[block.start:block.start + len(block.lines)] = [written(line) for line in right]
        page.write_text("\n".join(lines))
    print(f"{page.name}: {len(seen)} examples, {len(problems)} of them wrong")
    return problems + ([] if seen else [f"{page.name} has no examples"])


def trigger_keys():
    """From the program's own list, so that a new key needs an example."""
    found = re.search(r'"trigger = \{ \.\.\. \}", \{([^}]*)\}', VOCABULARY.read_text())
    return re.findall(r'"(\w+)"', found.group(1))


def missing_forms(page):
    examples = "\n".join(block.text for block in blocks_of(page.read_text().split("\n")))
    forms = {**FORMS, **{f"trigger key {key}": rf"trigger = \[?[^\n]*\b{key} = " for key in trigger_keys()}}
    return [f"{page.name} has no example of: {name}" for name, form in forms.items() if not re.search(form, examples)]


def lint(page):
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "all", str(page)], capture_output=True, text=True,
                          timeout=LIMIT_S)
    return (done.stdout + done.stderr).splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--rounds")
    what.add_argument("--lint", action="store_true")
    parser.add_argument("--accept", action="store_true")
    options = parser.parse_args()
    pages = sorted(PAGES.glob("*.[1-9]"))
    if options.lint and not shutil.which("mandoc"):
        print("SKIPPED: mandoc is not installed, so no page was linted")
        return SKIPPED
    if options.lint:
        problems = [problem for page in pages for problem in lint(page)]
    else:
        bench = Bench(options.rounds)
        problems = [problem for page in pages for problem in try_page(bench, page, options.accept)]
        problems += missing_forms(PAGES / "rounds-schedules.7")
    print("\n".join(problems) or "nothing is wrong")
    return 1 if problems and not options.accept else 0


if __name__ == "__main__":
    sys.exit(main())
