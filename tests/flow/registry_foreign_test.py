#!/usr/bin/env python3
"""Layers that a registry does not have and another server does ("urls"): fetched from there only when that is asked for.

usage: registry_foreign_test.py OCCY    (the path of the command)
"""
import json, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from certificates import Authority  # noqa: E402
from command_case import main  # noqa: E402
from file_server import FileServer  # noqa: E402
from registry_case import BASIC, PASSWORD, Client, RegistryCase, digest_of  # noqa: E402
from registry_client import CREATED, DOCKER, OCI, noise_layer  # noqa: E402
from registry_peer import passwords  # noqa: E402
from spoiled_archive import gzipped  # noqa: E402

FOREIGN = {DOCKER["manifest"]: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
           OCI["manifest"]: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"}
FOLLOW = "?foreign-layers=follow"


class RegistryForeignTest(RegistryCase):
    """A registry with a password over plain HTTP, and another host that has the lower layer and must not see it."""

    def setUp(self):
        super().setUp()
        self.authority = Authority(self.directory / "ca")
        self.peer = self.registry(auth=passwords({"user": PASSWORD}))
        self.client = Client(self.peer.host, headers={"Authorization": BASIC})
        self.server = FileServer(self.addCleanup, self.authority.server())
        self.foreign, self.own = noise_layer(1, 60_000), noise_layer(2, 5000)
        self.stored = gzipped(self.foreign)
        self.server.files["/layer"] = self.stored

    def push(self, *urls, types=DOCKER, name="a"):
        """An image whose lower layer nobody pushed; its config's digest."""
        upper = gzipped(self.own)
        document = {"architecture": "amd64", "os": "linux", "created": CREATED, "config": {},
                    "rootfs": {"type": "layers", "diff_ids": [digest_of(self.foreign), digest_of(self.own)]}}
        config = json.dumps(document).encode()
        for blob in (config, upper):
            self.client.push_blob(name, blob)
        layers = [{"mediaType": FOREIGN[types["manifest"]], "digest": digest_of(self.stored), "size": len(self.stored), "urls": urls},
                  {"mediaType": types["layer"], "digest": digest_of(upper), "size": len(upper)}]
        self.manifest = json.dumps({"schemaVersion": 2, "mediaType": types["manifest"], "layers": layers, "config": {
            "mediaType": types["config"], "digest": digest_of(config), "size": len(config)}}).encode()
        self.client.push_manifest(name, "1", self.manifest, types["manifest"])
        return digest_of(config)

    def pull(self, more="", target=None, name="a"):
        self.target_path.unlink(missing_ok=True)
        return self.process(f"registry://{self.peer.host}/{name}:1{more}", target or self.target, "--verify=full",
                            "--cacert", str(self.authority.certificate), "--retries", "1",
                            environment={"OCCY_USERNAME": "user", "OCCY_PASSWORD": PASSWORD})

    def assert_nothing_told(self, server):
        """Neither the login nor whose image it is."""
        for asked in server.seen:
            self.assertEqual(set(asked.headers) & {"authorization", "cookie", "referer", "proxy-authorization"}, set())
            self.assertNotIn(PASSWORD, str(asked))

    def test_nobody_else_is_asked_unless_that_was_said(self):
        self.push(self.server.url + "/layer")
        for more in ("", "?foreign-layers=refuse"):
            done = self.pull(more)
            self.assert_failed(done, digest_of(self.stored), "names another server", side="input")
            self.assertIn("foreign-layers=follow", done.stderr)
        self.assertEqual((self.server.seen, self.target_path.exists()), ([], False))

    def test_when_it_was_said_the_layer_comes_and_no_login_goes(self):
        for number, types in enumerate((DOCKER, OCI)):
            image_id = self.push(self.server.url + "/layer?signature=x", types=types, name=f"kind{number}")
            self.assert_moved(self.pull(FOLLOW, name=f"kind{number}"))
            self.assertEqual(self.info(self.target)["id"], image_id)
            self.assert_skopeo_reads(f"docker-archive:{self.target_path}", image_id)
        self.assertEqual([asked.path for asked in self.server.seen], ["/layer?signature=x"] * 2)
        self.assert_nothing_told(self.server)

    def test_the_manifest_stays_as_it_is(self):
        self.push(self.server.url + "/layer", types=OCI)
        self.assert_moved(self.pull(FOLLOW, f"layout://{self.directory}/layout:1"))
        index = json.loads((self.directory / "layout/index.json").read_text())
        self.assertEqual([entry["digest"] for entry in index["manifests"]], [digest_of(self.manifest)])

    def test_what_comes_is_held_against_its_digest(self):
        self.push(self.server.url + "/layer")
        spoilt = bytearray(self.stored)
        spoilt[30_000] ^= 1
        for data, words in ((bytes(spoilt), digest_of(self.stored)), (self.stored[:-9], "size|bytes"), (self.stored + b"x", "size|bytes"),
                            (b"<html>log in</html>", "size|bytes")):
            self.server.files["/layer"] = data
            self.assert_failed(self.pull(FOLLOW), words, side="input")
            self.assertFalse(self.target_path.exists())

    def test_a_download_that_breaks_goes_on(self):
        self.push(self.server.url + "/layer")
        self.server.cut_first_at = 20_000
        self.assert_moved(self.pull(FOLLOW))
        self.assertEqual([asked.headers.get("range") for asked in self.server.seen], [None, "bytes=20000-"])

    def test_the_first_server_that_has_it_gives_it(self):
        plain = FileServer(self.addCleanup)
        plain.files["/layer"] = self.stored
        nobody = "https://127.0.0.1:1/layer"
        self.push(plain.url + "/layer", nobody, self.server.url + "/none", self.server.url + "/layer")
        self.assert_moved(self.pull(FOLLOW))
        self.assertEqual((plain.seen, self.server.seen[-1].path), ([], "/layer"))
        self.assert_nothing_told(self.server)

    def test_servers_that_cannot_be_asked(self):
        plain = FileServer(self.addCleanup)
        plain.files["/layer"] = self.stored
        stranger = FileServer(self.addCleanup, Authority(self.directory / "other", "another").server())
        stranger.files["/layer"] = self.stored
        for url, words in ((plain.url + "/layer", "HTTPS"), (stranger.url + "/layer", "certificate"), (self.server.url + "/none", "no such blob"),
                           ("https://127.0.0.1:1/layer", "127.0.0.1:1")):
            self.push(url)
            self.assert_failed(self.pull(FOLLOW), words, side="input")
        self.assertEqual((plain.seen, stranger.seen), ([], []))

    def test_a_layer_that_the_registry_has_comes_from_there(self):
        image_id = self.push(self.server.url + "/layer")
        self.client.push_blob("a", self.stored)
        self.assert_moved(self.pull(FOLLOW))
        self.assertEqual((self.info(self.target)["id"], self.server.seen), (image_id, []))


if __name__ == "__main__":
    main()
