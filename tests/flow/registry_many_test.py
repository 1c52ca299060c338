#!/usr/bin/env python3
"""Many images from a list, by several workers that know nothing of each other.

usage: registry_many_test.py OCCY    (the path of the command)
"""
import collections, json, signal, subprocess, sys, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import main  # noqa: E402
from faults import refuse  # noqa: E402
from registry_case import Client, RegistryCase, digest_of  # noqa: E402
from registry_client import noise_layer  # noqa: E402

IMAGES, SHARDS = 200, 8
SHARED = noise_layer(1, 40_000)


class RegistryManyTest(RegistryCase):
    def setUp(self):
        super().setUp()
        self.source_peer, self.target_peer = self.registry(), self.registry()
        self.client, self.target_client = Client(self.source_peer.host), Client(self.target_peer.host)
        self.sources, self.targets = self.proxy(self.source_peer), self.proxy(self.target_peer)

    def push(self, count):
        return [self.client.push_image("from", f"{number}", [SHARED, noise_layer(100 + number, 2000)]) for number in range(count)]

    def write_list(self, count, more="", hosts=None):
        source, target = hosts or (self.sources.host, self.targets.host)
        lines = [f"registry://{source}/from:{number % 20} registry://{target}/to/{number}:1" for number in range(count)]
        path = self.directory / "images.txt"
        path.write_text("# what is mirrored\n\n" + "\n".join(lines) + "\n" + more)
        return str(path)

    def arguments(self, path, *arguments):
        return ["process", "--from-file", path, "--insecure", "--progress=none", *arguments]

    def run_list(self, path, *arguments):
        return self.occy(*self.arguments(path, *arguments), timeout=240)

    def assert_all_there(self, pushed, count):
        for number in range(count):
            self.assertEqual(self.target_peer.digest(f"to/{number}", "1"), pushed[number % 20].digest)

    def finished(self):
        return collections.Counter(seen.path for seen in self.targets.requests("PUT", "/manifests/"))

    def start_shard(self, path, shard):
        """Its lines come into a file."""
        said = self.directory / f"shard{shard}"
        with open(said, "wb") as errors:
            worker = subprocess.Popen([self.occy_path, *self.arguments(path, "-J", "2", "--shard", f"{shard}/{SHARDS}")], env=self.environment,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        self.addCleanup(worker.wait)
        self.addCleanup(worker.kill)
        return worker, said

    def images_in(self, text):
        """Those that have a line, each proved."""
        lines = [line for line in text.splitlines() if not line.startswith("Summary")]
        for line in lines:
            self.assertRegex(line, r"^registry://\S+/to/\d+:1: .*verified OK$")
        return [int(line.split("/to/")[1].split(":")[0]) for line in lines]

    def kill_in_the_middle(self, worker, said):
        deadline = time.monotonic() + 60
        while said.read_text().count("\n") < 5 and worker.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        worker.kill()
        self.assertEqual(worker.wait(), -signal.SIGKILL)
        return len(self.images_in(said.read_text()))

    def test_eight_shards_share_the_work_and_a_killed_one_goes_on(self):
        pushed, path = self.push(20), self.write_list(IMAGES, hosts=(self.source_peer.host, self.target_peer.host))
        workers = [self.start_shard(path, shard) for shard in range(1, SHARDS + 1)]
        killed = self.kill_in_the_middle(*workers[2])
        shares = []
        for number, (worker, said) in enumerate(workers):
            if number == 2:
                worker, said = self.start_shard(path, number + 1)
            self.assertEqual(worker.wait(240), 0, said.read_text())
            self.assertRegex(said.read_text().splitlines()[-1], r"^Summary: (\d+)/\1 images, .*verified OK")
            shares.append(self.images_in(said.read_text()))
        self.assertLess(killed, len(shares[2]))
        self.assertGreater(min(map(len, shares)), 10)
        self.assertEqual(sorted(number for share in shares for number in share), list(range(IMAGES)))
        written = collections.Counter(self.target_peer.finished("PUT", r"/v2/to/\d+/manifests/1"))
        self.assertEqual((len(written), set(written.values())), (IMAGES, {1}))
        self.assert_all_there(pushed, IMAGES)

    def test_a_share_does_not_depend_on_the_order(self):
        self.push(20)
        path = self.write_list(30)
        self.assertEqual(self.run_list(path, "--shard", "2/3").returncode, 0)
        before = set(self.finished())
        lines = Path(path).read_text().splitlines()
        Path(path).write_text("\n".join(sorted(lines, reverse=True)) + "\n")
        self.targets.forget()
        self.assertEqual(self.run_list(path, "--shard", "2/3").returncode, 0)
        self.assertLessEqual(set(self.finished()), before)
        self.assertTrue(before)

    def test_shared_blobs_are_fetched_once(self):
        pushed = self.push(20)
        done = self.run_list(self.write_list(20), "-J", "4")
        self.assertEqual(done.returncode, 0, done.stderr)
        shared = digest_of(pushed[0].layers[0])
        self.assertEqual(len([seen for seen in self.sources.requests("GET", shared)]), 1)
        self.assert_all_there(pushed, 20)

    def test_after_a_failure_it_goes_on(self):
        pushed = self.push(20)
        more = (f"registry://{self.sources.host}/none:1 registry://{self.targets.host}/none:1\n"
                f"registry://{self.sources.host}/from:1 registry://{self.targets.host}/denied:1\n")
        self.targets.on("PUT", "/v2/denied/manifests/", refuse(403, code="DENIED"))
        done = self.run_list(self.write_list(20, more), "-J", "2")
        self.assertEqual(done.returncode, 1)
        self.assert_all_there(pushed, 20)
        self.assertRegex(done.stderr, r"Summary: 20/22 images, .*2 failed")
        for words in ("/none:1", "/denied:1", "message of DENIED"):
            self.assertIn(words, done.stderr)
        self.assertEqual(self.target_peer.tags("denied"), [])

    def test_a_json_report(self):
        pushed = self.push(3)
        lines = "".join(f"registry://{self.sources.host}/from:{number} registry://{self.targets.host}/to/{number}:1\n" for number in range(3))
        path = self.directory / "three.txt"
        path.write_text(lines)
        done = self.run_list(str(path), "-O", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(pushed[0].image_id, done.stdout)
        for line in done.stdout.splitlines():
            json.loads(line)

    def test_from_archives_too(self):
        path = self.directory / "images.txt"
        path.write_text(f"{self.source} registry://{self.target_peer.host}/to/0:1\n{self.source} tar://{self.directory}/copy.tar\n")
        done = self.run_list(str(path))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.target_peer.tags("to/0"), ["1"])
        self.assertEqual(self.info(f"tar://{self.directory}/copy.tar")["id"], self.info(self.source)["id"])

    def test_lists_that_are_wrong(self):
        good = f"{self.source} tar://{self.directory}/copy.tar\n"
        for text, words in ((f"{good}{self.source}\n", "2"), (f"{good}a b c\n", "2"), (f"{good}{self.source} what://x\n", "what")):
            path = self.directory / "wrong.txt"
            path.write_text(text)
            self.assert_usage(self.run_list(str(path)), words)
        for arguments in (("--shard", "0/8"), ("--shard", "9/8"), ("--shard", "x"), ("--shard", "1/0"), ("--shard", "-1/2")):
            path.write_text(good)
            self.assert_usage(self.run_list(str(path), *arguments), "shard")
        self.assertFalse((self.directory / "copy.tar").exists())
        done = self.run_list(str(self.directory / "absent.txt"))
        self.assertIn(done.returncode, (1, 2))
        self.assertIn("absent.txt", done.stderr)


if __name__ == "__main__":
    main()
