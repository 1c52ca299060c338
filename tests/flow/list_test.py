#!/usr/bin/env python3
"""Many images, and whole indexes, without a registry: lists, shards, platforms, and the digests that come out.

usage: list_test.py OCCY    (the path of the command)
"""
import hashlib, json, os, re, signal, subprocess, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import CommandCase, main  # noqa: E402

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


class Layout:
    """An OCI layout that holds one index."""

    def __init__(self, path):
        self.path = path
        (path / "blobs/sha256").mkdir(parents=True)
        (path / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')

    def add(self, data, media_type):
        data = data if isinstance(data, bytes) else json.dumps(data).encode()
        name = hashlib.sha256(data).hexdigest()
        (self.path / "blobs/sha256" / name).write_bytes(data)
        return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(data)}

    def add_image(self, seed):
        config = self.add({"seed": seed}, "application/vnd.oci.image.config.v1+json")
        layer = self.add(f"layer of {seed}".encode() * 1000, "application/vnd.oci.image.layer.v1.tar")
        return self.add({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]}, MANIFEST)

    def publish(self, entries, tag):
        index = self.add({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}, INDEX)
        named = {**index, "annotations": {"org.opencontainers.image.ref.name": tag}}
        (self.path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [named]}))
        return index["digest"]


def for_platform(entry, architecture):
    return {**entry, "platform": {"os": "linux", "architecture": architecture}}


def about(entry, image):
    return {**entry, "annotations": {"vnd.docker.reference.type": "attestation-manifest",
                                     "vnd.docker.reference.digest": image["digest"]}}


class IndexTest(CommandCase):
    def setUp(self):
        super().setUp()
        layout = Layout(self.directory / "source")
        self.amd64, self.arm64, self.proof = (layout.add_image(seed) for seed in ("amd64", "arm64", "proof"))
        self.digest = layout.publish([for_platform(self.amd64, "amd64"), for_platform(self.arm64, "arm64"),
                                      about(self.proof, self.arm64)], "1")
        self.layout = f"layout://{layout.path}:1"

    def blobs(self, name):
        return set(os.listdir(self.directory / name / "blobs/sha256"))

    def copy(self, platforms, *arguments):
        return self.occy("copy", self.layout, f"layout://{self.directory}/copy:2", f"--platform={platforms}", *arguments)

    def test_a_whole_index_keeps_its_digest(self):
        done = self.copy("all", "--verify=full")

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr.splitlines()[-1],
                         r"^Summary: 3 manifests, 6 blobs, [\d.]+ kB, [\d.]+s, verified OK \(full\)$")
        self.assertEqual(self.blobs("copy"), self.blobs("source"))
        self.assertEqual(self.occy("digest", f"layout://{self.directory}/copy:2").stdout, self.digest + "\n")

    def test_an_archive_holds_a_whole_index_too(self):
        done = self.occy("copy", self.layout, self.target + "?layout=oci&name=occy/many:1", "--platform=all", "--verify=full")

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr.splitlines()[-1],
                         r"^Summary: 3 manifests, 6 blobs, [\d.]+ kB, [\d.]+s, verified OK \(full\)$")
        for name in ("", "?image=occy/many:1"):
            done = self.occy("copy", self.target + name, f"layout://{self.directory}/copy:2", "--platform=all", "--verify=full")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.blobs("copy"), self.blobs("source"))
        done = self.occy("copy", self.target + "?image=occy/other:1", f"layout://{self.directory}/copy:3", "--platform=all")
        self.assertEqual((done.returncode, "occy/many:1" in done.stderr), (1, True), done.stderr)
        done = self.occy("info", self.target)
        self.assertEqual((done.returncode, "--platform all" in done.stderr), (1, True), done.stderr)

    def test_of_a_list_an_image_comes_with_what_is_attested_about_it(self):
        done = self.copy("linux/arm64,linux/arm64", "-O", "json", "--progress=none")

        report = json.loads(done.stdout)
        self.assertEqual((report["manifests"], report["blobs"], report["known_blobs"]), (2, 4, 0))
        self.assertNotEqual(report["digest"], self.digest)
        index = json.loads((self.directory / "copy/blobs/sha256" / report["digest"][7:]).read_text())
        self.assertEqual([entry["digest"] for entry in index["manifests"]], [self.arm64["digest"], self.proof["digest"]])
        again = json.loads(self.copy("linux/arm64,linux/arm64", "-O", "json").stdout)
        self.assertEqual((again["digest"], again["blobs"], again["known_blobs"]), (report["digest"], 0, 4))

    def test_a_platform_that_is_not_there_is_named_with_those_that_are(self):
        done = self.copy("linux/amd64,linux/s390x")

        self.assertEqual(done.returncode, 1)
        self.assertIn("expected linux/s390x, found linux/amd64, linux/arm64", done.stderr)
        self.assertFalse((self.directory / "copy").exists())

    def test_a_damaged_blob_is_named_and_nothing_appears(self):
        layer = next(path for path in (self.directory / "source/blobs/sha256").iterdir() if path.stat().st_size > 5000)
        layer.write_bytes(layer.read_bytes()[:-1] + b"x")

        done = self.copy("all")

        self.assertEqual(done.returncode, 1)
        self.assertIn(layer.name, done.stderr)
        self.assertFalse((self.directory / "copy").exists())

    def test_what_cannot_be(self):
        self.assert_usage(self.copy("all", "-f", "exclude:pattern=x"), "filters change one image")
        self.assert_usage(self.copy("linux"), "not a platform", "OS/ARCHITECTURE")
        self.assert_usage(self.copy("linux/amd64,"), "not a platform", "nothing")
        self.assert_usage(self.occy("copy", self.layout, self.target, "--platform=all"), "holds one image", "layout=oci")
        self.assert_usage(self.occy("copy", "tar://-", self.layout, "--platform=all"), "cannot be read from a pipe")
        self.assert_usage(self.occy("copy", "dir://a", self.layout, "--platform=all"), "dir:// holds one image")
        done = self.occy("copy", self.source, self.layout, "--platform=all")
        self.assertEqual((done.returncode, "holds no index for several platforms" in done.stderr), (1, True), done.stderr)

    def test_a_source_without_a_manifest_has_no_digest(self):
        done = self.occy("digest", self.source)

        self.assertEqual(done.returncode, 1)
        self.assertIn("no manifest", done.stderr)


