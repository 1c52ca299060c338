"""What every test of the command starts with: a directory of its own, with an image in it, and an environment that is bare
but for what ThreadSanitizer is told."""
import atexit, os, shutil, subprocess, sys, tempfile, unittest
from pathlib import Path

from make_image import write_image


def is_sanitized(path):
    """Sanitizers reserve terabytes of addresses and threads of their own: the tests of tight limits say nothing then."""
    return b"__asan_init" in Path(path).read_bytes() or b"__tsan_init" in Path(path).read_bytes()


def for_every_user(path):
    """A copy of the command that other users may run too, for as long as the tests run: the build and TMPDIR may lie below
    private directories, and root's umask may be one."""
    tempfile.tempdir = "/tmp"
    os.umask(0o022)
    place = tempfile.mkdtemp(prefix="occy-for-all.")
    atexit.register(shutil.rmtree, place)
    copy = shutil.copy(path, place)
    for made in (place, copy):
        os.chmod(made, 0o755)
    return copy


class CommandCase(unittest.TestCase):
    occy_path = None

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="occy-command."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.image = self.directory / "image.tar"
        write_image(self.image, 2, 2, 50_000, "occy/command:1")
        self.source = f"tar://{self.image}"
        self.target_path = self.directory / "out.tar"
        self.target = f"tar://{self.target_path}"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory),
                            "XDG_RUNTIME_DIR": str(self.directory / "run"),
                            "TSAN_OPTIONS": os.environ.get("TSAN_OPTIONS", "")}

    def occy(self, *arguments, environment={}, stdin=subprocess.DEVNULL, typed=None, timeout=60):
        """`typed`: the text on standard input."""
        given = {"stdin": stdin} if typed is None else {"input": typed}
        return subprocess.run([self.occy_path, *arguments], env={**self.environment, **environment}, **given,
                              capture_output=True, text=True, timeout=timeout)

    def assert_usage(self, done, *words):
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr.splitlines()[0], "^occy: ")
        for word in words:
            self.assertIn(word, done.stderr.splitlines()[0])


def main():
    """Runs the tests of the calling program, whose last argument is the path of the command."""
    CommandCase.occy_path = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=2)
