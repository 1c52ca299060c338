#!/usr/bin/env python3
"""Who one is at a registry: where logins are from, who gets to see them, and what is said when they are not enough.

usage: registry_auth_test.py OCCY    (the path of the command)
"""
import base64, json, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from auth_case import BASIC, LOGIN, AuthCase  # noqa: E402
from command_case import main  # noqa: E402
from faults import at, challenge, change_location, redirect, say  # noqa: E402
from registry_case import PASSWORD  # noqa: E402


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

    def test_the_files_of_containers_in_their_places(self):
        for place in ("run/containers", ".config/containers"):
            def environment(peer, path=self.directory / place / "auth.json"):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps({"auths": {peer.host: {"auth": BASIC.split()[1]}}}))
                return {}

            self.there_and_back(environment=environment)
            (self.directory / place / "auth.json").unlink()

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
        self.assert_usage(self.push(self.with_passwords().host, *LOGIN, password=""), "password")


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
        done = self.run_with("tags", f"registry://{proxy.host}/a/b", *LOGIN, password=PASSWORD)
        self.assert_failed(done, "another server", side="input")
        self.assertTrue(proxy.requests("GET", "/tags/list"))
        self.assertEqual([seen for seen in store.seen if seen.authorization], [])


if __name__ == "__main__":
    main()
