#!/usr/bin/env python3
"""Every system call on an engine's socket fails once: never a success that was none, never a hang, nothing half-done.

usage: engine_faults_test.py OCCY FAIL_NTH    (the paths of the command and of support/fail_nth's library)
"""
import errno, os, shutil, subprocess, sys, tempfile, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from engine_double import EngineDouble, image_of  # noqa: E402
from spoiled_archive import SpoiledArchive  # noqa: E402

OCCY = None
FAIL_NTH = None
# More calls than a job here makes; a loop that gets there never succeeds.
MOST_CALLS = 300
IMAGE = image_of(SpoiledArchive())


class EngineFaultsTest(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="occy-faults."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.image = self.directory / "image.tar"
        self.image.write_bytes(IMAGE.archive)
        self.place = self.directory / "place"
        self.place.mkdir()
        self.target = self.place / "out.tar"
        self.mark = self.directory / "mark"

    def break_every_call(self, error, arguments, judge):
        """Breaks the calls in turn, each with an engine of its own, until the command gets through; returns the names
        of those that were broken."""
        broken = []
        for number in range(MOST_CALLS):
            self.mark.unlink(missing_ok=True)
            with EngineDouble(IMAGE) as engine:
                environment = {"PATH": os.environ["PATH"], "LD_PRELOAD": FAIL_NTH, "FAIL_WHERE": "socket:",
                               "FAIL_NTH": str(number), "FAIL_ERRNO": str(error), "FAIL_MARK": str(self.mark)}
                done = subprocess.run([OCCY, *arguments(engine.socket)], env=environment, stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, timeout=20)
            if not self.mark.exists():
                self.assertEqual(done.returncode, 0, done.stderr)
                return broken
            with self.subTest(number=number, call=self.mark.read_text(), error=errno.errorcode[error]):
                judge(done, engine)
            broken.append(self.mark.read_text())
        self.fail(f"{MOST_CALLS} calls, and no end")

    def load(self, path):
        return ["process", f"tar://{self.image}", f"docker://occy/spoiled:1?socket={path}"]

    def save(self, path):
        return ["process", f"docker://occy/spoiled:1?socket={path}", f"tar://{self.target}"]

    def assert_one_line(self, done, side):
        self.assertEqual(done.returncode, 1, done.stderr)
        lines = [line for line in done.stderr.splitlines() if line.startswith("occy: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertRegex(lines[0], f"^occy: {side}: .+: .+")

    def test_a_load(self):
        def judge(done, engine):
            self.assertNotIn("verified OK", done.stderr)
            whole = any(request.finished for request in engine.requests)
            if whole and "Summary:" in done.stderr:  # loaded, and then not to be asked
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn("NOT verified", done.stderr)
            else:
                self.assert_one_line(done, "output")

        for error in (errno.ECONNRESET, errno.EPIPE):
            broken = self.break_every_call(error, self.load, judge)
            self.assertGreaterEqual(broken.count("connect"), 3)  # ping, load, inspect
            self.assertTrue({"send", "sendmsg"} & set(broken) and {"recv", "recvmsg"} & set(broken), broken)

    def test_a_save(self):
        def judge(done, _):
            self.assert_one_line(done, "input")
            self.assertEqual(list(self.place.iterdir()), [])

        for error in (errno.ECONNRESET, errno.EPIPE):
            broken = self.break_every_call(error, self.save, judge)
            self.assertGreaterEqual(broken.count("connect"), 3)  # ping, inspect, export
            self.assertTrue({"recv", "recvmsg"} & set(broken), broken)
            self.assertEqual([path.name for path in self.place.iterdir()], ["out.tar"])
            self.target.unlink()

    def test_a_check(self):
        # Asked once more for what is only shown, it may get through.
        def judge(done, engine):
            gets_through = any("/get" in request.line for request in engine.requests) and done.returncode == 0
            self.assertTrue(gets_through or done.returncode == 1, done.stderr)

        self.break_every_call(errno.ECONNRESET, lambda path: ["check", f"docker://occy/spoiled:1?socket={path}"], judge)

    def test_a_call_that_was_interrupted_is_made_again(self):
        def judge(done, _):
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("verified OK", done.stderr)

        self.break_every_call(errno.EINTR, self.load, judge)


if __name__ == "__main__":
    FAIL_NTH = os.path.abspath(sys.argv.pop())
    OCCY = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=2)
