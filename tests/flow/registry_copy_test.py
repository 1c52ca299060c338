#!/usr/bin/env python3
"""Images from and to a registry, through every kind of place, with and without filters; skopeo judges what is there.

usage: registry_copy_test.py OCCY    (the path of the command)
"""
import gzip, json, sys, tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import main  # noqa: E402
from registry_case import Client, RegistryCase, digest_of  # noqa: E402
from registry_client import DOCKER, OCI, noise_layer  # noqa: E402
from small_image import entry, layer  # noqa: E402

LAYERS = [noise_layer(1, 60_000), layer(entry("etc/"), entry("etc/name", b"one\n"), entry("cache/x.pyc", b"x" * 5000)),
          layer(entry("etc/.wh.name"), entry("größe", b"two\n"))]
FILTERS = ("-f", "exclude:pattern=**/*.pyc", "-f", "normalize-timestamps:ts=0")


class RegistryCopyTest(RegistryCase):
    def setUp(self):
        super().setUp()
        self.peer = self.registry()
        self.client = Client(self.peer.host)
        self.pushed = self.client.push_image("a/b", "1", LAYERS)
        self.from_registry = f"registry://{self.peer.host}/a/b:1"
        self.to_registry = f"registry://{self.peer.host}/c/d:2"

    def manifest(self, name="c/d", reference="2"):
        return json.loads(self.client.manifest(name, reference).body)

    # --- from a registry

    def test_to_an_archive(self):
        self.move(self.from_registry, self.target)
        with tarfile.open(self.target_path) as archive:
            [entry_] = json.load(archive.extractfile("manifest.json"))
        self.assertEqual(entry_["RepoTags"], [f"{self.peer.host}/a/b:1"])
        self.assert_skopeo_reads(f"docker-archive:{self.target_path}", self.pushed.image_id)

    def test_to_an_archive_with_filters(self):
        self.move(self.from_registry, self.target, *FILTERS)
        with tarfile.open(self.target_path) as archive:
            [entry_] = json.load(archive.extractfile("manifest.json"))
            names = [name for path in entry_["Layers"] for name in tarfile.open(fileobj=archive.extractfile(path)).getnames()]
        self.assertIn("etc/name", names)
        self.assertNotIn("cache/x.pyc", names)
        self.assert_skopeo_reads(f"docker-archive:{self.target_path}", self.info(self.target)["id"])

    def test_to_directories(self):
        self.move(self.from_registry, f"dir://{self.directory}/store")
        self.assertEqual(self.info(f"dir://{self.directory}/store")["id"], self.pushed.image_id)
        self.move(self.from_registry, f"dir://{self.directory}/tree?expand=true")
        root = self.directory / "tree/rootfs"
        self.assertEqual(((root / "größe").read_text(), (root / "etc/name").exists()), ("two\n", False))

    def test_to_a_layout_the_manifest_is_the_same(self):
        for name, types in (("docker", DOCKER), ("oci", OCI)):
            pushed = self.client.push_image(name, "1", LAYERS, types)
            self.move(f"registry://{self.peer.host}/{name}:1", f"layout://{self.directory}/{name}:1")
            index = json.loads((self.directory / name / "index.json").read_text())
            self.assertEqual([image["digest"] for image in index["manifests"]], [pushed.digest])
        self.assert_skopeo_reads(f"oci:{self.directory}/oci:1", pushed.image_id)  # it reads no others there

    def test_to_a_bundle(self):
        self.move(self.from_registry, f"oci://{self.directory}/bundle")
        self.assertTrue((self.directory / "bundle/config.json").is_file())
        self.assertEqual((self.directory / "bundle/rootfs/größe").read_text(), "two\n")

    def test_to_a_registry_the_manifest_is_the_same(self):
        other = self.registry()
        for types in (DOCKER, OCI):
            pushed = self.client.push_image("same", "1", LAYERS, types)
            self.move(f"registry://{self.peer.host}/same:1", f"registry://{other.host}/other/same:1")
            answer = Client(other.host).manifest("other/same", "1")
            self.assertEqual((answer.body, answer.headers["Content-Type"]), (pushed.manifest, types["manifest"]))
            self.assert_skopeo_reads(f"docker://{other.host}/other/same:1", pushed.image_id)

    def test_by_digest(self):
        self.move(f"registry://{self.peer.host}/a/b@{self.pushed.digest}", self.target)
        self.assertEqual(self.info(self.target)["id"], self.pushed.image_id)

    def test_what_is_not_there_is_said(self):
        for name, words in (("a/b:none", ["a/b:none"]), ("none:1", ["none:1"]), (f"a/b@sha256:{64 * '0'}", ["sha256:0000"])):
            done = self.process(f"registry://{self.peer.host}/{name}", self.target)
            self.assert_failed(done, *words, side="input")
        self.assertFalse(self.target_path.exists())

    # --- to a registry

    def test_from_an_archive(self):
        self.move(self.source, self.to_registry)
        manifest = self.assert_skopeo_reads(f"docker://{self.peer.host}/c/d:2", self.info(self.source)["id"])
        for stored in manifest["layers"]:
            self.assertEqual(self.client.blob("c/d", stored["digest"])[:2], b"\x1f\x8b")

    def test_from_everywhere_the_image_is_the_same(self):
        self.move(self.source, f"dir://{self.directory}/store")
        self.move(self.source, f"layout://{self.directory}/layout:1")
        self.move(self.source, f"tar://{self.directory}/oci.tar?layout=oci")
        for number, source in enumerate((f"dir://{self.directory}/store", f"layout://{self.directory}/layout:1",
                                         f"tar://{self.directory}/oci.tar")):
            self.move(source, f"registry://{self.peer.host}/from/{number}:1")
            self.assert_skopeo_reads(f"docker://{self.peer.host}/from/{number}:1", self.info(self.source)["id"])

    def test_with_filters(self):
        for number, source in enumerate((self.source, self.from_registry)):
            target = f"registry://{self.peer.host}/filtered/{number}:1"
            self.move(source, target, *FILTERS)
            manifest = self.assert_skopeo_reads(f"docker://{self.peer.host}/filtered/{number}:1", self.info(target)["id"])
            self.assertNotEqual(manifest["config"]["digest"], self.pushed.image_id)
            for stored in manifest["layers"]:
                self.client.expect(200, "HEAD", f"/v2/filtered/{number}/blobs/{stored['digest']}")

    def test_the_same_bytes_for_any_number_of_threads(self):
        digests = set()
        for jobs in ("1", "2", "4"):
            self.move(self.source, f"registry://{self.peer.host}/jobs/{jobs}:1", "-j", jobs)
            digests.add(self.client.digest(f"jobs/{jobs}", "1"))
        self.assertEqual(len(digests), 1)

    def test_every_compression(self):
        starts = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd", "none": b"usr/lib"}
        for compression, start in starts.items():
            self.move(self.source, f"registry://{self.peer.host}/packed/{compression}:1", "--compression", compression)
            manifest = self.manifest(f"packed/{compression}", "1")
            for stored in manifest["layers"]:
                self.assertEqual(self.client.blob(f"packed/{compression}", stored["digest"])[: len(start)], start)
            self.move(f"registry://{self.peer.host}/packed/{compression}:1", f"tar://{self.directory}/{compression}.tar")
            self.assertEqual(self.info(f"tar://{self.directory}/{compression}.tar")["id"], self.info(self.source)["id"])

    def test_packed_layers_go_out_as_they_are(self):
        self.move(self.from_registry, f"tar://{self.directory}/packed.tar?layout=oci")
        self.move(f"tar://{self.directory}/packed.tar", self.to_registry)
        self.assertEqual(self.client.digest("c/d", "2"), self.pushed.digest)

    def test_what_cannot_stay_is_an_error_when_asked_for(self):
        done = self.process(self.from_registry, self.to_registry + "?preserve-digests=require", *FILTERS)
        self.assert_failed(done, side="output")
        self.assertEqual(self.peer.tags("c/d"), [])
        self.move(self.from_registry, self.to_registry + "?preserve-digests=require")
        self.assertEqual(self.client.digest("c/d", "2"), self.pushed.digest)

    def test_the_format_can_be_chosen(self):
        for name, types in (("oci", OCI), ("docker", DOCKER)):
            self.move(self.from_registry, f"registry://{self.peer.host}/format/{name}:1?format={name}")
            manifest = self.manifest(f"format/{name}", "1")
            self.assertEqual((manifest["mediaType"], manifest["config"]["mediaType"]), (types["manifest"], types["config"]))
            self.assertEqual(digest_of(gzip.decompress(self.client.blob(f"format/{name}", manifest["layers"][0]["digest"]))),
                             self.pushed.diff_ids[0])

    # --- what need not be done twice

    def test_what_is_there_is_not_sent_again(self):
        proxy = self.proxy(self.peer)
        target = f"registry://{proxy.host}/c/d:2"
        self.process(self.from_registry, target)
        proxy.forget()
        self.assert_moved(self.process(f"registry://{proxy.host}/a/b:1", target))
        self.assertEqual(proxy.requests("POST|PATCH"), [])
        self.assertEqual(proxy.requests("GET", "/blobs/" + digest_of(self.pushed.layers[0])), [])

    def test_blobs_of_the_same_registry_are_mounted(self):
        proxy = self.proxy(self.peer)
        self.move(f"registry://{proxy.host}/a/b:1", f"registry://{proxy.host}/mounted:1")
        mounts = proxy.requests("POST", "mount=")
        self.assertGreaterEqual(len(mounts), 3)
        self.assertTrue(all(seen.status == 201 for seen in mounts))
        self.assertEqual(proxy.requests("PATCH"), [])

    def test_a_layer_cache_spares_the_work(self):
        proxy, cache = self.proxy(self.peer), self.directory / "layers.json"
        target = f"registry://{proxy.host}/c/d:2"
        arguments = (*FILTERS, "--layer-cache", str(cache))
        self.assert_moved(self.process(f"registry://{proxy.host}/a/b:1", target, *arguments))
        digest = self.client.digest("c/d", "2")
        json.loads(cache.read_text())
        proxy.forget()
        self.assert_moved(self.process(f"registry://{proxy.host}/a/b:1", target, *arguments))
        self.assertEqual(self.client.digest("c/d", "2"), digest)
        layers = [digest_of(stored) for stored in self.pushed.layers]
        self.assertEqual([seen.path for seen in proxy.requests("GET", "/blobs/") if seen.path.rsplit("/")[-1] in layers], [])
        self.assertEqual(proxy.requests("PATCH"), [])

    def test_a_layer_cache_is_not_believed(self):
        cache, other = self.directory / "layers.json", self.registry()
        arguments = (*FILTERS, "--layer-cache", str(cache))
        self.assert_moved(self.process(self.from_registry, self.to_registry, *arguments))
        self.move(self.from_registry, f"registry://{other.host}/c/d:2", *arguments)  # there, no blob is
        for text in ("", "{", "[]", "null", '{"version": 99}', cache.read_text().replace("sha256:", "sha256:00", 3)):
            cache.write_text(text)
            done = self.process(self.from_registry, f"registry://{self.peer.host}/e/f:3", *arguments)
            if done.returncode:
                self.assert_failed(done, "layers.json")
            else:
                self.assertEqual(self.client.digest("e/f", "3"), self.client.digest("c/d", "2"))


if __name__ == "__main__":
    main()
