#!/usr/bin/env python3
"""The peers of the registry tests do what they say: judged by skopeo and by plain requests, without the command.

usage: registry_peers_test.py OCCY    (not used)
"""
import base64, shutil, subprocess, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from certificates import Authority  # noqa: E402
from command_case import CommandCase, main  # noqa: E402
from fault_proxy import FaultProxy  # noqa: E402
from faults import (ask_for_credentials, change_location, cut, cut_request, cut_resumable_request, declare, flip,  # noqa: E402
                    keep_part, large_header, many_headers, not_mounted, other_range, redirect, refuse, refuse_html, relative)
from forward_proxy import ForwardProxy  # noqa: E402
from registry_client import Client, digest_of, noise_layer  # noqa: E402
from registry_peer import Registry, passwords, tokens  # noqa: E402
from token_server import TokenServer, html  # noqa: E402

USERS = {"user": "secret"}


class RegistryPeersTest(CommandCase):
    def skopeo(self, *arguments):
        if not shutil.which("skopeo"):
            self.skipTest("no skopeo command")
        return subprocess.run(["skopeo", *arguments], env=self.environment, capture_output=True, text=True, timeout=60)

    def copy(self, source, target, *arguments):
        done = self.skopeo("--insecure-policy", "copy", *arguments, source, target)
        self.assertEqual(done.returncode, 0, done.stderr)

    def there_and_back(self, host, *arguments):
        """skopeo pushes and pulls with these settings of both sides."""
        sides = [[argument.replace("--", f"--{side}-", 1) for argument in arguments] for side in ("dest", "src")]
        self.copy(f"docker-archive:{self.image}", f"docker://{host}/a/b:1", *sides[0])
        self.copy(f"docker://{host}/a/b:1", f"docker-archive:{self.target_path}", *sides[1])
        self.assertTrue(self.target_path.is_file())

    def refused(self, host, *arguments):
        done = self.skopeo("inspect", *arguments, f"docker://{host}/a/b:1")
        self.assertNotEqual(done.returncode, 0)
        return done.stderr

    # --- registries

    def test_an_open_registry(self):
        registry = Registry(self.addCleanup)
        self.there_and_back(registry.host, "--tls-verify=false")
        self.assertEqual(registry.tags("a/b"), ["1"])
        self.assertEqual(registry.digest("a/b", "1"), Client(registry.host).digest("a/b", "1"))

    def test_a_registry_with_passwords(self):
        registry = Registry(self.addCleanup, passwords(USERS))
        self.there_and_back(registry.host, "--tls-verify=false", "--creds=user:secret")
        self.assertIn("authentication required", self.refused(registry.host, "--tls-verify=false"))
        self.assertIn("authentication required", self.refused(registry.host, "--tls-verify=false", "--creds=user:other"))

    def test_a_registry_with_tokens(self):
        server = TokenServer(self.addCleanup, USERS)
        registry = Registry(self.addCleanup, tokens(server))
        self.there_and_back(registry.host, "--tls-verify=false", "--creds=user:secret")
        self.assertTrue(any("repository:a/b:pull,push" in request.scopes for request in server.requests))
        self.refused(registry.host, "--tls-verify=false", "--creds=user:other")
        server.faults[None] = html(200)
        self.refused(registry.host, "--tls-verify=false", "--creds=user:secret")

    def test_tokens_by_post(self):
        server = TokenServer(self.addCleanup, USERS)
        form = "grant_type=password&username=user&password=secret&service=s&client_id=c&access_type=offline"
        client = Client(server.host)
        first = client.expect(200, "POST", "/token", form + "&scope=repository:a/b:pull").json()
        form = f"grant_type=refresh_token&refresh_token={first['refresh_token']}&service=s&client_id=c"
        second = client.expect(200, "POST", "/token", form + "&scope=repository:a/b:pull%20repository:c:pull,push").json()
        self.assertIn(second["token"], server.issued)
        self.assertEqual(server.requests[1].scopes, ["repository:a/b:pull", "repository:c:pull,push"])
        client.expect(401, "POST", "/token", "grant_type=refresh_token&refresh_token=x&service=s&client_id=c")

    def test_registries_with_certificates(self):
        authority = Authority(self.directory / "ca")
        trusted = self.directory / "trusted"
        trusted.mkdir()
        shutil.copy(authority.certificate, trusted / "ca.crt")
        good = Registry(self.addCleanup, certificate=authority.server())
        self.there_and_back(good.host, f"--cert-dir={trusted}")
        self.assertIn("unknown authority", self.refused(good.host))
        expired = Registry(self.addCleanup, certificate=authority.expired())
        self.assertIn("expired", self.refused(expired.host, f"--cert-dir={trusted}"))
        other = Registry(self.addCleanup, certificate=authority.for_another_host())
        self.assertIn("valid for 192.0.2.1", self.refused(other.host, f"--cert-dir={trusted}"))

    def test_a_registry_that_asks_for_certificates(self):
        authority = Authority(self.directory / "ca")
        registry = Registry(self.addCleanup, certificate=authority.server(), client_authority=authority)
        trusted, client = self.directory / "trusted", authority.client()
        trusted.mkdir()
        shutil.copy(authority.certificate, trusted / "ca.crt")
        self.refused(registry.host, f"--cert-dir={trusted}")
        shutil.copy(client.certificate, trusted / "client.cert")
        shutil.copy(client.key, trusted / "client.key")
        self.there_and_back(registry.host, f"--cert-dir={trusted}")

    def test_an_index(self):
        registry = Registry(self.addCleanup)
        client = Client(registry.host)
        index, images = client.push_platforms("many", "1", [("linux", "amd64", ""), ("linux", "arm", "v7")])
        self.copy(f"docker://{registry.host}/many:1", f"docker://{registry.host}/copy:1", "--all", "--src-tls-verify=false",
                  "--dest-tls-verify=false")
        self.assertEqual(client.digest("copy", "1"), index.digest)
        self.assertEqual(client.manifest("copy", images[1].digest).body, images[1].manifest)

    # --- the proxies

    def scene(self, **settings):
        """A registry with an image of one layer behind a proxy."""
        registry = Registry(self.addCleanup)
        image = Client(registry.host).push_image("a", "1", [noise_layer(1, 100_000)])
        proxy = FaultProxy(self.addCleanup, registry.host, **settings)
        return registry, image, proxy, f"/v2/a/blobs/{digest_of(image.layers[0])}"

    def curl(self, *arguments):
        return subprocess.run(["curl", "--silent", "--show-error", "--max-time", "20", *arguments], capture_output=True,
                              env=self.environment, timeout=30)

    def test_without_a_rule_the_proxy_is_not_there(self):
        registry = Registry(self.addCleanup)
        proxy = FaultProxy(self.addCleanup, registry.host)
        self.there_and_back(proxy.host, "--tls-verify=false")
        self.assertTrue(proxy.requests("PUT", "/manifests/1"))
        self.assertTrue(all(seen.status and not seen.authorization for seen in proxy.requests()))

    def test_a_proxy_with_a_certificate_before_a_registry_with_one(self):
        authority = Authority(self.directory / "ca")
        registry = Registry(self.addCleanup, certificate=authority.server())
        proxy = FaultProxy(self.addCleanup, registry.host, authority.issue("front"), authority.certificate)
        trusted = self.directory / "trusted"
        trusted.mkdir()
        shutil.copy(authority.certificate, trusted / "ca.crt")
        self.there_and_back(proxy.host, f"--cert-dir={trusted}")

    def test_a_body_that_is_cut(self):
        _, image, proxy, path = self.scene()
        for reset, code in ((False, 18), (True, 56)):
            proxy.forget()
            proxy.on("GET", "/blobs/", cut(after=1000, reset=reset), nth={1})
            done = self.curl(proxy.url + path)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertEqual((proxy.seen[0].fault, proxy.seen[0].served), ("cut", 1000))
        self.assertEqual(self.curl(proxy.url + path).stdout, image.layers[0])

    def test_ranges(self):
        _, image, proxy, path = self.scene()
        self.assertEqual(self.curl("-r", "500-", proxy.url + path).stdout, image.layers[0][500:])
        proxy.on("GET", "/blobs/", other_range(-10))
        done = self.curl("-i", "-r", "500-", proxy.url + path)
        self.assertIn(b"206 X", done.stdout.split(b"\r\n", 1)[0].replace(b"OK", b"X"))
        self.assertTrue(done.stdout.endswith(image.layers[0][490:]))

    def test_answers_that_are_not_the_registrys(self):
        _, image, proxy, path = self.scene()
        elsewhere = FaultProxy(self.addCleanup, proxy.upstream)
        cases = [(refuse(429, code="TOOMANYREQUESTS", Retry_After="1"), b"Retry-After: 1"),
                 (refuse_html(503), b"Please log in"),
                 (large_header(2000), b"X-Large: xxx"),
                 (many_headers(50), b"X-Many-49: x"),
                 (redirect(to=elsewhere.url), b"Location: " + elsewhere.url.encode() + path.encode())]
        for fault, text in cases:
            proxy.forget()
            proxy.on("GET", "/blobs/", fault)
            self.assertIn(text, self.curl("-i", proxy.url + path).stdout)
        self.assertEqual(self.curl("-L", proxy.url + path).stdout, image.layers[0])
        self.assertEqual(len(elsewhere.requests("GET", path)), 1)

    def test_bytes_that_are_others(self):
        _, image, proxy, path = self.scene()
        proxy.on("GET", "/blobs/", flip(7), nth={1})
        self.assertEqual([a ^ b for a, b in zip(self.curl(proxy.url + path).stdout, image.layers[0])][6:9], [0, 1, 0])
        proxy.on("GET", "/blobs/", declare(+5), nth={1})
        self.assertEqual(self.curl(proxy.url + path).returncode, 18)

    def test_uploads(self):
        registry, _, proxy, _ = self.scene()
        client, data = Client(proxy.host), noise_layer(2, 50_000)
        proxy.on("PATCH", "/uploads/", cut_resumable_request(after=1000), nth={1})
        proxy.on("PATCH", "/uploads/", keep_part(2000), nth={2})
        proxy.on("POST", "mount=", not_mounted())
        proxy.on("POST", "/uploads/$", change_location(relative))
        location = client.expect(202, "POST", "/v2/a/blobs/uploads/").headers["Location"]
        self.assertRegex(location, "^/v2/a/blobs/uploads/")
        with self.assertRaises(OSError):
            client.request("PATCH", location, data)
        left = client.expect(204, "GET", location)
        self.assertEqual(left.headers["Range"], "0-999")
        path = relative(left.headers["Location"])
        more = client.expect(202, "PATCH", path, data[1000:], {"Content-Type": "application/octet-stream"})
        self.assertEqual(more.headers["Range"], "0-2999")
        path = relative(more.headers["Location"])
        client.expect(201, "PUT", f"{path}&digest={digest_of(data)}", data[3000:], {"Content-Type": "application/octet-stream"})
        self.assertEqual(registry.blob_path(digest_of(data)).read_bytes(), data)
        client.expect(202, "POST", f"/v2/b/blobs/uploads/?mount={digest_of(data)}&from=a")

    def test_an_upload_that_breaks_is_over(self):
        _, _, proxy, _ = self.scene()
        client = Client(proxy.host)
        proxy.on("PATCH", "/uploads/", cut_request(after=1000))
        location = relative(client.expect(202, "POST", "/v2/a/blobs/uploads/").headers["Location"])
        with self.assertRaises(OSError):
            client.request("PATCH", location, bytes(5000))
        client.expect(404, "GET", location)

    def test_a_token_that_runs_out(self):
        server = TokenServer(self.addCleanup, USERS)
        registry = Registry(self.addCleanup, tokens(server))
        proxy = FaultProxy(self.addCleanup, registry.host)
        proxy.on("GET|HEAD|POST|PATCH|PUT", "/v2/a/", ask_for_credentials(), nth={4})
        self.skopeo("--insecure-policy", "copy", "--dest-tls-verify=false", "--dest-creds=user:secret",
                    f"docker-archive:{self.image}", f"docker://{proxy.host}/a/b:1")
        refused = [seen for seen in proxy.seen if seen.fault]
        self.assertEqual([(seen.status, bool(seen.authorization)) for seen in refused], [(401, True)])

    def test_a_proxy_that_forwards(self):
        registry, image, _, path = self.scene()
        expected = base64.b64encode(b"me:pass word").decode()
        for target in (f"http://{registry.host}{path}", f"http://registry.example{path}"):
            forward = ForwardProxy(self.addCleanup, "me", "pass word", {"registry.example": registry.host})
            self.assertIn(b"407", self.curl("-i", "--noproxy", "", "-x", forward.url, target).stdout)
            done = self.curl("--noproxy", "", "-x", forward.url, "--proxy-user", "me:pass word", target)
            self.assertEqual(done.stdout, image.layers[0])
            done = self.curl("--noproxy", "", "-p", "-x", forward.url, "--proxy-user", "me:pass word",
                             target.replace("registry.example", registry.host))
            self.assertEqual(done.stdout, image.layers[0])
            self.assertEqual([(seen.method, seen.proxy_authorization) for seen in forward.seen],
                             [("GET", ""), ("GET", f"Basic {expected}"), ("CONNECT", f"Basic {expected}")])


if __name__ == "__main__":
    main()
