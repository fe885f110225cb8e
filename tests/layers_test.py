#!/usr/bin/env python3
"""Reads the includes of src/ and says where they break the layers: a file includes its own folder or a lower rank,
never a sibling; each heavy library has its few includers; no source is left out of the build."""

import pathlib
import re
import sys

SRC = pathlib.Path(__file__).resolve().parent.parent / "src"

RANKS = {"time": 0, "core": 1, "sys": 1, "config": 2, "store": 2, "keeper": 2, "inspect": 2, "report": 2, "loop": 3,
         "cli": 4, "selftest": 5}

# Header: the files that may include it.
INCLUDERS = {
    r"CLI/": r"cli/option_parser\.cc",
    r"toml\+\+/": r"(config/toml|inspect/catalogue)\.cc",
    r"spdlog/": r"loop/.*|cli/run\.cc",
    r"cctz/": r"time/zone\.cc",
    r"nlohmann/": r".*\.cc",
    r"sqlite3\.h": r"(sys/sqlite|inspect/sql_session)\.cc",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def sources():
    return sorted(path for path in SRC.rglob("*") if path.suffix in (".cc", ".h"))


def folder_of(name):
    return name.split("/")[0] if "/" in name else ""


def rank_problem(name, included):
    """Why a file may not include this header of ours; empty when it may."""
    own, other = folder_of(name), folder_of(included)
    if not own or other in ("", own):  # src/main.cc may do all, and all may use src/error.h
        return ""
    if other not in RANKS:
        return f"includes {included}, a folder without a rank"
    if RANKS[other] >= RANKS[own]:
        return f"includes {included}: rank {RANKS[other]} is not below {own}'s {RANKS[own]}"
    return ""


def includer_problem(name, included):
    for header, allowed in INCLUDERS.items():
        if re.match(header, included) and not re.fullmatch(allowed, name):
            return f"includes <{included}>, which is for {allowed} alone"
    return ""


def include_problems(path):
    name = str(path.relative_to(SRC))
    for bracket, included in INCLUDE.findall(path.read_text()):
        if bracket == '"' and not (SRC / included).exists() and not is_generated(included):
            yield f"{name}: includes {included}, which is not there (paths start at src)"
            continue
        problem = rank_problem(name, included) if bracket == '"' else includer_problem(name, included)
        if problem:
            yield f"{name}: {problem}"


def is_generated(included):
    """Made by the build, where a CMake file says so by name."""
    return any(pathlib.Path(included).name in path.read_text() for path in build_files())


def build_files():
    return [SRC.parent / "CMakeLists.txt", *SRC.rglob("CMakeLists.txt"), *SRC.rglob("*.cmake")]


def dead_files():
    """Sources that no CMakeLists.txt names, headers that nobody includes."""
    included = {name for path in sources() for _, name in INCLUDE.findall(path.read_text())}
    for path in sources():
        name = str(path.relative_to(SRC))
        if path.suffix == ".h" and name not in included:
            yield f"{name}: nobody includes it"
        if path.suffix == ".cc" and not is_built(path):
            yield f"{name}: no CMakeLists.txt names it"


def is_built(path):
    """Named by its folder's CMakeLists.txt, or from elsewhere with its whole path."""
    own, whole = path.parent / "CMakeLists.txt", f"src/{path.relative_to(SRC)}"
    names = rf"(?<![\w/]){re.escape(path.name)}\b"
    return own.exists() and re.search(names, own.read_text()) or any(whole in b.read_text() for b in build_files())


def main():
    problems = [problem for path in sources() for problem in include_problems(path)] + list(dead_files())
    print("\n".join(problems) or f"{len(sources())} files, all in their layers")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
