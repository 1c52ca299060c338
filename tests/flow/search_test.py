#!/usr/bin/env python3
"""The command `occy search`: what it finds, how it shows it, and how it ends.

usage: search_test.py OCCY    (the path of the command)
"""
import hashlib, json, subprocess, sys, tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import CommandCase, main  # noqa: E402
from small_image import entry, layer, write_small_image  # noqa: E402

LAYERS = [
    layer(entry("etc/"), entry("etc/passwd", b"root:x:0\nbin:x:1\n"), entry("etc/group", b"root:x:0\n"),
          entry("var/old.py", b"import os\n"), entry("big", b"x" * 3_000_000)),
    layer(entry("etc/.wh.group"), entry("etc/passwd", b"root:y:0\n"), entry("usr/a.py", linkname="../var/old.py"),
          entry("etc/passwd2", linkname="etc/passwd", type=tarfile.LNKTYPE), entry("dev/null", type=tarfile.CHRTYPE, devmajor=1, devminor=3)),
    layer(entry("var/.wh..wh..opq"), entry("var/new.py", b"x = 1\n"), entry("odd/a\tb\nc\\d\x1b[1m", b"1"),
          entry(b"odd/caf\xe9".decode("utf-8", "surrogateescape"), b"\xff root \xfe\n")),
]


