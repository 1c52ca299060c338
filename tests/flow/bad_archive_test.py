#!/usr/bin/env python3
"""Every kind of bad archive through the command: one clear line, a non-zero status, nothing written, little memory and
time; a check lists what it finds; an engine gets nothing that it could take for an image.

usage: bad_archive_test.py OCCY    (the path of the command)
"""
import json, os, shutil, subprocess, sys, tarfile, tempfile, time, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from engine_double import EngineDouble, image_of  # noqa: E402
from spoiled_archive import Member, SpoiledArchive, gzipped, pax_header, small_layer  # noqa: E402

OCCY = None
SANITIZED = False
MOST_MEMORY_KIB = 64 * 1024
MOST_SECONDS = 5
LONGEST_LINE = 4000


def first_layer_as(**changes):
    """A spoiler that puts another member in the place of the first layer."""
    def spoil(archive):
        archive.layers[0] = Member(archive.layers[0].name, **changes)
    return spoil


def manifest_as(data):
    return lambda archive: archive.set_manifest(data)


def config_as(data):
    return lambda archive: archive.set_config(data)


def without(part):
    return lambda archive: setattr(archive, part, None)


def add_a_second_manifest(archive):
    archive.more.append(archive.manifest)


def drop_a_diff_id(archive):
    archive.document["rootfs"]["diff_ids"].pop()
    archive.update()


def list_a_layer_twice(archive):
    archive.entry["Layers"][1] = archive.entry["Layers"][0]
    archive.update()


def store_a_layer_twice(archive):
    archive.more.append(Member(archive.layers[0].name, small_layer("evil")))


def flip_a_bit(archive):
    layer = archive.layers[1]
    layer.data = layer.data[:600] + bytes([layer.data[600] ^ 1]) + layer.data[601:]


def make_a_loop(archive):
    name = archive.layers[0].name
    archive.layers[0] = Member(name, type=tarfile.SYMTYPE, link="../loop")
    archive.more.append(Member("loop", type=tarfile.SYMTYPE, link=name))


def name_the_config(name):
    def spoil(archive):
        archive.entry["Config"] = name
        archive.set_manifest(json.dumps([archive.entry]).encode())
    return spoil


def size_of_first_layer(field):
    def spoil(archive):
        archive.layers[0].size_field = field
    return spoil


def break_checksum(archive):
    archive.layers[1].before = bytes([0o377]) * 512


def give_two_sizes(archive):
    layer = archive.layers[0]
    layer.before = pax_header({"size": b"%d" % (len(layer.data) + 512)})


def pack_wrongly(change):
    """All layers gzip, the first one changed by `change`."""
    def make():
        archive = SpoiledArchive(packed=gzipped)
        archive.layers[0].data = change(archive.layers[0].data)
        return archive
    return make


def spoiled(spoil):
    def make():
        archive = SpoiledArchive()
        spoil(archive)
        return archive
    return make


