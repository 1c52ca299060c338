#!/usr/bin/env python3
"""Who one is at a registry: where logins are from, who gets to see them, and what is said when they are not enough.

usage: registry_auth_test.py OCCY    (the path of the command)
"""
import base64, json, re, subprocess, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import main  # noqa: E402
from faults import ask_for_credentials, at, challenge, change_location, redirect, say  # noqa: E402
from registry_case import PASSWORD, RegistryCase  # noqa: E402
from registry_client import noise_layer  # noqa: E402
from registry_peer import passwords, tokens  # noqa: E402
from small_image import write_small_image  # noqa: E402
from token_server import (TokenServer, endless_body, html, huge_token, server_error, token_with_line_break)  # noqa: E402

USERS = {"user": PASSWORD}
LOGIN = ("--username", "user", "--password-stdin")
BASIC = "Basic " + base64.b64encode(f"user:{PASSWORD}".encode()).decode()
HELPER = """#!/bin/sh
echo "$@" >>"$HOME/helper.log"
read -r server
echo "$server" >>"$HOME/helper.log"
[ "$1" = get ] || exit 1
case $server in
  *NAMED*) echo '{"ServerURL": "'"$server"'", "Username": "user", "Secret": "PASSWORD"}' ;;
  *) echo 'credentials not found in native keychain'; exit 1 ;;
esac
"""


class AuthCase(RegistryCase):
    def run_with(self, *arguments, password=None, environment={}):
        """The password on standard input, as `--password-stdin` wants it."""
        return subprocess.run([self.occy_path, *arguments, "--insecure"], env={**self.environment, **environment},
                              input=None if password is None else password + "\n", capture_output=True, text=True, timeout=60,
                              **({"stdin": subprocess.DEVNULL} if password is None else {}))

    def push(self, host, *arguments, name="a/b", **settings):
        return self.run_with("process", self.source, f"registry://{host}/{name}:1", "--progress=none", *arguments, **settings)

    def pull(self, host, *arguments, name="a/b", **settings):
        self.target_path.unlink(missing_ok=True)
        return self.run_with("process", f"registry://{host}/{name}:1", self.target, "--progress=none", *arguments, **settings)

    def with_passwords(self):
        return self.registry(auth=passwords(USERS))

    def with_tokens(self, **settings):
        self.server = TokenServer(self.addCleanup, USERS, **settings)
        return self.registry(auth=tokens(self.server))

    def write_config(self, **document):
        directory = self.directory / "docker"
        directory.mkdir(exist_ok=True)
        (directory / "config.json").write_text(json.dumps(document))
        return {"DOCKER_CONFIG": str(directory)}

    def install_helper(self, named):
        place = self.directory / "bin"
        place.mkdir()
        helper = place / "docker-credential-test"
        helper.write_text(HELPER.replace("NAMED", named).replace("PASSWORD", PASSWORD))
        helper.chmod(0o755)
        return {"PATH": f"{place}:{self.environment['PATH']}"}


