#!/usr/bin/env python3
"""The command against its host: destinations that cannot be written, tight limits, signals, closed streams.

usage: host_test.py OCCY    (the path of the command)
"""
import os, resource, shutil, signal, stat, subprocess, sys, tempfile, time, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import for_every_user, is_sanitized  # noqa: E402
from make_image import write_image  # noqa: E402

OCCY = None
SANITIZED = False


class HostTest(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="occy-host."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.image = self.directory / "image.tar"
        write_image(self.image, 3, 4, 100_000, "occy/host:1")
        self.place = self.directory / "place"
        self.place.mkdir()
        self.target = self.place / "out.tar"

    def occy(self, *arguments, **options):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory), **options.pop("environment", {})}
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.run([OCCY, *map(str, arguments)], env=environment, stdin=subprocess.DEVNULL, text=True,
                              timeout=60, **options)

    def process(self, source=None, target=None, **options):
        return self.occy("process", f"tar://{source or self.image}", f"tar://{target or self.target}", **options)

    def assert_refused(self, done, *words, status=1):
        """One clear line, the right status, and nothing in the place of the output."""
        self.assertEqual(done.returncode, status, done.stderr)
        lines = [line for line in done.stderr.splitlines() if line.startswith("occy: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words:
            self.assertIn(word, lines[0])

    def assert_nothing_written(self):
        self.assertEqual(list(self.place.iterdir()), [])

    def assert_only_the_old_archive(self):
        self.assertEqual([path.name for path in self.place.iterdir()], ["out.tar"])
        self.assertEqual(self.target.read_bytes(), b"old")

    def assert_written(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("verified OK", done.stderr)
        self.assertEqual(self.occy("check", f"tar://{self.target}").returncode, 0)

    def need_root(self):
        if os.geteuid() != 0:
            self.skipTest("needs root (mount, other users)")

    def mount_tmpfs(self, options):
        self.need_root()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", self.place], capture_output=True).returncode != 0:
            self.skipTest("cannot mount a tmpfs here")
        self.addCleanup(subprocess.run, ["umount", self.place])

    # --- the source

    def test_a_missing_source_is_named(self):
        self.assert_refused(self.process(source=self.directory / "none.tar"), "input", "none.tar")
        self.assert_nothing_written()

    def test_a_missing_source_has_no_info_and_a_report(self):
        missing = f"tar://{self.directory}/none.tar"
        self.assert_refused(self.occy("info", missing), "input", "none.tar")
        done = self.occy("check", missing)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"^error: archive: .*none\.tar: cannot open: ")

    def test_an_empty_source_is_no_archive(self):
        empty = self.directory / "empty.tar"
        empty.touch()
        self.assert_refused(self.process(source=empty), "input", "empty.tar", "empty")
        self.assert_nothing_written()

    def test_random_bytes_are_no_archive(self):
        noise = self.directory / "noise.tar"
        noise.write_bytes(os.urandom(100_000))
        self.assert_refused(self.process(source=noise), "input", "noise.tar")
        self.assert_nothing_written()

    def test_a_directory_is_no_archive(self):
        self.assert_refused(self.process(source=self.directory), "input", "directory")
        self.assert_nothing_written()

    def test_a_terminal_never_gets_control_bytes_from_a_name(self):
        done = self.process(source=self.directory / "a\x1b[31mb.tar")
        self.assert_refused(done, "input")
        self.assertNotIn("\x1b", done.stderr)

    # --- the destination

    def test_a_missing_directory_is_found_before_anything_is_read(self):
        self.assert_refused(self.process(target=self.place / "none" / "out.tar"), "output", "none")
        self.assert_nothing_written()

    def test_a_directory_is_no_destination(self):
        self.assert_refused(self.process(target=self.place), "output", "directory")
        self.assert_nothing_written()

    def test_special_files_are_no_destination(self):
        os.mkfifo(self.target)
        self.assert_refused(self.process(), "output", "out.tar")
        self.assertTrue(stat.S_ISFIFO(self.target.stat().st_mode))
        self.assert_refused(self.process(target="/dev/null"), "output", "/dev/null")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))

    def test_the_source_is_no_destination(self):
        before = self.image.read_bytes()
        link, hard_link = self.place / "link.tar", self.place / "hard.tar"
        link.symlink_to(self.image)
        os.link(self.image, hard_link)
        for target in (self.image, link, hard_link):
            self.assertIn(self.process(target=target).returncode, (1, 2))
            self.assertEqual(self.image.read_bytes(), before)

    def test_a_read_only_file_system_is_named(self):
        self.mount_tmpfs("ro,size=64k")
        self.assert_refused(self.process(), "output", "place", "Read-only")

    def test_a_full_disk_leaves_nothing(self):
        self.mount_tmpfs("size=600k")
        self.assert_refused(self.process(), "output", "No space left")
        self.assert_nothing_written()

    def test_a_full_disk_keeps_the_old_archive(self):
        self.mount_tmpfs("size=600k")
        self.target.write_bytes(b"old")
        for jobs in ("1", "8"):
            self.assert_refused(self.process(environment={"OCCY_PARALLEL": jobs}), "output", "No space left")
            self.assert_only_the_old_archive()

    def test_a_file_size_limit_leaves_nothing(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        self.assert_refused(self.process(preexec_fn=limit), "output", "File too large")
        self.assert_nothing_written()

    def test_no_permission_is_named(self):
        self.need_root()
        self.directory.chmod(0o755)
        self.place.chmod(0o755)
        self.image.chmod(0o644)
        done = self.process(user=65534, group=65534, extra_groups=[])
        self.assert_refused(done, "output", "Permission denied")
        self.assert_nothing_written()

    def test_the_mode_follows_the_umask(self):
        for mask, mode in ((0o077, 0o600), (0o022, 0o644), (0o000, 0o666)):
            self.assert_written(self.process(umask=mask))
            self.assertEqual(stat.S_IMODE(self.target.stat().st_mode), mode)

    def test_two_writers_of_one_archive_leave_a_whole_one(self):
        writers = [subprocess.Popen([OCCY, "process", "-q", f"tar://{self.image}", f"tar://{self.target}"]) for _ in range(4)]
        self.assertEqual([writer.wait(60) for writer in writers], [0] * 4)
        self.assertEqual([path.name for path in self.place.iterdir()], ["out.tar"])
        self.assertEqual(self.occy("check", f"tar://{self.target}").returncode, 0)

    # --- signals

    def start_slow(self, target=None):
        """A job that has read half of its source from a fifo and waits for the rest."""
        # One for each job: what a killed reader leaves in a fifo would go to the next one.
        fifo = self.directory / f"slow{len(list(self.directory.glob('slow*')))}.fifo"
        os.mkfifo(fifo)
        job = subprocess.Popen([OCCY, "process", f"tar://{fifo}", f"tar://{target or self.target}"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (job.kill(), job.communicate()))
        feed = open(fifo, "wb", buffering=0)
        self.addCleanup(feed.close)
        feed.write(self.image.read_bytes()[:700_000])
        deadline = time.monotonic() + 10
        while not any(path.stat().st_size > 300_000 for path in self.place.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertTrue(any(path.stat().st_size > 300_000 for path in self.place.iterdir()), "the job does not write")
        return job

    def test_a_signal_cleans_up_and_kills(self):
        self.target.write_bytes(b"old")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                job = self.start_slow()
                start = time.monotonic()
                job.send_signal(number)
                job.wait(10)
                self.assertLess(time.monotonic() - start, 1.0 if not SANITIZED else 5.0)
                self.assertEqual(job.returncode, -number)
                self.assert_only_the_old_archive()

    def test_a_kill_keeps_the_old_archive(self):
        self.target.write_bytes(b"old")
        job = self.start_slow()
        job.kill()
        job.wait(10)
        self.assertEqual(self.target.read_bytes(), b"old")

    # --- streams and limits

    def test_a_full_standard_output_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = self.occy("info", f"tar://{self.image}", stdout=full)
        self.assert_refused(done, "standard output")

    def test_a_closed_reader_is_quiet(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = self.occy("info", f"tar://{self.image}", stdout=writer)
        os.close(writer)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stderr, "")

    def test_closed_streams_never_become_ours(self):
        done = subprocess.run(["sh", "-c", f'"{OCCY}" process "tar://{self.image}" "tar://{self.target}" <&- >&- 2>&-'], timeout=60)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.occy("check", f"tar://{self.target}").returncode, 0)

    def test_a_bare_environment_is_enough(self):
        done = subprocess.run([OCCY, "process", f"tar://{self.image}", f"tar://{self.target}"], env={}, capture_output=True,
                              text=True, timeout=60)
        self.assert_written(done)

    def test_a_missing_temporary_directory_does_not_matter(self):
        self.assert_written(self.process(environment={"TMPDIR": str(self.directory / "none"), "LC_ALL": "C"}))

    def test_sixteen_open_files_are_enough(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
        self.assert_written(self.process(preexec_fn=limit))

    def test_half_a_gibibyte_of_addresses_is_enough(self):
        if SANITIZED:
            self.skipTest("a sanitizer reserves more addresses than that")
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
        self.assert_written(self.process(preexec_fn=limit))

    def test_one_processor_is_enough(self):
        self.assert_written(self.process(preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})))

    def test_no_threads_are_needed(self):
        self.need_root()
        if SANITIZED:
            self.skipTest("a sanitizer makes a thread of its own")
        self.directory.chmod(0o755)
        self.image.chmod(0o644)
        self.place.chmod(0o777)
        limit = lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        self.assert_written(self.process(preexec_fn=limit, user=65533, group=65533, extra_groups=[]))


if __name__ == "__main__":
    OCCY = for_every_user(sys.argv.pop(1))
    SANITIZED = is_sanitized(OCCY)
    unittest.main(verbosity=2)
