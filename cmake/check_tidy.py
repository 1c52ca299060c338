#!/usr/bin/env python3
"""Runs clang-tidy over the library and the command; prints each finding once.

Most of its time goes into walking through headers again for each source. So the sources of a room are joined, sixteen
at a time, and looked at as one file. Joined by text and not by #include: the static analyzer looks only into the file that it
is given. Names in anonymous namespaces must therefore be distinct in a room.
"""
import concurrent.futures, json, os, re, subprocess, sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
BUILD = TOP / "build" / "tidy"
JOINED = BUILD / "joined"
BATCH = 16
LIMIT_SECONDS = 1200  # for a checker that hangs; a busy machine needs minutes
# The compile commands are GCC's: clang does not know all of its warnings. And the static analyzer gives a function up after
# this many steps, not after 225,000: half of the whole time went into the last of them.
EXTRA = ["-Wno-unknown-warning-option", "-Xclang", "-analyzer-config", "-Xclang", "max-nodes=40000"]


class Batch:
    """Sources as one file, and where each of its lines is from."""

    def __init__(self, commands, name):
        self.path = JOINED / name
        self.origins = []
        first = commands[0]
        beside = Path(first["file"]).parent  # where quoted includes are looked for
        self.command = {"directory": first["directory"], "file": str(self.path),
                        "command": f'{first["command"].replace(first["file"], str(self.path))} -I{beside}'}
        included = set()
        lines = [line for command in commands for line in self.lines_of(Path(command["file"]), included)]
        self.path.write_text("".join(lines))

    def lines_of(self, source, included):
        for number, line in enumerate(source.read_text().splitlines(keepends=True), 1):
            self.origins.append(f"{source.relative_to(TOP)}:{number}")
            repeated = line in included
            if line.startswith("#include"):
                included.add(line)
            yield "\n" if repeated else line

    def findings(self):
        run = subprocess.run(["clang-tidy", "-quiet", "-p", JOINED, *(f"-extra-arg={word}" for word in EXTRA),
                              f"--config-file={TOP / '.clang-tidy'}", self.path],
                             capture_output=True, text=True, timeout=LIMIT_SECONDS)
        found = [self.placed(line) for line in run.stdout.splitlines() if re.search(r": (warning|error): ", line)]
        if run.returncode != 0 and not found:
            found = [f"{self.path}: clang-tidy failed: {run.stderr.strip()}"]
        return found

    def placed(self, line):
        match = re.match(re.escape(str(self.path)) + r":(\d+)(:.*)", line)
        return self.origins[int(match[1]) - 1] + match[2] if match else line.removeprefix(f"{TOP}/")


def make_batches():
    subprocess.run(["cmake", "--preset", "tidy"], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    rooms = {}
    for command in json.loads((BUILD / "compile_commands.json").read_text()):
        folder = Path(command["file"]).relative_to(TOP).parent
        if folder.parts[0] in ("lib", "cli"):
            rooms.setdefault(folder, []).append(command)
    JOINED.mkdir(parents=True, exist_ok=True)
    return [Batch(sources[start:start + BATCH], f"{'-'.join(folder.parts)}-{start // BATCH}.cpp")
            for folder, sources in rooms.items() for start in range(0, len(sources), BATCH)]


def main():
    batches = make_batches()
    (JOINED / "compile_commands.json").write_text(json.dumps([batch.command for batch in batches]))
    batches.sort(key=lambda batch: -len(batch.origins))
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        findings = {finding for found in pool.map(Batch.findings, batches) for finding in found}
    print("\n".join(sorted(findings)), end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