class WhereLoginsAreFrom(AuthCase):
    def there_and_back(self, *arguments, at_host="{}", **settings):
        """With passwords and with tokens."""
        for peer in (self.with_passwords(), self.with_tokens()):
            given = {name: value(peer) if callable(value) else value for name, value in settings.items()}
            host = at_host.format(peer.host)
            self.assert_moved(self.push(host, *arguments, **given))
            self.assert_moved(self.pull(host, *arguments, **given))
            self.assertEqual(self.info(self.target)["id"], self.info(self.source)["id"])

    def test_the_options(self):
        self.there_and_back(*LOGIN, password=PASSWORD)

    def test_the_environment(self):
        self.there_and_back(environment={"OCCY_USERNAME": "user", "OCCY_PASSWORD": PASSWORD})

    def test_the_uri(self):
        self.there_and_back(at_host=f"user:{PASSWORD}@{{}}")

    def test_docker_s_file(self):
        auth = BASIC.split()[1]
        self.there_and_back(environment=lambda peer: self.write_config(auths={peer.host: {"auth": auth}}))

    def test_docker_s_file_with_a_url(self):
        auth = BASIC.split()[1]
        self.there_and_back(environment=lambda peer: self.write_config(auths={f"http://{peer.host}/v2/": {"auth": auth}}))

    def test_docker_s_file_in_the_home(self):
        def environment(peer):
            (self.directory / ".docker").mkdir(exist_ok=True)
            text = json.dumps({"auths": {peer.host: {"auth": BASIC.split()[1]}}})
            (self.directory / ".docker/config.json").write_text(text)
            return {}

        self.there_and_back(environment=environment)

    def test_the_file_of_containers(self):
        def environment(peer):
            path = self.directory / "auth.json"
            path.write_text(json.dumps({"auths": {f"{peer.host}/a": {"auth": BASIC.split()[1]}}}))
            return {"REGISTRY_AUTH_FILE": str(path)}

        self.there_and_back(environment=environment)

    def test_a_helper_of_one_registry(self):
        for peer in (self.with_passwords(), self.with_tokens()):
            environment = {**self.install_helper(peer.host), **self.write_config(credHelpers={peer.host: "test"})}
            self.assert_moved(self.push(peer.host, environment=environment))
            self.assert_moved(self.pull(peer.host, environment=environment))
            self.assertIn(peer.host, (self.directory / "helper.log").read_text())
            (self.directory / "bin/docker-credential-test").unlink()
            (self.directory / "bin").rmdir()

    def test_a_store_of_all(self):
        peer = self.with_passwords()
        environment = {**self.install_helper(peer.host), **self.write_config(credsStore="test")}
        self.assert_moved(self.push(peer.host, environment=environment))

    def test_a_helper_that_is_not_there(self):
        peer = self.with_passwords()
        done = self.push(peer.host, environment=self.write_config(credHelpers={peer.host: "absent"}))
        self.assert_failed(done, "docker-credential-absent")

    def test_a_file_that_is_none(self):
        peer, environment = self.with_passwords(), self.write_config()
        (self.directory / "docker/config.json").write_text('{"auths": ')
        self.assert_failed(self.push(peer.host, environment=environment), r"config\.json")

    def test_an_identity_token(self):
        peer = self.with_tokens()
        self.server.refresh_tokens["identity-" + PASSWORD] = "user"
        auth = base64.b64encode(b"00000000-0000-0000-0000-000000000000:").decode()
        environment = self.write_config(auths={peer.host: {"auth": auth, "identitytoken": "identity-" + PASSWORD}})
        self.assert_moved(self.push(peer.host, environment=environment))
        self.assertEqual({(seen.method, seen.parameters["grant_type"][0]) for seen in self.server.requests if seen.user},
                         {("POST", "refresh_token")})

    def test_nobody_is_asked_for_what_all_may_read(self):
        peer = self.with_tokens()
        self.assert_moved(self.push(peer.host, *LOGIN, password=PASSWORD))
        self.server.anonymous_actions = {"pull"}
        self.server.requests.clear()
        self.assert_moved(self.pull(peer.host))
        self.assertEqual({(seen.authorization, seen.user) for seen in self.server.requests}, {("", "")})
        self.assert_failed(self.push(peer.host, name="other"), "anonymous")


class WhatIsSaid(AuthCase):
    def test_a_wrong_password(self):
        for peer in (self.with_passwords(), self.with_tokens()):
            done = self.push(peer.host, *LOGIN, password="wr0ng-w0rd")
            self.assert_failed(done, "user", side="output")
            self.assertNotIn("wr0ng", done.stderr)
            self.assertEqual(peer.tags("a/b"), [])
            done = self.pull(peer.host, *LOGIN, password="wr0ng-w0rd")
            self.assert_failed(done, "user", side="input")

    def test_the_origin_of_a_login(self):
        auth = base64.b64encode(b"somebody:wr0ng-w0rd").decode()
        for peer in (self.with_passwords(), self.with_tokens()):
            done = self.pull(peer.host, environment=self.write_config(auths={peer.host: {"auth": auth}}))
            self.assert_failed(done, "somebody", r"docker/config\.json")
            self.assertNotRegex(done.stderr, "wr0ng|" + auth)

    def test_no_login(self):
        for peer in (self.with_passwords(), self.with_tokens()):
            self.assert_failed(self.pull(peer.host), "anonymous")
            self.assert_failed(self.push(peer.host), "anonymous")

    def test_not_in_verbose_messages_either(self):
        peer = self.with_tokens()
        done = self.push(peer.host, "-v", *LOGIN, password=PASSWORD)
        self.assert_moved(done)
        for token in self.server.issued:
            self.assertNotIn(token, done.stderr + done.stdout)

    def test_an_empty_password_is_said(self):
        done = self.push(self.with_passwords().host, *LOGIN, password="")
        self.assertIn(done.returncode, (1, 2))


