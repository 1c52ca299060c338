#!/usr/bin/env python3
"""Filters of `occy process`: what they leave, what they change, and what is refused.

usage: filters_test.py OCCY    (the path of the command)
"""
import io, json, sys, tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import CommandCase, main  # noqa: E402
from small_image import entry, layer, write_small_image  # noqa: E402


def layers_at(time, form=tarfile.PAX_FORMAT):
    """The same files, made at another time."""
    extended = {"atime": f"{time}.25", "ctime": f"{time}.5"} if form == tarfile.PAX_FORMAT else {}
    return [layer(entry("etc/", mtime=time), entry("etc/passwd", b"root:x:0\n", mtime=time + 0.75, pax_headers=extended),
                  entry("cache/a", b"a" * 700_000, mtime=time), entry("src/.git/config", b"x", mtime=time), form=form),
            layer(entry("etc/passwd2", linkname="etc/passwd", type=tarfile.LNKTYPE, mtime=time),
                  entry("cache/.wh.a", mtime=time), form=form)]


def write_image_at(path, created, layers):
    history = [{"created": created, "created_by": f"step {number}"} for number in range(len(layers))]
    write_small_image(path, layers, created=created, history=history)


def members(path):
    with tarfile.open(path) as archive:
        return {info.name: archive.extractfile(info).read() for info in archive}


def image_of(path):
    """(config, [(name, TarInfo) of each layer])"""
    files = members(path)
    manifest = json.loads(files["manifest.json"])[0]
    config = json.loads(files[manifest["Config"]])
    layers = []
    for name in manifest["Layers"]:
        with tarfile.open(fileobj=io.BytesIO(files[name])) as archive:
            layers.append({info.name: info for info in archive})
    return config, layers


