#!/usr/bin/env python3
"""A layer that has everything is rewritten with every header changed, and changed back: two readers that share no code with
occy, bsdtar and Python's, must see what they saw before.

usage: nasty_layer_test.py REWRITE_LAYER"""
import hashlib, io, os, shutil, subprocess, sys, tarfile, tempfile, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from nasty_layer import nasty_layer

TOOL = ""
# What Python keeps in members of its own; a value may move between its field and its record.
MEMBERS = {"path", "linkpath", "size", "uid", "gid", "uname", "gname", "mtime", "GNU.sparse.name"}


def python_view(layer, shift=0):
    """Every entry as Python's tarfile sees it, data included."""
    with tarfile.open(fileobj=io.BytesIO(layer), errorlevel=2, encoding="utf-8", errors="surrogateescape") as archive:
        view = []
        for entry in archive:
            records = {key: value for key, value in entry.pax_headers.items()
                       if key not in MEMBERS and value != "a global comment"}
            data = hashlib.sha256(archive.extractfile(entry).read()).hexdigest() if entry.isreg() else None
            view.append((entry.name, entry.type, entry.linkname, entry.mode, entry.uid, entry.gid, entry.uname, entry.gname, entry.size,
                         round(entry.mtime + shift, 6), entry.devmajor, entry.devminor, records, data))
        return view


def bsdtar_view(layer):
    """The archive that bsdtar makes of it, which has all that it understands in a form of its own; and its words about names that
    are not UTF-8."""
    done = subprocess.run(["bsdtar", "-cf", "-", "--format=pax", "@-"], input=layer, capture_output=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    return done.returncode, done.stdout, done.stderr


class NastyLayer(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="occy-nasty."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.layer = nasty_layer()

    def rewritten(self, what, layer):
        source, target = self.directory / "source.tar", self.directory / "target.tar"
        source.write_bytes(layer)
        done = subprocess.run([TOOL, what, source, target], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return target.read_bytes()

    def test_nothing_changed_is_the_same_bytes(self):
        self.assertEqual(self.rewritten("nothing", self.layer), self.layer)

    def test_every_header_is_changed(self):
        for before, after in zip(python_view(self.layer), python_view(self.rewritten("forth", self.layer)), strict=True):
            # Python takes the time of access in an old GNU header for a part of the name.
            self.assertEqual(after[0], "14524700001/x/gnu-times" if "gnu-times" in before[0] else "x/" + before[0])
            self.assertEqual(after[4:6], (before[4] + 3_000_000, before[5] + 1), before[0])
            self.assertEqual(after[6:8], (before[6] + "!", before[7] + "!"))
            self.assertAlmostEqual(after[9], before[9] + 1, 5)
            self.assertEqual(after[12]["SCHILY.xattr.user.mark"], "\0\udcff\n")
            self.assertEqual((after[1], after[8], after[10:12], after[13]), (before[1], before[8], before[10:12], before[13]), before[0])

    def test_changed_and_changed_back_two_readers_see_the_same(self):
        again = self.rewritten("back", self.rewritten("forth", self.layer))

        for after, before in zip(python_view(again), python_view(self.layer), strict=True):
            self.assertEqual(after, before)
        before, after = bsdtar_view(self.layer), bsdtar_view(again)
        self.assertGreater(len(before[1]), 50_000, before[2])
        self.assertEqual(after, before)

    def test_bytes_behind_the_end_stay(self):
        self.assertTrue(self.rewritten("forth", self.layer).endswith(bytes(1024) + b"bytes behind the end of the archive"))


if __name__ == "__main__":
    TOOL = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=2)