class WhoSeesLogins(AuthCase):
    """Asserted by what the other host was sent."""

    def scene(self, auth):
        peer = self.with_passwords() if auth == "passwords" else self.with_tokens()
        self.assert_moved(self.push(peer.host, *LOGIN, password=PASSWORD))
        store = self.proxy(peer, more_headers={"Authorization": self.authorization(peer)})
        return self.proxy(peer), store

    def authorization(self, peer):
        """What a store behind signed URLs needs not be told."""
        if not hasattr(self, "server"):
            return BASIC
        return "Bearer " + self.server.sign("user", self.server.access("user", ["repository:a/b:pull,push", "repository:new:pull,push"]))

    def assert_nothing_given(self, store):
        self.assertTrue(store.seen)
        for seen in store.seen:
            self.assertEqual((seen.authorization, seen.headers.get("cookie", "")), ("", ""), seen.target)

    def test_not_the_host_of_a_redirect(self):
        for auth in ("passwords", "tokens"):
            proxy, store = self.scene(auth)
            proxy.on("GET", "/blobs/", redirect(store.url))
            self.assert_moved(self.pull(proxy.host, *LOGIN, password=PASSWORD))
            self.assert_nothing_given(store)
            self.assertTrue(any(seen.authorization for seen in proxy.requests("GET", "/blobs/")))

    def test_not_one_that_asks_for_it(self):
        proxy, store = self.scene("passwords")
        proxy.on("GET", "/blobs/", redirect(store.url))
        store.on("GET", "/blobs/", challenge('Basic realm="give it to me"'))
        self.assert_failed(self.pull(proxy.host, *LOGIN, "--retries", "1", password=PASSWORD), side="input")
        self.assert_nothing_given(store)

    def test_not_another_name_of_the_same_host(self):
        proxy, store = self.scene("passwords")
        proxy.on("GET", "/blobs/", redirect(store.url.replace("127.0.0.1", "localhost")))
        self.assert_moved(self.pull(proxy.host, *LOGIN, password=PASSWORD))
        self.assert_nothing_given(store)

    def test_not_the_host_of_an_upload(self):
        for auth in ("passwords", "tokens"):
            proxy, store = self.scene(auth)
            proxy.on("POST", "/uploads/", change_location(at(store.url)))
            self.assert_moved(self.push(proxy.host, *LOGIN, password=PASSWORD, name="new"))
            self.assert_nothing_given(store)

    def test_not_the_other_registry(self):
        proxies = [self.proxy(self.with_passwords()), self.proxy(self.with_passwords())]
        auth = {proxies[0].host: {"auth": BASIC.split()[1]}}
        self.assert_moved(self.push(proxies[0].host, environment=self.write_config(auths=auth)))
        done = self.run_with("process", f"registry://{proxies[0].host}/a/b:1", f"registry://{proxies[1].host}/c:1",
                             environment=self.write_config(auths=auth))
        self.assert_failed(done, "anonymous", side="output")
        self.assert_nothing_given(proxies[1])

    def test_a_login_in_one_uri_is_for_that_one(self):
        proxies = [self.proxy(self.with_passwords()), self.proxy(self.registry())]
        self.assert_moved(self.push(proxies[0].host, *LOGIN, password=PASSWORD))
        done = self.run_with("process", f"registry://user:{PASSWORD}@{proxies[0].host}/a/b:1", f"registry://{proxies[1].host}/c:1")
        self.assert_moved(done)
        self.assert_nothing_given(proxies[1])

    def test_pages_of_tags_of_another_host(self):
        proxy, store = self.scene("passwords")
        link = f'<{store.url}/v2/a/b/tags/list?last=1&n=1>; rel="next"'
        proxy.on("GET", "/tags/list", say(Link=link))
        self.run_with("tags", f"registry://{proxy.host}/a/b", *LOGIN, password=PASSWORD)
        self.assertTrue(proxy.requests("GET", "/tags/list"))
        self.assertEqual([seen for seen in store.seen if seen.authorization], [])


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