class ListTest(CommandCase):
    def write_list(self, *lines):
        path = self.directory / "list"
        path.write_text("".join(f"{line}\n" for line in lines))
        return str(path)

    def target_at(self, number):
        return f"tar://{self.directory}/copy{number}.tar"

    def copies(self):
        return sorted(path.name for path in self.directory.glob("copy*.tar"))

    def test_each_image_has_its_line_and_the_summary_counts_them(self):
        images = self.write_list("# two copies", f"{self.source} {self.target_at(1)}", "",
                                 f"{self.source}\t{self.target_at(2)}  # the second")

        done = self.occy("process", "--from-file", images, "-J", "2", "--verify=full")

        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        lines = done.stderr.splitlines()
        for number in (1, 2):
            self.assertTrue(any(re.fullmatch(re.escape(self.target_at(number)) +
                                             r": [\d.]+ kB, [\d.]+s, verified OK \(full\)", line) for line in lines), lines)
        self.assertRegex(lines[-1], r"^Summary: 2/2 images, [\d.]+ kB, [\d.]+s, verified OK \(full\)$")
        self.assertEqual(self.copies(), ["copy1.tar", "copy2.tar"])

    def test_it_goes_on_after_a_failure_and_names_it_at_the_end(self):
        images = self.write_list(f"tar://{self.directory}/none.tar {self.target_at(1)}", f"{self.source} {self.target_at(2)}")

        done = self.occy("process", "--from-file", images)

        self.assertEqual(done.returncode, 1)
        lines = done.stderr.splitlines()
        self.assertIn(f"{self.target_at(1)}: failed: input: {self.directory}/none.tar: cannot open: No such file or directory",
                      lines)
        self.assertRegex(lines[-2], r"^Summary: 1/2 images, .*, verified OK, 1 failed$")
        self.assertEqual(lines[-1], f"failed: {self.target_at(1)}")
        self.assertEqual(self.copies(), ["copy2.tar"])

    def test_the_json_report_is_in_the_order_of_the_list(self):
        images = self.write_list(*(f"{self.source} {self.target_at(number)}" for number in range(5)),
                                 f"tar://{self.directory}/none.tar {self.target_at(5)}")

        done = self.occy("process", "--from-file", images, "-J", "3", "-O", "json", "-q")

        reports = json.loads(done.stdout)
        self.assertEqual([report["destination"] for report in reports], [self.target_at(number) for number in range(6)])
        self.assertEqual([report.get("verification", {}).get("outcome") for report in reports], ["verified"] * 5 + [None])
        self.assertIn("none.tar", reports[5]["error"])

    def test_nothing_moves_when_a_line_is_wrong(self):
        good = f"{self.source} {self.target_at(1)}"
        for bad, words in ((f"{self.source}", ["line 2", "SOURCE DESTINATION"]), (good, ["line 2", "that of line 1"]),
                           (f"{self.source} zip://x", ["line 2", "unknown scheme"]),
                           (f"oci://x {self.target_at(2)}", ["line 2", "destination only"])):
            done = self.occy("process", "--from-file", self.write_list(good, bad))
            self.assert_usage(done, *words)
        same = self.occy("process", "--from-file", self.write_list(good, f"{self.source} {self.source}"))
        self.assertEqual(same.returncode, 1, same.stderr)
        self.assertIn("same file", same.stderr)
        self.assertEqual(self.copies(), [])

    def test_wrong_calls(self):
        images = self.write_list(f"{self.source} {self.target_at(1)}")
        self.assert_usage(self.occy("process", "--from-file", images, self.source))
        self.assert_usage(self.occy("process", "--from-file", images, "--shard", "3/2"), "--shard", "3/2")
        self.assert_usage(self.occy("process", "--from-file", images, "-J", "0"))
        self.assert_usage(self.occy("process", self.source, self.target, "--shard", "1/2"))
        self.assert_usage(self.occy("process", self.source), "DESTINATION")
        self.assert_usage(self.occy("process"), "SOURCE")
        self.assertEqual(self.occy("process", "--from-file", f"{self.directory}/none").returncode, 1)
        self.assertEqual(self.copies(), [])

    def test_shards_divide_the_list(self):
        images = self.write_list(*(f"{self.source} {self.target_at(number)}" for number in range(12)))
        moved = []
        for shard in (1, 2, 3):
            done = self.occy("process", "--from-file", images, "--shard", f"{shard}/3", "--no-verify", "-O", "json", "-q")
            self.assertEqual(done.returncode, 0, done.stderr)
            moved += [report["destination"] for report in json.loads(done.stdout)]
        self.assertEqual(sorted(moved), sorted(self.target_at(number) for number in range(12)))
        self.assertEqual(len(self.copies()), 12)

    def test_a_list_comes_from_standard_input_too(self):
        with open(self.write_list(f"{self.source} {self.target_at(1)}")) as images:
            done = self.occy("process", "--from-file", "-", stdin=images)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.copies(), ["copy1.tar"])

    def test_an_empty_share_is_done(self):
        done = self.occy("process", "--from-file", self.write_list("# nothing"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"^Summary: 0/0 images, 0 B, [\d.]+s\n$")

    def test_one_layout_takes_all_images_of_a_list(self):
        images = self.write_list(*(f"{self.source} layout://{self.directory}/store:{number}" for number in range(4)))

        done = self.occy("process", "--from-file", images, "-J", "4")

        self.assertEqual(done.returncode, 0, done.stderr)
        index = json.loads((self.directory / "store/index.json").read_text())
        self.assertEqual(len(index["manifests"]), 4)

    def test_an_interruption_says_how_many_were_done(self):
        pipe = self.directory / "pipe"
        os.mkfifo(pipe)
        images = self.write_list(f"{self.source} {self.target_at(1)}", f"tar://{pipe} {self.target_at(2)}",
                                 f"{self.source} {self.target_at(3)}")
        with subprocess.Popen([self.occy_path, "process", "--from-file", images], env=self.environment,
                              stderr=subprocess.PIPE, text=True) as process:
            first = process.stderr.readline()  # the second waits for its pipe now, or will
            process.send_signal(signal.SIGINT)
            with open(pipe, "wb", opener=lambda path, flags: os.open(path, os.O_RDWR)):
                rest = process.stderr.read()
                process.wait(30)
        self.assertTrue(first.startswith(self.target_at(1)), first)
        self.assertEqual(process.returncode, -signal.SIGINT, rest)
        self.assertIn("interrupted: 1/3 images done", rest)
        self.assertEqual(self.copies(), ["copy1.tar"])


if __name__ == "__main__":
    main()
