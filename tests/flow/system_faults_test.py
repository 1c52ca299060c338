#!/usr/bin/env python3
"""Every system call on the files of a job fails once: each time one clear line, and nothing half-done is left.

usage: system_faults_test.py OCCY FAIL_NTH    (the paths of the command and of support/fail_nth's library)
"""
import errno, os, shutil, subprocess, sys, tempfile, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from make_image import write_image  # noqa: E402

OCCY = None
FAIL_NTH = None
# More calls than a job here makes; a loop that gets there never succeeds.
MOST_CALLS = 500


def contents(directory):
    """Every file below, by its path; and the directories."""
    return {path.relative_to(directory): path.read_bytes() if path.is_file() else None for path in directory.rglob("*")}


class SystemFaultsTest(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="occy-faults."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.place = self.directory / "place"
        self.place.mkdir()
        self.source = self.place / "source.tar"
        self.target = self.place / "target.tar"
        write_image(self.source, 2, 2, 200_000, "occy/faults:1")
        self.image = self.source.read_bytes()
        self.written = self.directory / "written.tar"
        subprocess.run([OCCY, "process", "-q", f"tar://{self.source}", f"tar://{self.written}"], check=True)

    def run_broken(self, number, error, arguments):
        """Runs the command with the call `number` broken. Returns what became of it, and the call's name, or None when
        the command made fewer calls."""
        mark = self.directory / "mark"
        mark.unlink(missing_ok=True)
        environment = {"PATH": os.environ["PATH"], "LD_PRELOAD": FAIL_NTH, "FAIL_WHERE": str(self.place),
                       "FAIL_NTH": str(number), "FAIL_ERRNO": str(error), "FAIL_MARK": str(mark)}
        done = subprocess.run([OCCY, *arguments], env=environment, capture_output=True, text=True, timeout=60)
        return done, mark.read_text() if mark.exists() else None

    def break_every_call(self, error, arguments, judge):
        """Breaks the calls in turn until the command gets through; returns the names of those that were broken."""
        broken = []
        for number in range(MOST_CALLS):
            done, call = self.run_broken(number, error, arguments)
            if call is None:
                self.assertEqual(done.returncode, 0, done.stderr)
                return broken
            with self.subTest(number=number, call=call, error=errno.errorcode[error]):
                judge(done)
            broken.append(call)
        self.fail(f"{MOST_CALLS} calls, and no end")

    def assert_refused(self, done):
        self.assertEqual(done.returncode, 1, done.stderr)
        lines = [line for line in done.stderr.splitlines() if line.startswith("occy: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertRegex(lines[0], r"^occy: (input|output): .*\.tar|place")
        self.assertEqual(self.source.read_bytes(), self.image)

    def write_unverified(self):
        return ["process", "-j1", "--no-verify", f"tar://{self.source}", f"tar://{self.target}"]

    def test_a_new_archive_appears_only_whole(self):
        for error in (errno.EIO, errno.ENOSPC):
            def judge(done):
                self.assert_refused(done)
                self.assertEqual([path.name for path in self.place.iterdir()], ["source.tar"])

            broken = self.break_every_call(error, self.write_unverified(), judge)
            self.assertLessEqual({"fsync", "renameat"}, set(broken))
            self.assertTrue({"pread", "pread64"} & set(broken) and {"pwrite", "pwrite64"} & set(broken), broken)
            self.assertEqual(self.target.read_bytes(), self.written.read_bytes())
            self.target.unlink()

    def test_an_old_archive_stays_until_the_new_one_is_whole(self):
        self.target.write_bytes(b"old")
        found = []

        def judge(done):
            self.assert_refused(done)
            self.assertEqual(sorted(path.name for path in self.place.iterdir()), ["source.tar", "target.tar"])
            found.append(self.target.read_bytes())

        broken = self.break_every_call(errno.EIO, self.write_unverified(), judge)
        # After the rename only the directory is synced. When that fails, the old archive is gone and the new one is whole.
        self.assertEqual(broken[-2:], ["renameat", "fsync"])
        self.assertEqual(set(found[:-1]), {b"old"})
        self.assertEqual(found[-1], self.written.read_bytes())
        self.assertEqual(self.target.read_bytes(), self.written.read_bytes())

    def test_a_verification_that_cannot_read_is_no_proof(self):
        def judge(done):
            self.assertIn(done.returncode, (1, 3), done.stderr)
            self.assertNotIn("verified OK", done.stderr)
            # Either nothing was published, or the whole.
            if self.target.exists():
                self.assertEqual(self.target.read_bytes(), self.written.read_bytes())
                self.target.unlink()
            self.assertEqual([path.name for path in self.place.iterdir()], ["source.tar"])

        self.break_every_call(errno.EIO, ["process", "-j1", "--verify=full", f"tar://{self.source}", f"tar://{self.target}"],
                              judge)

    def test_a_store_changes_as_a_whole_or_not_at_all(self):
        other = self.directory / "other.tar"
        write_image(other, 1, 1, 1000, "occy/other:2")
        for uri in (f"layout://{self.place}/store", f"dir://{self.place}/store?unique_names=true"):
            store = self.place / "store"
            # Into nothing, and beside an image that is there.
            for first in (None, f"tar://{other}"):
                if first:
                    subprocess.run([OCCY, "process", "-q", first, uri], check=True)
                before = contents(self.place)

                def judge(done):
                    self.assert_refused(done)
                    self.assertEqual(contents(self.place), before, done.stderr)

                broken = self.break_every_call(
                    errno.ENOSPC, ["process", "-j1", "--no-verify", f"tar://{self.source}", uri], judge)
                self.assertLessEqual({"fsync", "renameat"}, set(broken))
                self.assertNotEqual(contents(self.place), before)
                shutil.rmtree(store)

    def test_a_store_changes_also_where_names_cannot_be_exchanged(self):
        store = self.place / "store"
        uri = f"layout://{store}"
        subprocess.run([OCCY, "process", "-q", f"tar://{self.source}", uri], check=True)
        arguments = ["process", "-j1", "--verify=full", f"tar://{self.source}", uri]
        calls = []
        while not calls or calls[-1]:
            done, call = self.run_broken(len(calls), errno.EINVAL, arguments)
            calls.append(call)
            if call == "renameat2":
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("verified OK", done.stderr)
        self.assertIn("renameat2", calls)
        # Where fs.protected_hardlinks is set, a second name for a file needs its owner's rights.
        self.assertNotIn("linkat", calls)

    def test_an_unpacked_image_appears_only_whole(self):
        image = self.place / "image"
        for uri in (f"dir://{image}?expand=true", f"oci://{image}", f"mounts://{image}"):
            def judge(done):
                self.assert_refused(done)
                self.assertEqual([path.name for path in self.place.iterdir()], ["source.tar"], done.stderr)

            broken = self.break_every_call(
                errno.ENOSPC, ["process", "-j1", "--no-verify", f"tar://{self.source}", uri], judge)
            self.assertLessEqual({"mkdirat", "fchmod", "futimens", "syncfs", "renameat"}, set(broken), uri)
            self.assertTrue({"write", "pwrite", "pwrite64"} & set(broken), broken)
            shutil.rmtree(image)

    def test_a_check_that_cannot_read_fails(self):
        def judge(done):
            self.assertEqual(done.returncode, 1, done.stderr)

        broken = self.break_every_call(errno.EIO, ["check", "-j1", f"tar://{self.source}"], judge)
        self.assertGreater(len(broken), 3)


if __name__ == "__main__":
    FAIL_NTH = os.path.abspath(sys.argv.pop())
    OCCY = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=2)
