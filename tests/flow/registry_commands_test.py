#!/usr/bin/env python3
"""What can be asked of a registry without moving an image: tags, digests, facts, paths, differences, checks.

usage: registry_commands_test.py OCCY    (the path of the command)
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import main  # noqa: E402
from faults import close_at_once, cut, flip, refuse, refuse_html, replace_body, say  # noqa: E402
from registry_case import PASSWORD, Client, RegistryCase, digest_of  # noqa: E402
from registry_client import noise_layer  # noqa: E402
from small_image import entry, layer  # noqa: E402


class RegistryCommandsTest(RegistryCase):
    def setUp(self):
        super().setUp()
        self.peer = self.registry()
        self.client = Client(self.peer.host)
        self.layers = [noise_layer(1, 40_000), layer(entry("etc/"), entry("etc/name", b"one\n"))]
        self.pushed = self.client.push_image("a/b", "1", self.layers)
        self.proxy_ = self.proxy(self.peer)
        self.uri = f"registry://{self.proxy_.host}/a/b:1"

    def run_on(self, command, *arguments):
        return self.occy(command, *arguments, "--insecure")

    def test_tags(self):
        for number in range(2, 30):
            self.client.push_manifest("a/b", f"v{number}", self.pushed.manifest, self.pushed.media_type)
        done = self.run_on("tags", f"registry://{self.proxy_.host}/a/b")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(done.stdout.split()), sorted(["1", *(f"v{number}" for number in range(2, 30))]))

    def test_tags_on_several_pages(self):
        def page(exchange):
            last = exchange.seen.target.partition("last=")[2].split("&")[0]
            names = [f"t{number:02}" for number in range(25)]
            here = [name for name in names if name > last][:10]
            text = '{"name": "a/b", "tags": [%s]}' % ",".join(f'"{name}"' for name in here)
            link = {} if here[-1:] == names[-1:] else {"Link": f'</v2/a/b/tags/list?last={here[-1]}&n=10>; rel="next"'}
            exchange.answer(200, text.encode(), **link)

        self.proxy_.on("GET", "/tags/list", page)
        done = self.run_on("tags", f"registry://{self.proxy_.host}/a/b")
        self.assertEqual(done.stdout.split(), [f"t{number:02}" for number in range(25)], done.stderr)

    def test_tags_without_end(self):
        self.proxy_.on("GET", "/tags/list", say(Link='</v2/a/b/tags/list?last=1>; rel="next"'))
        self.assert_failed(self.run_on("tags", f"registry://{self.proxy_.host}/a/b"), side="input")
        self.assertLess(len(self.proxy_.seen), 20_000)

    def test_tags_that_are_none(self):
        for body in (b"<html>", b"[]", b'{"tags": 5}', b'{"tags": ["a\\u001b[31m", 7]}', b'{"tags": ["' + b"x" * (5 << 20) + b'"]}'):
            self.proxy_.forget()
            self.proxy_.on("GET", "/tags/list", replace_body(body))
            done = self.run_on("tags", f"registry://{self.proxy_.host}/a/b")
            self.assert_failed(done, side="input")
            self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.proxy_.forget()
        self.assert_failed(self.run_on("tags", f"registry://{self.proxy_.host}/none"), "none", side="input")

    def test_no_tags(self):
        self.proxy_.on("GET", "/tags/list", replace_body(b'{"name": "a/b", "tags": null}'))
        done = self.run_on("tags", f"registry://{self.proxy_.host}/a/b")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_a_digest(self):
        done = self.run_on("digest", self.uri)
        self.assertEqual((done.returncode, done.stdout), (0, self.pushed.digest + "\n"), done.stderr)
        self.assertEqual([seen.method for seen in self.proxy_.seen], ["HEAD"])
        index, _ = self.client.push_platforms("many", "1", [("linux", "amd64", ""), ("linux", "arm64", "")])
        self.assertEqual(self.run_on("digest", f"registry://{self.peer.host}/many:1").stdout, index.digest + "\n")
        self.assert_failed(self.run_on("digest", f"registry://{self.proxy_.host}/a/b:none"), "none", side="input")

    def test_a_digest_where_head_tells_none(self):
        self.proxy_.on("HEAD", "/manifests/", say(Docker_Content_Digest=None))
        self.assertEqual(self.run_on("digest", self.uri).stdout, self.pushed.digest + "\n")

    def test_info(self):
        facts = self.info(self.uri)
        self.assertEqual((facts["id"], len(facts["layers"])), (self.pushed.image_id, 2))
        self.assertEqual(self.proxy_.requests("GET", "/blobs/" + digest_of(self.pushed.layers[0])), [])

    def test_check(self):
        done = self.run_on("check", self.uri, "--progress=none")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.proxy_.on("GET", digest_of(self.pushed.layers[0]), flip(100))
        done = self.run_on("check", self.uri, "--progress=none")
        self.assertEqual(done.returncode, 1)
        self.assertIn(digest_of(self.pushed.layers[0])[:19], done.stdout + done.stderr)

    def test_search(self):
        done = self.run_on("search", self.uri, "etc/*")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("etc/name", done.stdout)

    def test_diff(self):
        self.client.push_image("a/b", "2", [self.layers[0], layer(entry("etc/"), entry("etc/name", b"two\n"))])
        other = f"registry://{self.peer.host}/a/b:2"
        done = self.run_on("diff", self.uri, other)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("etc/name", done.stdout)
        self.assertEqual(self.run_on("diff", self.uri, self.uri).returncode, 0)

    def test_a_login_in_a_uri_is_never_shown(self):
        uri = f"registry://user:{PASSWORD}@{self.proxy_.host}/a/b"
        for command, *sources in (("tags", uri), ("digest", f"{uri}:1"), ("info", f"{uri}:1"), ("check", f"{uri}:1"),
                                  ("check", f"{uri}:none"), ("search", f"{uri}:1", "etc/*"), ("diff", f"{uri}:1", f"{uri}:1"),
                                  ("diff", f"{uri}:1?colour=red", f"{uri}:1"), ("process", f"{uri}:1", self.target),
                                  ("process", self.source, f"{uri}:2"), ("process", f"{uri}:1", f"{uri}:3", "--platform=all")):
            for format_ in ("text", "json"):
                self.assert_no_secrets(self.run_on(command, *sources, "-O", format_))

    def test_all_of_them_try_again(self):
        for fault in (cut(after=20), close_at_once(), refuse(503, Retry_After="0"), refuse(429, Retry_After="0")):
            for command, more in (("tags", ()), ("digest", ()), ("info", ()), ("check", ()), ("search", ("etc/*",))):
                self.proxy_.forget()
                self.proxy_.on("GET|HEAD", "/manifests/|/tags/|/blobs/", fault, {1, 3})
                uri = f"registry://{self.proxy_.host}/a/b" + ("" if command == "tags" else ":1")
                done = self.run_on(command, uri, *more)
                self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")

    def test_a_page_for_guests_is_no_registry(self):
        self.proxy_.on(".*", "", refuse_html(200))
        for command, more in (("info", ()), ("check", ()), ("search", ("etc/*",)), ("digest", ())):
            with self.subTest(command):
                done = self.run_on(command, self.uri, *more, "--retries", "1")
                self.assertNotEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertRegex(done.stdout + done.stderr, "127.0.0.1:[0-9]+/a/b:1")
        self.assert_failed(self.run_on("tags", f"registry://{self.proxy_.host}/a/b"))

    def test_names_that_are_none(self):
        for text in ("registry://", "registry:///a", "registry://host:x/a:1", "registry://host/UPPER:1", "registry://host/a:b:c",
                     "registry://host/a@sha256:12", "registry://host/a\r\nX: y:1"):
            for command in ("info", "digest"):
                self.assert_usage(self.run_on(command, text))
        self.assert_usage(self.run_on("info", "registry://host/a:1?colour=red"), "colour", "insecure")


if __name__ == "__main__":
    main()