# What is wrong: how the archive is made, and what the line must say.
CASES = {
    "a manifest.json that is missing": (spoiled(without("manifest")), "manifest.json"),
    "an empty manifest.json": (spoiled(manifest_as(b"")), "manifest.json"),
    "a manifest.json of null": (spoiled(manifest_as(b"null")), "null"),
    "a manifest.json that is an object": (spoiled(manifest_as(b"{}")), "object"),
    "a manifest.json of wrong types": (spoiled(manifest_as(b'[{"Config":1,"Layers":{}}]')), "Config"),
    "an empty list of images": (spoiled(manifest_as(b"[]")), "manifest.json"),
    "two manifest.json": (spoiled(add_a_second_manifest), "manifest.json"),
    "a manifest.json of 10,000 levels": (spoiled(manifest_as(b"[" * 10_000 + b"]" * 10_000)), "manifest.json"),
    "a manifest.json that is not UTF-8": (spoiled(manifest_as(b'[{"Config":"\xff\xfe","Layers":[]}]')), "manifest.json"),
    "text behind the JSON": (spoiled(manifest_as(b"[] []")), "manifest.json"),
    "a key twice": (spoiled(manifest_as(b'[{"Config":"a","Config":"b","Layers":[]}]')), "Config"),
    "a name that is none": (spoiled(manifest_as(b'[{"Config":"c","RepoTags":["UPPER CASE"],"Layers":[]}]')), "UPPER CASE"),
    "a config that is missing": (spoiled(without("config")), ".json"),
    "a config that is not JSON": (spoiled(config_as(b"hello")), ".json"),
    "a config of 10,000 levels": (spoiled(config_as(b"[" * 10_000)), ".json"),
    "a config with fewer diff_ids": (spoiled(drop_a_diff_id), "layers"),
    "a config named by a path that leaves": (spoiled(name_the_config("../../etc/passwd")), "etc/passwd"),
    "a config named with NUL": (spoiled(name_the_config("a\0b")), "a\\"),
    "a config named by 64 KiB": (spoiled(name_the_config("n" * 65_536)), "nnn"),
    "a layer that is missing": (spoiled(lambda archive: archive.layers.pop(0)), "layer.tar"),
    "a layer that is listed for another": (spoiled(list_a_layer_twice), "layer.tar"),
    "a layer that is there twice": (spoiled(store_a_layer_twice), "layer.tar"),
    "a layer that is a directory": (spoiled(first_layer_as(type=tarfile.DIRTYPE)), "layer.tar"),
    "a layer that is a device": (spoiled(first_layer_as(type=tarfile.CHRTYPE)), "layer.tar"),
    "a layer that is a link to itself": (spoiled(first_layer_as(type=tarfile.SYMTYPE, link="layer.tar")), "layer.tar"),
    "a layer in a loop of links": (spoiled(make_a_loop), "layer.tar"),
    "a layer that is a link out": (spoiled(first_layer_as(type=tarfile.SYMTYPE, link="../../etc/passwd")), "layer.tar"),
    "a layer that is an absolute link": (spoiled(first_layer_as(type=tarfile.SYMTYPE, link="/etc/passwd")), "layer.tar"),
    "a layer that is not its diff_id": (spoiled(flip_a_bit), "layer.tar"),
    "a layer whose gzip has a wrong CRC": (pack_wrongly(lambda data: data[:-8] + bytes(4) + data[-4:]), "layer.tar"),
    "a layer whose gzip is cut": (pack_wrongly(lambda data: data[:-20]), "layer.tar"),
    "a layer with bytes behind its gzip": (pack_wrongly(lambda data: data + b"more"), "layer.tar"),
    "a size below zero": (spoiled(size_of_first_layer(b"\xff" * 12)), "size"),
    "a size in base-256 beyond the file": (spoiled(size_of_first_layer(b"\x80" + b"\0" * 6 + b"\x01" + b"\0" * 4)), "expected"),
    "a size of 2^63": (spoiled(size_of_first_layer(b"\x80\0\0\0\x80" + b"\0" * 7)), "size"),
    "a size that is no number": (spoiled(size_of_first_layer(b"12x")), "size"),
    "two sizes": (spoiled(give_two_sizes), "two sizes"),
    "a header with a wrong checksum": (spoiled(break_checksum), "checksum"),
}


