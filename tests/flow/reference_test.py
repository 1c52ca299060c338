#!/usr/bin/env python3
"""docs/command-reference.md and the command say the same: options, variables, defaults, keys of URIs, members of JSON.

usage: reference_test.py OCCY    (the path of the command)
"""
import json, re, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import CommandCase, main  # noqa: E402
from small_image import entry, layer, write_small_image  # noqa: E402

REFERENCE = (Path(__file__).parents[2] / "docs" / "command-reference.md").read_text()
COMMANDS = ("process", "check", "info", "diff", "search", "tags", "digest")
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][a-z-]*")


def table(heading):
    """The rows of the first table after a heading, as lists of cells; `\\|` stands for itself."""
    lines = REFERENCE[REFERENCE.index(f"\n{heading}\n"):].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("|")) + 2
    rows = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def documented_options():
    """Of each command: option names, and (variable, default) where there is a variable."""
    options = {command: set() for command in COMMANDS}
    facts = {command: set() for command in COMMANDS}
    for names, owners, variable, default, _ in table("## Options"):
        for command in COMMANDS if owners == "all" else [owners.strip("`")]:
            options[command] |= set(OPTION.findall(names))
            if variable:
                facts[command].add((variable.strip("`"), default.strip("`")))
    return options, facts


def shape(value):
    """A JSON document without its values; of a list, the shape of its first element."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value and isinstance(value[0], dict) else None


class ReferenceTest(CommandCase):
    def test_options_variables_and_defaults(self):
        options, facts = documented_options()
        for command in COMMANDS:
            text = self.occy(command, "--help").stdout.split("Examples:")[0]
            rows = [line for line in text.splitlines() if line.startswith("  -")]
            shown = {name for row in rows for name in OPTION.findall(re.split(r"  +", row.strip())[0])}
            self.assertEqual(shown, options[command], command)
            pairs = set(re.findall(r"\((?:default: (\S+), )?environment: (\w+)\)", text))
            self.assertEqual({(variable, default) for default, variable in pairs}, facts[command], command)

    def test_keys_of_uris(self):
        rows = table("## URIs")
        keys = {}
        for key, of, *_ in (row for row in self.key_rows()):
            for role in ("source", "destination"):
                if f"as {role}" in of or "as " not in of:
                    keys.setdefault((re.search(r"(\w+)://", of)[1], role), set()).add(re.match(r"`([\w-]+)=", key)[1])
        self.assertEqual({re.match(r"`(\w+)://", row[0])[1] for row in rows}, {scheme for scheme, _ in keys})
        for (scheme, role), names in keys.items():
            uri = f"{scheme}://x?no-such-key=1"
            done = self.occy("info", uri) if role == "source" else self.occy("process", self.source, uri)
            known = re.search(r"expected (.*), found no-such-key", done.stderr)
            self.assertEqual(set(known[1].split(", ")), names, uri)

    def key_rows(self):
        after = REFERENCE[REFERENCE.index("| key | of | |"):].splitlines()[2:]
        return [[cell.strip() for cell in line.split("|")[1:-1]] for line in after[:next(
            number for number, line in enumerate(after) if not line.startswith("|"))]]

    def two_images(self):
        """They differ as those of the example do."""
        base = layer(entry("etc/"))
        for name, content, config in (("a", b"a", {}), ("b", b"b", {"config": {"Env": ["A=1"]}, "created": "now"})):
            write_small_image(self.directory / name, [base, layer(entry("etc/passwd", content))], **config)
            yield f"tar://{self.directory / name}"

    def test_members_of_the_json(self):
        examples = [json.loads(text) for text in re.findall(r"(?s)```json\n(.*?)```", REFERENCE)]
        self.assertEqual(len(examples), 6)
        process = self.occy("process", self.source, self.target, "-O", "json")
        layout = f"layout://{self.directory}/layout"
        self.occy("process", self.source, layout)
        index = self.occy("process", layout, f"{layout}:2", "--platform=all", "-O", "json")
        write_small_image(self.directory / "small.tar", [layer(entry("a", b"text"))])
        search = self.occy("search", f"tar://{self.directory}/small.tar", "a", "--content", "text", "-O", "json")
        with open(self.image, "r+b") as archive:
            archive.seek(30_000)
            archive.write(b"damage")
        check = self.occy("check", self.source, "-O", "json")
        info = self.occy("info", self.source, "-O", "json")
        diff = self.occy("diff", *self.two_images(), "-O", "json")
        for example, done in zip(examples, (process, index, check, info, diff, search)):
            self.assertEqual(shape(example), shape(json.loads(done.stdout)))


if __name__ == "__main__":
    main()
