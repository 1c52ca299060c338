#!/usr/bin/env python3
"""Tokens: how many are asked for, when they are replaced, and what token servers and challenges may say.

usage: registry_tokens_test.py OCCY    (the path of the command)
"""
import re, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from auth_case import LOGIN, AuthCase  # noqa: E402
from command_case import main  # noqa: E402
from faults import ask_for_credentials, challenge, cut, late  # noqa: E402
from registry_case import PASSWORD  # noqa: E402
from registry_client import noise_layer  # noqa: E402
from small_image import write_small_image  # noqa: E402
from token_server import endless_body, html, huge_token, server_error, token_with_line_break  # noqa: E402


class TokensTest(AuthCase):
    def test_one_token_for_many_blobs(self):
        peer = self.with_tokens()
        write_small_image(self.image, [noise_layer(seed, 5000) for seed in range(12)])
        self.assert_moved(self.push(peer.host, *LOGIN, "-j", "4", password=PASSWORD))
        self.assertLessEqual(len(self.server.requests), 4)
        self.server.requests.clear()
        self.assert_moved(self.pull(peer.host, *LOGIN, "-j", "4", password=PASSWORD))
        self.assertLessEqual(len(self.server.requests), 2)

    def test_members_and_lifetimes(self):
        peer = self.with_tokens()
        for names in (("token",), ("access_token",), ("token", "access_token")):
            for expires_in in (None, 0, 1, 300, 10**12):
                self.server.names, self.server.expires_in = names, expires_in
                done = self.push(peer.host, *LOGIN, password=PASSWORD, name=f"n{len(self.server.requests)}")
                self.assert_moved(done)

    def test_a_token_that_runs_out(self):
        peer = self.with_tokens()
        for number in range(1, 12, 2):
            proxy = self.proxy(peer)
            proxy.on("GET|HEAD|POST|PATCH|PUT", f"/v2/run{number}/", ask_for_credentials(), nth={number})
            self.assert_moved(self.push(proxy.host, *LOGIN, password=PASSWORD, name=f"run{number}"))
            proxy.on("GET|HEAD", f"/v2/run{number}/", ask_for_credentials(), nth={number % 3 + 2})
            self.assert_moved(self.pull(proxy.host, *LOGIN, password=PASSWORD, name=f"run{number}"))

    def test_a_token_that_is_never_good(self):
        peer = self.with_tokens()
        self.server.lifetime = -120
        self.assert_failed(self.push(peer.host, *LOGIN, password=PASSWORD), "user")
        self.assertLessEqual(len(self.server.requests), 10)

    def test_a_token_that_runs_out_in_the_middle(self):
        peer = self.with_tokens()
        write_small_image(self.image, [noise_layer(1, 12_000_000)])
        places = [("POST", "/uploads/", {2}), ("PATCH", "/uploads/", {1, 2}), ("PUT", "/uploads/", {1}), ("PUT", "/manifests/", {1})]
        for number, (method, target, nth) in enumerate(places):
            proxy = self.proxy(peer)
            proxy.on(method, target, ask_for_credentials(), nth)
            self.assert_moved(self.push(proxy.host, *LOGIN, password=PASSWORD, name=f"up{number}"))
            self.assert_challenged(proxy)
        for target, first in (("/manifests/", 2), ("/blobs/", 1)):  # the very first request has no token yet
            proxy = self.proxy(peer)
            proxy.on("GET", target, cut(after=100), {first}).on("GET", target, ask_for_credentials(), {first + 1})
            self.assert_moved(self.pull(proxy.host, *LOGIN, password=PASSWORD, name="up0"))
            self.assert_challenged(proxy)

    def assert_challenged(self, proxy):
        """With a token that was good until then."""
        refused = [seen for seen in proxy.seen if seen.fault == "ask_for_credentials"]
        self.assertTrue(refused)
        for seen in refused:
            self.assertEqual(seen.authorization[:7], "Bearer ")
            self.assertIn(seen.status, (401, 0))  # or the registry hung up while the body still came

    def test_a_token_whose_time_is_up_in_the_middle(self):
        """The server says five minutes and means seconds; docker-registry grants a minute more."""
        peer = self.with_tokens()
        self.server.lifetime = 5 - 60
        write_small_image(self.image, [noise_layer(1, 12_000_000)])
        proxy = self.proxy(peer)
        proxy.on("PATCH", "/uploads/", late(6), {1})
        self.assert_moved(self.push(proxy.host, *LOGIN, password=PASSWORD))
        self.assertTrue([seen for seen in proxy.requests(target="/uploads/.+") if seen.status == 401 and seen.authorization])

    def test_bad_answers(self):
        peer = self.with_tokens()
        faults = {"html": html(200), "html and 403": html(403), "500": server_error, "endless": endless_body,
                  "a line break": token_with_line_break, "empty": lambda handler: handler.reply(200, {}),
                  "a number": lambda handler: handler.reply(200, {"token": 5}), "no object": lambda handler: handler.reply(200, []),
                  "a huge one": huge_token}
        for name, fault in faults.items():
            with self.subTest(name):
                self.server.faults = {None: fault}
                done = self.push(peer.host, *LOGIN, "--retries", "1", password=PASSWORD)
                self.assert_failed(done, re.escape(self.server.host) if name != "a huge one" else "", side="output")
                self.assertNotIn("Injected", done.stderr.replace("\\x0d\\x0aX-Injected", ""))
        self.server.faults = {}
        self.assertEqual(peer.tags("a/b"), [])

    def test_a_token_server_that_recovers(self):
        peer = self.with_tokens()
        self.server.faults = {1: server_error}
        self.assert_moved(self.push(peer.host, *LOGIN, password=PASSWORD))

    def test_challenges(self):
        """Of other forms than the registry's own: they mean the same, or nothing that is known."""
        peer = self.with_tokens()
        realm, service = self.server.realm, self.server.service
        scope = "repository:a/b:pull,push"
        good = [f'bearer realm="{realm}",service="{service}",scope="{scope}"',
                f'Bearer  scope="{scope}" , error="invalid_token",service="{service}", realm="{realm}"',
                f'Negotiate, Bearer realm="{realm}", service="{service}", scope="{scope}"',
                f'Basic realm="x, Bearer realm=\\"y\\"", Bearer realm="{realm}",service="{service}",scope="{scope}"']
        for text in good:
            with self.subTest(text):
                proxy = self.proxy(peer)
                proxy.on("GET|HEAD|POST|PUT|PATCH", "", self.unless_authorized(challenge(text)))
                self.assert_moved(self.push(proxy.host, *LOGIN, password=PASSWORD))
        for text in ("Negotiate", "", "Bearer", f"Bearer realm={realm}", 'Bearer realm=""', 'Bearer realm="file:///etc/passwd"', 'Bearer realm="', "\x80\xff"):
            with self.subTest(text):
                proxy = self.proxy(peer)
                proxy.on("GET|HEAD|POST|PUT|PATCH", "", self.unless_authorized(challenge(text)))
                self.assert_failed(self.push(proxy.host, *LOGIN, "--retries", "1", password=PASSWORD), side="output")

    def unless_authorized(self, fault):
        def run(exchange):
            return exchange.send(exchange.forward()) if exchange.seen.authorization.startswith("Bearer ") else fault(exchange)

        run.__name__ = fault.__name__
        return run


if __name__ == "__main__":
    main()
