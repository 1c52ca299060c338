#!/usr/bin/env python3
"""Images for several platforms: one of them, some of them, and all with every digest as it was.

usage: registry_index_test.py OCCY    (the path of the command)
"""
import json, platform, sys, tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import main  # noqa: E402
from faults import close_at_once, cut, flip, refuse, replace_body  # noqa: E402
from registry_case import Client, RegistryCase, digest_of  # noqa: E402
from registry_client import DOCKER, OCI, noise_layer  # noqa: E402

HERE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
PLATFORMS = [("linux", "amd64", ""), ("linux", "arm", "v6"), ("linux", "arm", "v7"), ("linux", "arm64", "v8"), ("linux", "s390x", ""),
             ("windows", "amd64", "")]
ATTESTATION = {"annotations": {"vnd.docker.reference.type": "attestation-manifest"}}


class RegistryIndexTest(RegistryCase):
    def setUp(self):
        super().setUp()
        self.peer = self.registry()
        self.client = Client(self.peer.host)

    def uri(self, name):
        return f"registry://{self.peer.host}/{name}"

    def nested(self, name):
        """An index with an index, an attestation and an image that is named twice; its images."""
        inner, images = self.client.push_platforms(name, None, PLATFORMS[:3], DOCKER)
        more = [self.client.push_image(name, None, [noise_layer(50, 3000), noise_layer(51, 3000)], OCI, architecture="riscv64")]
        proof = self.client.push_image(name, None, [noise_layer(52, 500)], OCI)
        riscv = {"os": "linux", "architecture": "riscv64"}
        root = self.client.push_index(name, "1", [(inner, None, {}), (more[0], riscv, {}), (more[0], riscv, {"annotations": {"again": "yes"}}),
                                                  (proof, {"os": "unknown", "architecture": "unknown"}, ATTESTATION)])
        return root, [*images, *more, proof], inner

    # --- one of them

    def test_this_machine_s_image(self):
        _, images = self.client.push_platforms("many", "1", PLATFORMS)
        self.move(self.uri("many:1"), self.target)
        here = next(image for image, (system, name, _) in zip(images, PLATFORMS) if (system, name) == ("linux", HERE))
        self.assertEqual(self.info(self.target)["id"], here.image_id)

    def test_the_one_that_is_asked_for(self):
        _, images = self.client.push_platforms("many", "1", PLATFORMS)
        cases = {("arm", "v6"): 1, ("arm", "v7"): 2, ("arm64", "v8"): 3, ("arm64", None): 3, ("s390x", None): 4}
        for (name, variant), number in cases.items():
            options = ["--architecture", name, *(["--variant", variant] if variant else [])]
            self.assertEqual(self.info(self.uri("many:1"), *options)["id"], images[number].image_id)
            keys = f"?arch={name}" + (f"&variant={variant}" if variant else "")
            self.assertEqual(self.info(self.uri("many:1") + keys)["id"], images[number].image_id)
        self.assertEqual(self.info(self.uri("many:1"), "--os", "windows", "--architecture", "amd64")["id"], images[5].image_id)

    def test_what_there_is_is_listed_when_none_fits(self):
        self.client.push_platforms("many", "1", PLATFORMS)
        done = self.process(self.uri("many:1"), self.target, "--architecture", "mips64le")
        self.assert_failed(done, "mips64le", "linux/arm/v7", "linux/s390x", "windows/amd64", side="input")

    def test_attestations_are_no_images(self):
        image = self.client.push_image("proved", None, [noise_layer(1, 5000)], OCI, architecture=HERE)
        proof = self.client.push_image("proved", None, [noise_layer(2, 500)], OCI)
        self.client.push_index("proved", "1", [(proof, {"os": "unknown", "architecture": "unknown"}, ATTESTATION),
                                               (image, {"os": "linux", "architecture": HERE}, {})])
        self.move(self.uri("proved:1"), self.target)
        self.assertEqual(self.info(self.target)["id"], image.image_id)

    def test_indexes_that_are_not_good(self):
        documents = {
            "no member": {"schemaVersion": 2, "mediaType": OCI["index"]},
            "empty": {"schemaVersion": 2, "mediaType": OCI["index"], "manifests": []},
            "no list": {"schemaVersion": 2, "mediaType": OCI["index"], "manifests": {}},
            "a digest that is none": {"schemaVersion": 2, "mediaType": OCI["index"], "manifests": [
                {"mediaType": OCI["manifest"], "digest": "sha256:../../x", "size": 3, "platform": {"os": "linux", "architecture": HERE}}]},
            "manifest and index": {"schemaVersion": 2, "mediaType": OCI["index"], "manifests": [], "layers": [], "config": {}},
        }
        for name, document in documents.items():
            with self.subTest(name):
                self.assert_failed(self.with_manifest(json.dumps(document).encode()), side="input")

    def with_manifest(self, text, *arguments, media_type=OCI["index"]):
        proxy = self.proxy(self.peer)
        self.client.push_image("a", "1", [noise_layer(1, 100)])
        proxy.on("GET|HEAD", "/manifests/1", replace_body(text, content_type=media_type))
        proxy.rules[-1].fault = self.without_digest(proxy.rules[-1].fault, text)
        return self.process(f"registry://{proxy.host}/a:1", self.target, *arguments)

    def without_digest(self, fault, text):
        def run(exchange):
            kept, exchange.send = exchange.send, lambda response, most=None: kept(
                response.with_header("Docker-Content-Digest", digest_of(text)), most)
            fault(exchange)

        run.__name__ = fault.__name__
        return run

    def test_ten_thousand_entries(self):
        entry = {"mediaType": OCI["manifest"], "digest": "sha256:" + 64 * "1", "size": 3, "platform": {"os": "plan9", "architecture": "z80"}}
        text = json.dumps({"schemaVersion": 2, "mediaType": OCI["index"], "manifests": [entry] * 10_000}).encode()
        done = self.with_manifest(text)
        self.assert_failed(done, side="input")
        self.assertLess(len(done.stderr), 5000)

    # --- all of them

    def assert_whole(self, repository, root, images, *more):
        for pushed in (root, *images, *more):
            answer = self.client.manifest(repository, pushed.digest)
            self.assertEqual((answer.status, answer.body, answer.headers["Content-Type"]), (200, pushed.manifest, pushed.media_type))
        for image in images:
            for blob in (image.config, *image.layers):
                self.assertEqual(self.client.blob(repository, digest_of(blob)), blob)
        self.assertEqual(self.client.digest(repository, "1"), root.digest)

    def test_registry_to_registry(self):
        root, images, inner = self.nested("from")
        self.move(self.uri("from:1"), self.uri("to:1"), "--platform", "all")
        self.assert_whole("to", root, images, inner)

    def test_there_and_back_through_a_layout(self):
        root, images, inner = self.nested("from")
        layout = f"layout://{self.directory}/layout:1"
        self.move(self.uri("from:1"), layout, "--platform", "all")
        index = json.loads((self.directory / "layout/index.json").read_text())
        self.assertEqual([image["digest"] for image in index["manifests"]], [root.digest])
        for pushed in (root, inner, *images):
            path = self.directory / "layout/blobs/sha256" / pushed.digest.removeprefix("sha256:")
            self.assertEqual(path.read_bytes(), pushed.manifest)
        self.move(layout, self.uri("back:1"), "--platform", "all")
        self.assert_whole("back", root, images, inner)

    def test_one_image_all_the_way_round(self):
        for name, types in (("docker", DOCKER), ("oci", OCI)):
            pushed = self.client.push_image(name, "1", [noise_layer(1, 30_000), noise_layer(2, 30_000)], types)
            places = [self.uri(f"{name}:1"), f"layout://{self.directory}/{name}-1:1", f"tar://{self.directory}/{name}.tar?layout=oci",
                      f"layout://{self.directory}/{name}-2:1", self.uri(f"{name}-back:1")]
            for source, target in zip(places, places[1:]):
                self.move(source.split("?")[0], target)
            answer = self.client.manifest(f"{name}-back", "1")
            self.assertEqual((answer.body, answer.headers["Content-Type"]), (pushed.manifest, pushed.media_type))

    def move_round(self, places):
        for source, target in zip(places, places[1:]):
            self.move(source.split("?")[0], target, "--platform", "all")

    def raw(self, host, name):
        """What skopeo says is there, byte for byte."""
        return self.skopeo("inspect", "--raw", "--tls-verify=false", f"docker://{host}/{name}").encode()

    def test_a_whole_index_all_the_way_round(self):
        root, images, inner = self.nested("from")
        other = self.registry()
        self.move_round([self.uri("from:1"), f"layout://{self.directory}/one:1", f"tar://{self.directory}/index.tar?layout=oci",
                         f"layout://{self.directory}/two:1", f"registry://{other.host}/back:1"])
        self.assertEqual(self.raw(other.host, "back:1"), self.raw(self.peer.host, "from:1"))
        for pushed in (root, inner, *images):
            self.assertEqual(self.raw(other.host, f"back@{pushed.digest}"), pushed.manifest)
        self.client = Client(other.host)
        self.assert_whole("back", root, images, inner)

    def test_an_archive_there_and_back(self):
        root, images, inner = self.nested("from")
        archive = f"tar://{self.directory}/index.tar"
        self.move_round([self.uri("from:1"), archive + "?layout=oci&name=occy/many:1", self.uri("back:1")])
        self.assert_whole("back", root, images, inner)
        with tarfile.open(self.directory / "index.tar") as file:
            names = file.getnames()
            index = json.load(file.extractfile("index.json"))
        self.assertEqual(len(names), len(set(names)))
        self.assertNotIn("manifest.json", names)
        [entry] = index["manifests"]
        self.assertEqual((entry["digest"], entry["annotations"]["io.containerd.image.name"]), (root.digest, "docker.io/occy/many:1"))
        before = (self.directory / "index.tar").read_bytes()
        self.move(self.uri("from:1"), archive + "?layout=oci&name=occy/many:1", "--platform", "all", "-j", "1")
        self.assertEqual((self.directory / "index.tar").read_bytes(), before)

    def test_skopeo_reads_the_archive(self):
        _, images = self.client.push_platforms("from", None, PLATFORMS[:3])
        proof = self.client.push_image("from", None, [noise_layer(52, 500)], OCI)
        members = [(image, {"os": system, "architecture": name}, {}) for image, (system, name, _) in zip(images, PLATFORMS)]
        root = self.client.push_index("from", "1", [*members, (proof, {"os": "unknown", "architecture": "unknown"}, ATTESTATION)])
        self.move(self.uri("from:1"), f"tar://{self.directory}/index.tar?layout=oci", "--platform", "all")
        self.assertEqual(self.skopeo("inspect", "--raw", f"oci-archive:{self.directory}/index.tar").encode(), root.manifest)
        self.skopeo("--insecure-policy", "copy", "--all", f"oci-archive:{self.directory}/index.tar", f"dir:{self.directory}/judge")
        self.assertEqual(digest_of((self.directory / "judge/manifest.json").read_bytes()), root.digest)
        self.skopeo("--insecure-policy", "copy", "--all", f"dir:{self.directory}/judge", f"oci-archive:{self.directory}/theirs.tar:1")
        self.move(f"tar://{self.directory}/theirs.tar", self.uri("back:1"), "--platform", "all")
        self.assert_whole("back", root, [*images, proof])

    def test_skopeo_reads_what_was_copied(self):
        root, images = self.client.push_platforms("from", "1", PLATFORMS[:3])
        self.move(self.uri("from:1"), self.uri("to:1"), "--platform", "all")
        self.skopeo("--insecure-policy", "copy", "--all", "--src-tls-verify=false", f"docker://{self.peer.host}/to:1",
                    f"dir:{self.directory}/judge")
        self.assertEqual(digest_of((self.directory / "judge/manifest.json").read_bytes()), root.digest)

    def test_again_costs_no_blob(self):
        root, _, _ = self.nested("from")
        proxy = self.proxy(self.peer)
        arguments = (f"registry://{proxy.host}/from:1", f"registry://{proxy.host}/to:1", "--platform", "all")
        self.assert_moved(self.process(*arguments))
        self.assertEqual(self.client.digest("to", "1"), root.digest)
        proxy.forget()
        self.assert_moved(self.process(*arguments))
        self.assertEqual(proxy.requests("POST|PATCH") + proxy.requests("GET", "/blobs/"), [])

    def test_shared_blobs_are_moved_once(self):
        shared = noise_layer(1, 50_000)
        members = [(self.client.push_image("from", None, [shared, noise_layer(2 + number, 500)], OCI, architecture=name), {
            "os": "linux", "architecture": name}, {}) for number, name in enumerate(("amd64", "arm64", "s390x"))]
        self.client.push_index("from", "1", members)
        proxy, other = self.proxy(self.peer), self.registry()
        self.move(f"registry://{proxy.host}/from:1", f"registry://{other.host}/to:1", "--platform", "all")
        stored = digest_of(members[0][0].layers[0])
        self.assertEqual(len(proxy.requests("GET", stored)), 1)

    # --- some of them

    def test_a_list_makes_a_new_index(self):
        root, images = self.client.push_platforms("from", "1", PLATFORMS)
        self.move(self.uri("from:1"), self.uri("to:1"), "--platform", "linux/arm/v7,linux/s390x")
        index = self.client.manifest("to", "1").json()
        self.assertEqual([image["digest"] for image in index["manifests"]], [images[2].digest, images[4].digest])
        self.assertEqual(self.client.manifest("to", images[2].digest).body, images[2].manifest)
        self.assertEqual(self.client.manifest("to", images[0].digest).status, 404)
        done = self.process(self.uri("from:1"), self.uri("none:1"), "--platform", "linux/arm/v7,linux/mips")
        self.assert_failed(done, "linux/mips", "linux/s390x", side="input")
        self.assertEqual(self.peer.tags("none"), [])

    # --- and the network fails

    def test_faults_on_the_way(self):
        root, images, inner = self.nested("from")
        blob = digest_of(images[0].layers[0])
        cases = [("GET", blob, cut(after=500)), ("GET", inner.digest, close_at_once()), ("GET", "/manifests/", refuse(503, Retry_After="0")),
                 ("PUT", "/manifests/", refuse(500)), ("POST", "/uploads/", refuse(429, Retry_After="1"))]
        for number, (method, target, fault) in enumerate(cases):
            with self.subTest(method + " " + target):
                source, peer = self.proxy(self.peer), self.registry()
                destination = self.proxy(peer)
                for proxy in (source, destination):
                    proxy.on(method, target, fault, {1})
                self.move(f"registry://{source.host}/from:1", f"registry://{destination.host}/to:1", "--platform", "all")
                self.assertEqual(Client(peer.host).digest("to", "1"), root.digest)

    def test_faults_that_stay(self):
        _, images, inner = self.nested("from")
        for method, target, fault, words in (("GET", digest_of(images[0].layers[0]), flip(300), digest_of(images[0].layers[0])),
                                             ("GET", inner.digest, flip(300), inner.digest),
                                             ("GET", images[1].digest, refuse(404, code="MANIFEST_UNKNOWN"), images[1].digest)):
            with self.subTest(target):
                proxy, peer = self.proxy(self.peer), self.registry()
                proxy.on(method, target, fault)
                for destination in (f"registry://{peer.host}/to:1", f"layout://{self.directory}/place:1",
                                    f"tar://{self.directory}/place?layout=oci"):
                    done = self.process(f"registry://{proxy.host}/from:1", destination, "--platform", "all", "--retries", "1")
                    self.assert_failed(done, words, side="input")
                self.assertEqual(peer.tags("to"), [])
                self.assertFalse((self.directory / "place").exists())


if __name__ == "__main__":
    main()