class SearchTest(CommandCase):
    def setUp(self):
        super().setUp()
        write_small_image(self.image, LAYERS)
        self.digests = [hashlib.sha256(bytes_).hexdigest() for bytes_ in LAYERS]

    def search(self, *arguments, code=0, **options):
        done = self.occy("search", self.source, *arguments, **options)
        self.assertEqual((done.returncode, done.stderr), (code, ""))
        return done.stdout

    def heading(self, number):
        return f"layer {number}  {self.digests[number][:12]}  step {number}\n"

    def paths(self, *arguments):
        return [json.loads(line)["path"] for line in self.search(*arguments, "-O", "json").splitlines()]

    def test_text_is_grouped_by_layer_with_the_step_that_made_it(self):
        self.assertEqual(self.search("*.py"), self.heading(0) + "  -  var/old.py\n" + self.heading(1) +
                         "  l  usr/a.py -> ../var/old.py\n" + self.heading(2) + "  -  var/new.py\n")
        self.assertEqual(self.search("/etc/*"), self.heading(0) + "  -  etc/passwd\n  -  etc/group\n" + self.heading(1) +
                         "  w  etc/group\n  -  etc/passwd\n  h  etc/passwd2 -> etc/passwd\n")
        self.assertEqual(self.search("null"), self.heading(1) + "  c  dev/null\n")

    def test_globs_look_at_the_path_or_at_the_name(self):
        self.assertEqual(self.paths("passwd"), ["etc/passwd", "etc/passwd"])
        self.assertEqual(self.paths("*/passwd"), ["etc/passwd", "etc/passwd"])
        self.assertEqual(self.paths("**/*.py"), ["var/old.py", "usr/a.py", "var/new.py"])
        self.assertEqual(self.paths("/passwd"), [])

    def test_regular_expressions_look_anywhere_in_the_path(self):
        self.assertEqual(self.paths("--regex", r"^(usr|var)/.*\.py$"), ["var/old.py", "usr/a.py", "var/new.py"])
        self.assertEqual(self.paths("--regex", r"(a+)+\.py"), ["usr/a.py"])

    def test_content_shows_lines(self):
        self.assertEqual(self.search("*", "--content", "^(root|import)"), self.heading(0) +
                         "  -  etc/passwd:1: root:x:0\n  -  etc/group:1: root:x:0\n  -  var/old.py:1: import os\n" +
                         self.heading(1) + "  -  etc/passwd:1: root:y:0\n")
        found = json.loads(self.search("big", "--content", "x", "-O", "json"))
        self.assertEqual((found["line"]["number"], len(found["line"]["text"])), (1, 1024))

    def test_visible_and_deleted_follow_the_final_tree(self):
        self.assertEqual(self.paths("etc/*", "--visible"), ["etc/passwd", "etc/passwd2"])
        self.assertEqual(self.paths("*", "--deleted"), ["etc/group", "var/old.py"])
        self.assertEqual(self.search("*", "--visible", "--content", "root:"), self.heading(1) +
                         "  -  etc/passwd:1: root:y:0\n")

    def test_script_friendly_lines_have_columns_that_cannot_be_confused(self):
        columns = [line.split("\t") for line in self.search("odd/*", "--script-friendly").splitlines()]

        self.assertEqual(columns, [["2", f"sha256:{self.digests[2]}", "file", path, ""]
                                   for path in (r"odd/a\x09b\x0ac\\d\x1b[1m", r"odd/caf\xe9")])
        self.assertEqual(self.search("passwd", "--content", "bin", "--script-friendly"),
                         f"0\tsha256:{self.digests[0]}\tfile\tetc/passwd\t\t2\tbin:x:1\n")

    def test_json_has_every_byte_of_a_name(self):
        odd, latin = map(json.loads, self.search("odd/*", "-O", "json").splitlines())

        self.assertEqual(odd["path"], "odd/a\tb\nc\\d\x1b[1m")
        self.assertNotIn("path_bytes", odd)
        self.assertEqual(bytes.fromhex(latin["path_bytes"]), b"odd/caf\xe9")
        line = json.loads(self.search("caf?", "--content", "root", "-O", "json"))["line"]
        self.assertEqual(bytes.fromhex(line["text_bytes"]), b"\xff root \xfe")

    def test_the_output_does_not_depend_on_the_number_of_jobs(self):
        self.assertEqual(len({self.search("**", "-j", jobs) for jobs in "1248"}), 1)

    def test_a_pipe_is_searched_too(self):
        with open(self.image, "rb") as archive:
            done = self.occy("search", "tar://-", "*.py", "--script-friendly", stdin=archive)
        self.assertEqual(done.stderr, "")
        self.assertEqual([line.split("\t")[3] for line in done.stdout.splitlines()], ["var/old.py", "usr/a.py", "var/new.py"])
        with open(self.image, "rb") as archive:
            done = self.occy("search", "tar://-", "*.py", "--visible", stdin=archive)
        self.assertEqual(done.stdout, self.heading(1) + "  l  usr/a.py -> ../var/old.py\n" + self.heading(2) + "  -  var/new.py\n")

    def test_the_exit_code_says_whether_there_were_matches_only_when_asked(self):
        self.assertEqual(self.search("nothing"), "")
        self.assertEqual(self.search("nothing", "--fail-if-none", code=1), "")
        self.assertNotEqual(self.search("passwd", "--fail-if-none"), "")

    def test_wrong_calls_are_refused(self):
        self.assert_usage(self.occy("search", self.source, "["), "glob: expected ] after [")
        self.assert_usage(self.occy("search", self.source, "--regex", "("), "regular expression: missing )")
        self.assert_usage(self.occy("search", self.source, "*", "--content", r"a\1"), "regular expression")
        self.assert_usage(self.occy("search", self.source, "*", "--visible", "--deleted"), "--deleted", "--visible")
        self.assert_usage(self.occy("search", self.source), "PATTERN")

    def test_a_layer_that_is_no_archive_is_named_after_what_was_found(self):
        bad = b"not a tar archive" * 100
        write_small_image(self.image, [LAYERS[0], bad])

        done = self.occy("search", self.source, "passwd")

        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, self.heading(0) + "  -  etc/passwd\n")
        self.assertIn(hashlib.sha256(bad).hexdigest(), done.stderr)

    def test_a_reader_that_goes_away_ends_it_quietly(self):
        write_small_image(self.image, [layer(*(entry(f"{number:06d}" + "x" * 80) for number in range(20_000)))])
        with subprocess.Popen([self.occy_path, "search", self.source, "*"], env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdout.readline()
            process.stdout.close()
            self.assertEqual(process.stderr.read(), b"")
        self.assertEqual(process.returncode, -13)


if __name__ == "__main__":
    main()