class FilterTest(CommandCase):
    def setUp(self):
        super().setUp()
        write_image_at(self.image, "2024-01-02T03:04:05.678Z", layers_at(1_700_000_000))

    def process(self, *specs, source=None, target="out.tar", **options):
        filters = [word for spec in specs for word in ("-f", spec)]
        path = self.directory / target
        done = self.occy("process", source or self.source, f"tar://{path}", "--verify=full", *filters, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("verified OK (full)", done.stderr)
        self.assertEqual(self.occy("check", f"tar://{path}", "-q").returncode, 0)
        return done, path

    def test_exclude_drops_files_directories_and_whiteouts(self):
        _, path = self.process("exclude:pattern=cache/a,**/.git")

        config, (first, second) = image_of(path)
        self.assertEqual(sorted(first), ["etc", "etc/passwd"])
        self.assertEqual(sorted(second), ["etc/passwd2"])
        self.assertEqual(len(config["history"]), 2)

    def test_a_layer_of_which_nothing_remains_stays_as_an_empty_one(self):
        _, path = self.process("exclude:pattern=**")

        config, layers = image_of(path)
        self.assertEqual(layers, [{}, {}])
        self.assertEqual(len(config["rootfs"]["diff_ids"]), 2)

    def test_what_no_filter_changes_stays_the_same_image(self):
        _, plain = self.process(target="plain.tar")
        _, same = self.process("exclude:pattern=nothing", target="same.tar")

        self.assertEqual(plain.read_bytes(), same.read_bytes())

    def test_builds_that_differ_in_times_only_become_the_same_bytes(self):
        for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT):
            other = self.directory / "other.tar"
            write_image_at(self.image, "2023-11-14T22:13:20Z", layers_at(1_700_000_000, form))
            write_image_at(other, "2020-09-13T12:26:41.5Z", layers_at(1_600_000_001, form))

            _, one = self.process("normalize-timestamps", target="one.tar")
            _, two = self.process("normalize-timestamps", source=f"tar://{other}", target="two.tar")
            _, again = self.process("normalize-timestamps", source=f"tar://{one}", target="again.tar")

            self.assertEqual(one.read_bytes(), two.read_bytes(), form)
            self.assertEqual(one.read_bytes(), again.read_bytes(), form)

    def test_every_time_is_the_one_asked_for(self):
        _, path = self.process("normalize-timestamps:ts=86400")

        config, layers = image_of(path)
        self.assertEqual({info.mtime for entries in layers for info in entries.values()}, {86400})
        headers = layers[0]["etc/passwd"].pax_headers
        self.assertEqual((headers["atime"], headers["ctime"]), ("86400", "86400"))
        self.assertEqual({config["created"], *(step["created"] for step in config["history"])}, {"1970-01-02T00:00:00Z"})

    def test_clamp_changes_later_times_only(self):
        _, path = self.process("normalize-timestamps:ts=1700000000,mode=clamp")

        config, layers = image_of(path)
        self.assertEqual({info.mtime for entries in layers for info in entries.values()}, {1_700_000_000})
        self.assertEqual(config["created"], "2023-11-14T22:13:20Z")
        _, plain = self.process(target="plain.tar")
        _, same = self.process("normalize-timestamps:ts=1800000000,mode=clamp", target="same.tar")
        self.assertEqual(plain.read_bytes(), same.read_bytes())

    def test_source_date_epoch_is_the_time_when_none_is_given(self):
        _, path = self.process("normalize-timestamps", environment={"SOURCE_DATE_EPOCH": "7"})
        self.assertEqual(image_of(path)[1][0]["etc/passwd"].mtime, 7)

        for value in ("now", "-1", ""):
            done = self.occy("process", self.source, self.target, "-f", "normalize-timestamps",
                             environment={"SOURCE_DATE_EPOCH": value})
            self.assert_usage(done, "SOURCE_DATE_EPOCH", "expected seconds since 1970")

    def test_the_layers_of_a_base_stay_shared(self):
        base = self.directory / "base.tar"
        write_image_at(base, "2024-01-02T03:04:05.678Z", layers_at(1_700_000_000)[:1])

        _, path = self.process(f"normalize-timestamps:keep-base=tar://{base}")

        config, layers = image_of(path)
        self.assertEqual(config["rootfs"]["diff_ids"][0], image_of(base)[0]["rootfs"]["diff_ids"][0])
        self.assertEqual(layers[1]["etc/passwd2"].mtime, 0)
        self.assertEqual(config["history"][0]["created"], "2024-01-02T03:04:05.678Z")
        self.assertEqual(config["history"][1]["created"], "1970-01-01T00:00:00Z")

    def test_another_base_is_refused_and_nothing_is_written(self):
        base = self.directory / "base.tar"
        write_image_at(base, "2024-01-02T03:04:05.678Z", layers_at(1)[:1])

        done = self.occy("process", self.source, self.target, "-f", f"normalize-timestamps:keep-base=tar://{base}")

        self.assertEqual(done.returncode, 1)
        self.assertIn("keep-base: layer 0 is not that of the base image: expected sha256:", done.stderr)
        self.assertFalse(self.target_path.exists())

    def test_search_shows_what_passes_and_changes_nothing(self):
        _, plain = self.process(target="plain.tar")
        done, path = self.process("search:pattern=passwd*", target="same.tar")

        self.assertRegex(done.stdout, r"^layer 0  [0-9a-f]{12}  step 0\n  -  etc/passwd\nlayer 1  [0-9a-f]{12}  step 1\n"
                                      r"  h  etc/passwd2 -> etc/passwd\n$")
        self.assertEqual(plain.read_bytes(), path.read_bytes())
        done, _ = self.process("search:pattern='^etc/.*2$',regex=true,script_friendly=true", target="again.tar")
        self.assertEqual([line.split("\t")[3] for line in done.stdout.splitlines()], ["etc/passwd2"])

    def test_filters_work_in_the_order_given(self):
        done, _ = self.process("search:pattern=a,script_friendly=true", "exclude:pattern=cache",
                               "search:pattern=a,script_friendly=true", "normalize-timestamps")

        self.assertEqual([line.split("\t")[2:4] for line in done.stdout.splitlines()],
                         [["file", "cache/a"], ["whiteout", "cache/a"]])

    def test_inspect_adds_a_line_for_each_image(self):
        log = self.directory / "log.jsonl"

        self.process(f"inspect:file={log}")
        _, path = self.process("exclude:pattern=cache", f"inspect:file={log}", target="other.tar")

        first, second = map(json.loads, log.read_text().splitlines())
        self.assertEqual(first["name"], "occy/small:1")
        self.assertEqual([step["created_by"] for step in first["layers"]], ["step 1", "step 0"])
        self.assertEqual([step["tags"] for step in first["layers"]], [["occy/small:1"], []])
        self.assertEqual([step["id"] for step in second["layers"]], image_of(path)[0]["rootfs"]["diff_ids"][::-1])
        self.assertGreater(first["layers"][1]["size"], 700_000)
        self.assertLess(second["layers"][1]["size"], 700_000)

    def test_inspect_refuses_a_missing_directory_before_anything_is_read(self):
        done = self.occy("process", self.source, self.target, "-f", f"inspect:file={self.directory}/none/log")

        self.assertEqual(done.returncode, 1)
        self.assertIn(f"occy: filter: {self.directory}/none/log: cannot append: No such file or directory", done.stderr)
        self.assertFalse(self.target_path.exists())

    def test_wrong_filters_are_refused_with_what_is_known(self):
        for spec, *words in (("sort", "unknown filter", "exclude, inspect, normalize-timestamps, search"),
                             ("exclude", "no pattern"), ("exclude:glob=a", "expected pattern, found glob"),
                             ("exclude:pattern=[", "expected ] after ["), ("normalize-timestamps:ts=x", "seconds since 1970"),
                             ("normalize-timestamps:mode=max", "set or clamp"), ("search", "'pattern' is missing"),
                             ("search:pattern=(,regex=true", "missing )"), ("inspect", "'file' is missing")):
            self.assert_usage(self.occy("process", self.source, self.target, "-f", spec), *words)
            self.assertFalse(self.target_path.exists())


if __name__ == "__main__":
    main()
