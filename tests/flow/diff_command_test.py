#!/usr/bin/env python3
"""occy diff as its callers see it: exit codes, text, JSON, options, memory.

usage: diff_command_test.py OCCY    (the path of the command)
"""
import json, multiprocessing, os, subprocess, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import CommandCase, is_sanitized, main  # noqa: E402
from small_image import entry, layer, write_small_image  # noqa: E402

BASE = layer(entry("etc/"), entry("etc/hostname", b"occy\n"), entry("etc/passwd", b"a"))


def write_many_files(path, content):
    names = (f"usr/lib/part{number % 97:02d}/module-{number:06d}.py" for number in range(100_000))
    write_small_image(path, [layer(*(entry(name, content) for name in names))])


class DiffCommandTest(CommandCase):
    def setUp(self):
        super().setUp()
        self.a, self.b = self.directory / "a.tar", self.directory / "b.tar"

    def diff(self, *arguments):
        return self.occy("diff", f"tar://{self.a}", f"tar://{self.b}", "--progress=none", *arguments)

    def write(self, path, *layers, **config):
        write_small_image(path, layers, **config)

    def assert_differs(self, done, *lines):
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertEqual(done.stdout.splitlines(), list(lines))

    def test_equal_images_are_no_word(self):
        self.write(self.a, BASE)
        self.write(self.b, BASE)
        done = self.diff()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        report = json.loads(self.diff("-O", "json").stdout)
        self.assertEqual((report["equal"], report["files"], report["config"]), (True, [], []))

    def test_everything_that_differs(self):
        self.write(self.a, BASE, layer(entry("etc/passwd", b"b"), entry("tool", linkname="a")))
        self.write(self.b, BASE, layer(entry("etc/.wh.hostname"), entry("new/"), entry("tool", linkname="b"),
                                       entry("etc/passwd", b"cc", mode=0o4755, uid=5, mtime=0)),
                   created="now", config={"Env": ["A=1"]})
        layers = [line["diff_id"][7:19] for line in json.loads(self.diff("-O", "json").stdout)["layers"]]
        self.assert_differs(
            self.diff(),
            "Layers: 1 shared", f"- 1  {layers[1]}  step 1", f"+ 1  {layers[2]}  step 1",
            "Config:", '+ /config/Env  ["A=1"]', '~ /created  "2023-11-14T22:13:20Z" → "now"',
            "Files: 1 added, 1 removed, 2 changed",
            "- etc/hostname",
            "~ etc/passwd  mode 0644 → 4755, owner 0:0 → 5:0, size 1 → 2, "
            "mtime 2023-11-14T22:13:20Z → 1970-01-01T00:00:00Z, content",
            "+ new",
            "~ tool  link a → b")

    def test_a_file_of_the_same_size_and_time_is_not_the_same_file(self):
        self.write(self.a, BASE)
        self.write(self.b, layer(entry("etc/"), entry("etc/hostname", b"ycco\n"), entry("etc/passwd", b"a")))
        self.assertEqual(self.diff().stdout.splitlines()[-1], "~ etc/hostname  content")

    def test_aspects_are_ignored(self):
        self.write(self.a, layer(entry("file", b"x")))
        self.write(self.b, layer(entry("file", b"x", mtime=1, uid=7)), created="now")
        self.assertEqual(self.diff("--ignore", "layers,created", "--ignore=mtime").stdout.splitlines()[-1],
                         "~ file  owner 0:0 → 7:0")
        done = self.diff("--ignore", "layers,created,mtime,owner")
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_an_unknown_aspect_is_a_wrong_call(self):
        self.write(self.a, BASE)
        self.write(self.b, BASE)
        self.assert_usage(self.diff("--ignore", "times"), "--ignore", "times", "mtime")

    def test_trouble_does_not_look_like_a_difference(self):
        self.write(self.a, BASE)
        done = self.diff()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("b.tar: cannot open", done.stderr)

    def test_a_layer_that_is_damaged_is_trouble(self):
        self.write(self.a, BASE)
        self.write(self.b, layer(entry("file", b"unique content")))
        self.b.write_bytes(self.b.read_bytes().replace(b"unique content", b"unique contend"))
        done = self.diff()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"b\.tar: [0-9a-f]{64}/layer\.tar: diff_id does not match: expected sha256:")

    def test_names_that_are_no_text(self):
        self.write(self.a, layer(entry("caf\udce9"), entry("bell\a"), entry("caf\u00e9")))
        self.write(self.b, layer())
        text = self.diff().stdout
        self.assertIn("- caf\\xe9\n", text)
        self.assertIn("- bell\\x07\n", text)
        files = json.loads(self.diff("-O", "json").stdout)["files"]
        self.assertEqual([(file["path"], file.get("path_bytes")) for file in files],
                         [("bell\a", None), ("caf\u00e9", None), ("caf\\xe9", "636166e9")])

    def test_the_members_of_a_changed_file(self):
        self.write(self.a, layer(entry("file", b"x")))
        self.write(self.b, layer(entry("file", b"y", mtime=1)))
        file = json.loads(self.diff("-O", "json").stdout)["files"][0]
        self.assertEqual((file["path"], file["change"], file["aspects"]), ("file", "changed", ["mtime", "content"]))
        self.assertEqual(file["b"]["mtime"], "1.000000000")
        self.assertEqual(file["a"]["content"],
                         "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881")

    def test_a_file_of_a_shared_layer_against_its_copy_in_another(self):
        large = layer(*(entry(f"file{number}", bytes([number]) * 300_000) for number in range(4)))
        copies = layer(entry("file1", bytes([1]) * 300_000), entry("file2", bytes([1]) * 300_000))
        self.write(self.a, large)
        self.write(self.b, large, copies)
        self.assertEqual(self.diff("--ignore=layers,config").stdout,
                         "Files: 0 added, 0 removed, 1 changed\n~ file2  content\n")

    def test_archives_from_a_pipe(self):
        self.write(self.a, BASE)
        self.write(self.b, BASE, layer(entry("new")))
        with subprocess.Popen(["cat", self.a], stdout=subprocess.PIPE) as cat:
            done = self.occy("diff", "tar://-", f"tar://{self.b}", "--progress=none", stdin=cat.stdout)
            cat.stdout.close()
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout.splitlines()[-1], "+ new")

    def test_two_images_of_100_000_files_fit_in_64_megabytes(self):
        if is_sanitized(self.occy_path):
            self.skipTest("a sanitizer needs memory of its own")
        # A process begins its life with the memory of the one that forked it: this one must stay small.
        for path, content in ((self.a, b"a"), (self.b, b"b")):
            writer = multiprocessing.Process(target=write_many_files, args=(path, content))
            writer.start()
            writer.join()
        program = [self.occy_path, "diff", f"tar://{self.a}", f"tar://{self.b}", "--progress=none"]
        with subprocess.Popen(program, stdout=subprocess.PIPE, env=self.environment) as job:
            lines = sum(1 for _ in job.stdout)
            _, status, usage = os.wait4(job.pid, 0)
            job.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual((job.returncode, lines), (1, 100_000 + 4))
        self.assertLess(usage.ru_maxrss, 64 * 1024)


if __name__ == "__main__":
    main()