class BadArchiveTest(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="occy-bad."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.source = self.directory / "bad.tar"
        self.place = self.directory / "place"
        self.place.mkdir()
        self.target = f"tar://{self.place}/out.tar"

    def occy(self, *arguments, stdin=subprocess.DEVNULL):
        """Runs the command within the bounds that hold for every image."""
        job = subprocess.Popen([OCCY, *arguments, "--progress=none"], env={"PATH": os.environ["PATH"]}, stdin=stdin,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        begun = time.monotonic()
        job.out, job.err = (stream.decode("utf-8") for stream in job.communicate(timeout=120))
        if not SANITIZED:
            self.assertLess(time.monotonic() - begun, MOST_SECONDS)
        return job

    def assert_refused(self, job, *words):
        self.assertEqual(job.returncode, 1, job.err)
        self.assertEqual(job.out, "")
        lines = [line for line in job.err.splitlines() if not line.startswith("hint: ")]
        self.assertEqual(len(lines), 1, job.err)
        self.assertRegex(lines[0], r"^occy: input: .+: .+")
        self.assertLess(len(lines[0]), LONGEST_LINE)
        self.assertTrue(lines[0].isprintable(), lines[0])
        for word in words:
            self.assertIn(word, lines[0])
        self.assertEqual(list(self.place.iterdir()), [])

    def assert_listed(self, job, *words):
        self.assertEqual(job.returncode, 1, job.err)
        errors = [line for line in job.out.splitlines() if line.startswith("error: ")]
        self.assertGreater(len(errors), 0, job.out)
        for word in words:
            self.assertIn(word, job.out)
        self.assertRegex(job.err, r"^Summary: \d+ errors?, \d+ warnings?\n$")

    def in_every_case(self, judge):
        """Calls `judge` with each archive, which lies in the source, and the words that a message must have."""
        for name, (make, *words) in CASES.items():
            with self.subTest(name):
                archive = make()
                for left in self.place.iterdir():
                    left.unlink()
                self.source.write_bytes(archive.bytes())
                judge(archive, words)

    def occy_reads_pipe(self, *arguments):
        with open(self.source, "rb") as stream:
            return self.occy(*arguments, stdin=stream)

    def test_a_file_is_refused(self):
        def judge(_, words):
            self.assert_refused(self.occy("process", f"tar://{self.source}", self.target), "bad.tar", *words)

        self.in_every_case(judge)

    def test_a_pipe_is_refused(self):
        self.in_every_case(lambda *_: self.assert_refused(self.occy_reads_pipe("process", "tar://-", self.target)))

    def test_a_check_lists_it(self):
        def judge(_, words):
            self.assert_listed(self.occy("check", f"tar://{self.source}"), "bad.tar", *words)

        self.in_every_case(judge)

    def test_a_check_of_a_pipe_lists_it(self):
        self.in_every_case(lambda *_: self.assert_listed(self.occy_reads_pipe("check", "tar://-")))

    def test_an_engine_gets_nothing_whole(self):
        def judge(archive, words):
            with EngineDouble(image_of(SpoiledArchive())) as engine:
                target = f"docker://occy/spoiled:1?socket={engine.socket}"
                self.assert_refused(self.occy("process", f"tar://{self.source}", target), "bad.tar", *words)
                self.assertFalse(any(request.finished for request in engine.requests))

        self.in_every_case(judge)

    def test_a_check_goes_on_behind_the_first_fault(self):
        archive = SpoiledArchive()
        flip_a_bit(archive)
        archive.layers.pop(0)
        archive.layers[1].data = b"no tar".ljust(512) + archive.layers[1].data
        self.source.write_bytes(archive.bytes())
        job = self.occy("check", f"tar://{self.source}")
        self.assert_listed(job, "archive-blob-missing: ", "tar-format: ")
        self.assertEqual(job.out.count("error: diff-id: "), 2, job.out)
        archive.config.data += b" "
        self.source.write_bytes(archive.bytes())
        self.assert_listed(self.occy("check", f"tar://{self.source}"), "config-digest: ", "tar-format: ")

    def test_a_cut_at_every_block(self):
        whole = SpoiledArchive().bytes()
        for size in range(512, len(whole) - 512, 512):
            with self.subTest(size=size):
                self.source.write_bytes(whole[:size])
                self.assert_refused(self.occy("process", f"tar://{self.source}", self.target), "bad.tar")
                self.assertEqual(self.occy("check", f"tar://{self.source}").returncode, 1)
                self.assert_refused(self.occy_reads_pipe("process", "tar://-", self.target))

    def test_a_manifest_of_100_megabytes(self):
        self.write_member_of_zeros(Member("manifest.json", size_field=b"%011o" % 100_000_000), 100_000_256)
        self.assert_small()

    def test_a_name_of_many_megabytes(self):
        self.write_member_of_zeros(Member("name", type=b"L", size_field=b"%011o" % 51_200_000), 51_200_000)
        self.assert_small()

    def test_names_of_many_megabytes_together(self):
        with open(self.source, "wb") as archive:
            for number in range(150):
                archive.write(Member(f"{number:06d}" + "n" * 1_000_000, b"{}").bytes())
            archive.write(SpoiledArchive().bytes())
        self.assert_small()

    def write_member_of_zeros(self, member, size):
        """A good archive behind one member whose data is a hole."""
        with open(self.source, "wb") as archive:
            archive.write(member.bytes())
            archive.seek(size, os.SEEK_CUR)
            archive.write(SpoiledArchive().bytes())

    def assert_small(self):
        """Refused by every reader, with no more memory than any image may take."""
        for command in (["process", f"tar://{self.source}", self.target], ["check", f"tar://{self.source}"],
                        ["process", "tar://-", self.target], ["check", "tar://-"]):
            with self.subTest(command), open(self.source, "rb") as stream:
                job = subprocess.Popen([OCCY, *command, "--progress=none"], stdin=stream, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
                _, status, usage = os.wait4(job.pid, 0)
                job.returncode = os.waitstatus_to_exitcode(status)
                self.assertEqual(job.returncode, 1)
                if not SANITIZED:
                    self.assertLess(usage.ru_maxrss, MOST_MEMORY_KIB)
                self.assertEqual(list(self.place.iterdir()), [])


if __name__ == "__main__":
    OCCY = os.path.abspath(sys.argv.pop(1))
    SANITIZED = any(mark in Path(OCCY).read_bytes() for mark in (b"__asan_init", b"__tsan_init"))
    unittest.main(verbosity=2)
