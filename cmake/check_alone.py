#!/usr/bin/env python3
"""Compiles each source of the library and the command by itself, without making code from it.

Whoever builds everything joins sources; so one may miss an include that its neighbours have, and fail only for those who
build without.
"""
import concurrent.futures, json, os, shlex, subprocess, sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
BUILD = TOP / "build" / "tidy"


def complaint(entry):
    words = shlex.split(entry["command"])
    words[words.index("-o"):words.index("-o") + 2] = ["-fsyntax-only"]
    done = subprocess.run(words, cwd=entry["directory"], capture_output=True, text=True)
    return done.stderr if done.returncode != 0 else ""


def main():
    subprocess.run(["cmake", "--preset", "tidy"], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    entries = json.loads((BUILD / "compile_commands.json").read_text())
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        complaints = list(filter(None, pool.map(complaint, entries)))
    print("".join(complaints), end="")
    return 1 if complaints or not entries else 0


if __name__ == "__main__":
    sys.exit(main())
