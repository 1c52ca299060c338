#!/usr/bin/env python3
"""Certificates, plain HTTP, and proxies on the way.

usage: registry_tls_test.py OCCY    (the path of the command)
"""
import base64, socket, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from certificates import Authority  # noqa: E402
from command_case import main  # noqa: E402
from fault_proxy import FaultProxy  # noqa: E402
from faults import redirect  # noqa: E402
from forward_proxy import ForwardProxy  # noqa: E402
from registry_case import PASSWORD, Client, RegistryCase  # noqa: E402
from registry_client import noise_layer  # noqa: E402
from registry_peer import passwords, tokens  # noqa: E402
from token_server import TokenServer  # noqa: E402

USERS = {"user": PASSWORD}
LOGIN = {"OCCY_USERNAME": "user", "OCCY_PASSWORD": PASSWORD}


class RegistryTlsTest(RegistryCase):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.directory / "ca")
        self.trust = ("--cacert", str(self.authority.certificate))

    def push(self, host, *arguments, environment={}):
        return self.occy("process", self.source, f"registry://{host}/a:1", "--progress=none", *arguments, environment=environment)

    def pull(self, host, *arguments, environment={}):
        self.target_path.unlink(missing_ok=True)
        return self.occy("process", f"registry://{host}/a:1", self.target, "--progress=none", *arguments, environment=environment)

    def there_and_back(self, host, *arguments, **settings):
        self.assert_moved(self.push(host, *arguments, **settings))
        self.assert_moved(self.pull(host, *arguments, **settings))

    # --- certificates

    def test_a_good_certificate(self):
        peer = self.registry(certificate=self.authority.server())
        self.there_and_back(peer.host, *self.trust)
        self.there_and_back(f"localhost:{peer.port}", *self.trust)

    def test_an_authority_that_nobody_knows(self):
        peer = self.registry(certificate=self.authority.server())
        self.assert_failed(self.push(peer.host), "certificate")
        other = Authority(self.directory / "other", "another")
        self.assert_failed(self.push(peer.host, "--cacert", str(other.certificate)), "certificate")
        self.assertEqual(peer.tags("a"), [])

    def test_certificates_that_are_not_good(self):
        for certificate, words in ((self.authority.expired(), "expired"), (self.authority.for_another_host(), "127.0.0.1|name|mismatch"),
                                   (self.authority.issue("later", from_day=1, to_day=2), "not valid yet")):
            peer = self.registry(certificate=certificate)
            for job in (self.push, self.pull):
                self.assert_failed(job(peer.host, *self.trust), words)
            self.there_and_back(peer.host, "--tls-verify=false")

    def test_a_name_that_the_certificate_does_not_have(self):
        peer = self.registry(certificate=self.authority.issue("byname", hosts=("DNS:localhost",)))
        self.there_and_back(f"localhost:{peer.port}", *self.trust)
        self.assert_failed(self.push(peer.host, *self.trust), "certificate")

    def test_an_authority_that_is_no_file(self):
        for path in (self.directory / "none.pem", self.image):
            done = self.push("127.0.0.1:1", "--cacert", str(path))
            self.assertIn(done.returncode, (1, 2))
            self.assertIn(path.name, done.stderr)

    # --- HTTP and HTTPS

    def test_http_where_https_is_spoken(self):
        peer = self.registry(certificate=self.authority.server())
        self.assert_failed(self.push(peer.host, "--insecure"))

    def test_https_where_http_is_spoken(self):
        peer = self.registry()
        self.assert_failed(self.push(peer.host), "TLS|SSL|HTTPS|certificate")
        self.assertEqual(peer.tags("a"), [])

    def test_plain_http_for_one_of_two(self):
        plain, secure = self.registry(), self.registry(certificate=self.authority.server())
        Client(plain.host).push_image("a", "1", [noise_layer(1, 5000)])
        done = self.occy("process", f"registry://{plain.host}/a:1?insecure=true", f"registry://{secure.host}/b:1", *self.trust,
                         "--progress=none")
        self.assert_moved(done)

    def test_no_way_from_https_to_http(self):
        peer = self.registry(certificate=self.authority.server(), auth=passwords(USERS))
        front = FaultProxy(self.addCleanup, peer.host, self.authority.issue("front"), self.authority.certificate)
        plain = FaultProxy(self.addCleanup, peer.host, upstream_authority=self.authority.certificate)
        self.assert_moved(self.push(peer.host, *self.trust, environment=LOGIN))
        front.on("GET", "/blobs/", redirect(plain.url))
        self.assert_failed(self.pull(front.host, *self.trust, "--retries", "1", environment=LOGIN), "redirect|http:")
        self.assertEqual(plain.seen, [])

    def test_tokens_over_https(self):
        server = TokenServer(self.addCleanup, USERS, self.authority.issue("tokens"))
        peer = self.registry(certificate=self.authority.server(), auth=tokens(server))
        self.there_and_back(peer.host, *self.trust, environment=LOGIN)

    def test_a_token_server_on_http_sees_no_login(self):
        server = TokenServer(self.addCleanup, USERS)
        peer = self.registry(certificate=self.authority.server(), auth=tokens(server))
        self.assert_failed(self.push(peer.host, *self.trust, environment=LOGIN))
        self.assertEqual([seen for seen in server.requests if seen.authorization or seen.method == "POST"], [])

    # --- names

    def test_docker_hub_s_names(self):
        peer = self.registry(certificate=self.authority.issue("hub", hosts=("DNS:registry-1.docker.io",)))
        forward = ForwardProxy(self.addCleanup, names={"registry-1.docker.io:443": peer.host})
        environment = {"HTTPS_PROXY": forward.url}
        for number, name in enumerate(("docker.io/small:{}", "docker.io/library/small:{}", "index.docker.io/library/small:{}", "small:{}")):
            done = self.occy("process", self.source, "registry://" + name.format(number), *self.trust, "--progress=none",
                             environment=environment)
            self.assert_moved(done)
        self.assertEqual(peer.tags("library/small"), ["0", "1", "2", "3"])

    # --- IPv6

    def test_ipv6(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError as error:
            self.skipTest(f"no IPv6 loopback ({error})")
        proxy = FaultProxy(self.addCleanup, self.registry().host, address="::1")
        self.there_and_back(proxy.host, "--insecure")
        secure = FaultProxy(self.addCleanup, proxy.upstream, self.authority.server(), address="::1")
        self.there_and_back(secure.host, *self.trust)

    # --- proxies

    def proxied(self, forward, kind, *arguments, host, **more):
        url = forward.url_with_password
        return self.there_and_back(host, *arguments, environment={kind: url, **more})

    def test_a_proxy_for_http(self):
        peer = self.registry()
        for user in (None, "me"):
            forward = ForwardProxy(self.addCleanup, user, PASSWORD, {"registry.example:80": peer.host, "registry.example": peer.host})
            self.proxied(forward, "HTTP_PROXY", "--insecure", host="registry.example")
            self.assertTrue(all("registry.example" in seen.target for seen in forward.seen))

    def test_a_proxy_for_https(self):
        peer = self.registry(certificate=self.authority.issue("named", hosts=("DNS:registry.example",)), auth=passwords(USERS))
        for user in (None, "me"):
            forward = ForwardProxy(self.addCleanup, user, PASSWORD, {"registry.example:443": peer.host})
            self.proxied(forward, "HTTPS_PROXY", *self.trust, host="registry.example", **LOGIN)
            self.assertEqual({seen.method for seen in forward.seen}, {"CONNECT"})
            self.assertEqual({seen.authorization for seen in forward.seen}, {""})

    def test_a_proxy_that_wants_a_password(self):
        peer = self.registry()
        forward = ForwardProxy(self.addCleanup, "me", PASSWORD, {"registry.example:80": peer.host, "registry.example": peer.host})
        done = self.push("registry.example", "--insecure", "--retries", "1", environment={"HTTP_PROXY": forward.url})
        self.assert_failed(done, "407|proxy")
        secure = self.push("registry.example", "--retries", "1", environment={"HTTPS_PROXY": forward.url})
        self.assert_failed(secure, "407|proxy")

    def test_a_proxy_that_is_not_there(self):
        done = self.push("registry.example", "--insecure", "--retries", "0", environment={"HTTP_PROXY": "http://me:" + PASSWORD + "@127.0.0.1:1"})
        self.assert_failed(done, r"127\.0\.0\.1:1")

    def test_no_proxy(self):
        peer = self.registry()
        for names in (peer.host, "127.0.0.1", "127.0.0.0/8", "other,127.0.0.1", "*"):
            environment = {"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": names}
            self.there_and_back(peer.host, "--insecure", environment=environment)

    def test_the_registry_does_not_see_the_proxy_s_password(self):
        proxy = self.proxy(self.registry())
        forward = ForwardProxy(self.addCleanup, "me", PASSWORD, {"registry.example:80": proxy.host, "registry.example": proxy.host})
        self.assert_moved(self.push("registry.example", "--insecure", environment={"HTTP_PROXY": forward.url_with_password}))
        expected = "Basic " + base64.b64encode(f"me:{PASSWORD}".encode()).decode()
        self.assertEqual({seen.proxy_authorization for seen in forward.seen} - {""}, {expected})
        self.assertTrue(proxy.seen)


if __name__ == "__main__":
    main()
