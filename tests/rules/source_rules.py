#!/usr/bin/env python3
"""Rules of the house that a compiler does not check. Each test is one rule; its message names the file and the line.

usage: source_rules.py SOURCE_DIRECTORY
"""
import re, sys, unittest
from pathlib import Path

TOP = Path()

# Includes go down only: from a room to those with a smaller number. Rooms with the same number do not know each other.
FLOORS = {"model": 0, "io": 1, "match": 1, "codec": 2, "tar": 3, "http": 3, "docker": 4, "registry": 4, "tree": 4, "inputs": 5,
          "filters": 5, "outputs": 5, "pipeline": 6, "uri": 7, "cli": 8}
# The pipeline is below these, and works with their interfaces alone.
STRANGERS = {"pipeline": {"docker", "registry", "http", "inputs", "filters", "outputs"}}
# Public headers that belong to a room; all others are the model's.
PUBLIC_ROOMS = {"occy/uri.hpp": "uri", "occy/image_list.hpp": "uri", "occy/process.hpp": "pipeline", "occy/check.hpp": "pipeline",
                "occy/diff.hpp": "pipeline", "occy/flatten.hpp": "pipeline",
                "occy/index_copy.hpp": "pipeline", "occy/search.hpp": "pipeline"}
MOST_LINES = 350

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def sources(*folders):
    return sorted(path for folder in folders for path in (TOP / folder).rglob("*") if path.suffix in (".cpp", ".hpp"))


def numbered_lines(path):
    return enumerate(path.read_text().splitlines(), 1)


def includes(path):
    for number, line in numbered_lines(path):
        if match := INCLUDE.match(line):
            yield number, match[2]


def without_comment_and_text(line):
    return re.sub(r'"(\\.|[^"\\])*"', '""', line).split("//")[0]


def room_of_include(name):
    if not name.startswith("occy/"):
        return name.split("/")[0] if "/" in name else None
    if name in PUBLIC_ROOMS:
        return PUBLIC_ROOMS[name]
    folder = name.split("/")[1]
    return folder if folder in FLOORS else "model"


def may_include(room, other):
    if other not in FLOORS or other == room:
        return True
    return FLOORS[other] < FLOORS[room] and other not in STRANGERS.get(room, ())


class SourceRules(unittest.TestCase):
    def assert_none(self, faults):
        self.assertEqual(faults, [], "\n" + "\n".join(faults))

    def where(self, path, number):
        return f"{path.relative_to(TOP)}:{number}"

    def test_there_are_sources(self):
        self.assertGreater(len(sources("include", "lib", "cli")), 50)

    def test_includes_go_down_only(self):
        self.assert_none([f"{self.where(path, number)}: {room} includes {name}"
                          for folder in ("lib", "cli") for path in sources(folder)
                          for room in ["cli" if folder == "cli" else path.relative_to(TOP / "lib").parts[0]]
                          for number, name in includes(path)
                          if not may_include(room, room_of_include(name))])

    def test_the_command_uses_the_public_interface_only(self):
        self.assert_none([f"{self.where(path, number)}: {name}"
                          for path in sources("cli", "examples") for number, name in includes(path)
                          if not name.startswith("occy/") and room_of_include(name) in FLOORS])

    def test_public_headers_include_only_each_other_and_standard_ones(self):
        allowed = re.compile(r"^(occy/.*|[a-z_]+|boost/system/result\.hpp|boost/assert/source_location\.hpp)$")
        self.assert_none([f"{self.where(path, number)}: {name}"
                          for path in sources("include") for number, name in includes(path) if not allowed.match(name)])

    def test_private_headers_show_no_json_library(self):
        self.assert_none([f"{self.where(path, number)}: {name}"
                          for path in sources("lib") if path.suffix == ".hpp" and path.name != "json.hpp"
                          for number, name in includes(path) if name.startswith("boost/json")])

    def test_the_library_never_prints_exits_or_reads_the_environment(self):
        forbidden = re.compile(r"\b(std::(cout|cerr|clog)|v?f?printf|puts|perror|syslog|getenv|exit|_Exit|abort|quick_exit)\b")
        self.assert_none([f"{self.where(path, number)}: {match[0]}"
                          for path in sources("lib", "include") for number, line in numbered_lines(path)
                          if (match := forbidden.search(without_comment_and_text(line)))])

    def test_files_stay_small(self):
        self.assert_none([f"{path.relative_to(TOP)}: {length} lines, at most {MOST_LINES}"
                          for path in sources("include", "lib", "cli", "examples", "tests")
                          if (length := len(path.read_text().splitlines())) > MOST_LINES])

    def test_nothing_is_left_for_later(self):
        later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
        self.assert_none([f"{self.where(path, number)}: {match[0]}"
                          for path in sources("include", "lib", "cli", "examples", "tests")
                          for number, line in numbered_lines(path) if (match := later.search(line))])

    def test_every_check_id_is_documented(self):
        made = re.compile(r'\b(?:info|warning|error)\(\s*"([a-z][a-z.-]*)",|as_finding\(error, "([a-z-]+)"|\.check = "([a-z.-]+)"')
        documented = set(re.findall(r"^\| `([a-z.-]+)` \|", (TOP / "docs/checks.md").read_text(), re.MULTILINE))
        self.assert_none([f"{path.relative_to(TOP)}: {name}: not in docs/checks.md"
                          for path in sources("lib") for match in made.finditer(path.read_text())
                          for name in [match[1] or match[2] or match[3]] if name not in documented])
        self.assertGreater(len(documented), 30)
        text = "".join(path.read_text() for path in sources("lib"))
        self.assert_none([f"docs/checks.md: {name}: no check has this id" for name in sorted(documented)
                          if f'"{name}"' not in text])


if __name__ == "__main__":
    TOP = Path(sys.argv.pop()).resolve()
    unittest.main(verbosity=2)
