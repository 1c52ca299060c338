#!/usr/bin/env python3
"""Downloads through a network that fails: each either completes and is proved, or ends with one clear line and leaves nothing.

usage: registry_download_test.py OCCY    (the path of the command)
"""
import signal, subprocess, sys, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import main  # noqa: E402
from faults import (COMPLETES, EITHER, FAILS, always, close_afterwards, close_at_once, cut, declare, endless,  # noqa: E402
                    flip, gzipped, ignore_range, large_header, late, many_headers, once, other_range, redirect,
                    redirect_to_itself, refuse, refuse_html, refuse_until, replace_body, say, stall)
from registry_case import Client, RegistryCase, as_name, digest_of, in_parallel  # noqa: E402
from registry_client import OCI, noise_layer  # noqa: E402

SIZE = 300_000
BLOB, MANIFEST = "/blobs/sha256:", "/manifests/"
SCHEMA1 = b'{"schemaVersion": 1, "name": "a", "tag": "1", "architecture": "amd64", "fsLayers": [], "history": [], "signatures": []}'
SCHEMA1_TYPE = "application/vnd.docker.distribution.manifest.v1+prettyjws"


def after_a_cut(fault):
    return [(cut(after=1000), {1}), (fault, range(2, 1000))]


# What happens to the answer to a GET of anything, what comes of it, and what the line says.
OF_ANY_ANSWER = {
    "cut": (once(cut(after=100)), COMPLETES, ""),
    "cut before its first byte": (once(cut(after=0)), COMPLETES, ""),
    "reset": (once(cut(after=100, reset=True)), COMPLETES, ""),
    "closed without an answer": (once(close_at_once()), COMPLETES, ""),
    "reset without an answer": (once(close_at_once(reset=True)), COMPLETES, ""),
    "closed after every answer": (always(close_afterwards()), COMPLETES, ""),
    "late": (once(late(2)), COMPLETES, ""),
    "500": (once(refuse(500, code="UNKNOWN")), COMPLETES, ""),
    "500 with HTML": (once(refuse_html(500)), COMPLETES, ""),
    "502, 503 and 504": ([(refuse_html(502), {1}), (refuse_html(503), {2}), (refuse_html(504), {3})], COMPLETES, ""),
    "500 with Retry-After": (once(refuse(500, code="UNKNOWN", Retry_After="1")), COMPLETES, ""),
    "503 with Retry-After": (once(refuse(503, Retry_After="1")), COMPLETES, ""),
    "429": (once(refuse(429, code="TOOMANYREQUESTS")), COMPLETES, ""),
    "429 in seconds": (once(refuse(429, code="TOOMANYREQUESTS", Retry_After="1")), COMPLETES, ""),
    "429 with a date": (once(refuse_until(2)), COMPLETES, ""),
    "429 with nonsense": (once(refuse(429, Retry_After="soon")), COMPLETES, ""),
    "500 for ever": (always(refuse(500, code="UNKNOWN")), FAILS, "500"),
    "429 for ever": (always(refuse(429, code="TOOMANYREQUESTS")), FAILS, "429|TOOMANYREQUESTS|too many requests"),
    "403": (always(refuse(403, code="DENIED")), FAILS, "message of DENIED"),
    "404": (always(refuse(404, code="NAME_UNKNOWN")), FAILS, "not found|no such|404|NAME_UNKNOWN"),
    "HTML": (always(refuse_html(200)), FAILS, ""),
    "no body": (always(refuse(200)), FAILS, ""),
    "an endless body": (always(endless()), FAILS, ""),
    "a Content-Length that is too small": (always(declare(-5)), EITHER, ""),
    "a Content-Length that is too large": (once(declare(+5)), EITHER, ""),
    "a Content-Length that is no number": (always(say(Content_Length="12x")), FAILS, ""),
    "a Content-Length without end": (always(say(Content_Length=str(2**70))), FAILS, ""),
    "two Content-Lengths": (always(say(Content_Length="5\r\nContent-Length: 6")), FAILS, ""),
    "a header of a megabyte": (always(large_header()), EITHER, ""),
    "10,000 headers": (always(many_headers()), EITHER, ""),
    "one bit flipped": (always(flip(50)), FAILS, "sha256:"),
    "gzip that nobody asked for": (always(gzipped()), FAILS, ""),
    "a redirect to itself": (always(redirect_to_itself()), FAILS, "redirect"),
    "a redirect to nowhere": (always(redirect("http://127.0.0.1:1")), FAILS, "127.0.0.1:1"),
    "a redirect without a place": (always(refuse(307)), FAILS, ""),
    "a redirect to another scheme": (always(redirect("file:///etc/passwd?")), FAILS, ""),
}
OF_BLOBS = {
    "a range that is ignored": (after_a_cut(ignore_range()), COMPLETES, ""),
    "another range": (after_a_cut(other_range(-10)), EITHER, ""),
    "a range that is refused": (after_a_cut(refuse(416)), EITHER, ""),
    "HTML after a cut": (after_a_cut(refuse_html(200)), FAILS, ""),
    "more bytes": (always(replace_body(lambda body: body + b"more")), FAILS, ""),
    "fewer bytes": (always(replace_body(lambda body: body[:-4])), FAILS, ""),
    "the last bit flipped": (always(flip(-1)), FAILS, "sha256:"),
}
OF_MANIFESTS = {
    "another digest in the header": (always(say(Docker_Content_Digest="sha256:" + 64 * "0")), FAILS, "sha256:0000"),
    "a digest that is none": (always(say(Docker_Content_Digest="sha256:../../etc/passwd")), EITHER, ""),
    "no digest in the header": (always(say(Docker_Content_Digest=None)), COMPLETES, ""),
    "the type of a page": (always(say(Content_Type="text/html")), EITHER, ""),
    "no type": (always(say(Content_Type=None)), EITHER, ""),
    "schema 1": (always(replace_body(SCHEMA1, content_type=SCHEMA1_TYPE)), FAILS, "schema"),
    "schema 1 under another type": (always(replace_body(SCHEMA1)), FAILS, ""),
    "an unknown type": (always(replace_body(b'{"schemaVersion": 2, "mediaType": "x/y"}', content_type="x/y")), FAILS, ""),
    "10,000 levels": (always(replace_body(b"[" * 10_000)), FAILS, ""),
    "a list": (always(replace_body(b"[]")), FAILS, ""),
    "five megabytes": (always(replace_body(b'{"schemaVersion": 2' + b" " * (5 << 20) + b"}")), FAILS, ""),
}


class RegistryDownloadTest(RegistryCase):
    def setUp(self):
        super().setUp()
        self.peer = self.registry()
        self.client = Client(self.peer.host)
        self.pushed = self.client.push_image("a", "1", [noise_layer(1, SIZE)], OCI)
        self.blob = digest_of(self.pushed.layers[0])

    def judge(self, name, future, outcome, words):
        with self.subTest(name):
            done, place = future.result()
            if outcome == COMPLETES or (outcome == EITHER and done.returncode == 0):
                self.assert_moved(done)
                self.assertEqual(self.info(f"tar://{place}/out.tar")["id"], self.pushed.image_id)
            else:
                self.assert_failed(done, *filter(None, [words]), side="input")
                self.assertEqual(self.left_behind(place), [])

    def download(self, name, target, rules, outcome):
        proxy = self.proxy(self.peer)
        for fault, nth in rules:
            proxy.on("GET", target, fault, nth)
        place = self.directory / as_name(name)
        place.mkdir()
        retries = () if outcome == COMPLETES else ("--retries", "1")
        done = self.process(f"registry://{proxy.host}/a:1", f"tar://{place}/out.tar", "--verify=full", *retries)
        self.assertTrue([seen for seen in proxy.seen if seen.fault], f"the fault was never met: {done.stderr}")
        return done, place

    def download_all(self, target, cases):
        def job(name, rules, outcome):
            return lambda: self.download(name, target, rules, outcome)

        futures = in_parallel([job(name, rules, outcome) for name, (rules, outcome, _) in cases.items()])
        for (name, (_, outcome, words)), future in zip(cases.items(), futures):
            self.judge(name, future, outcome, words)

    def test_faults_of_a_layer(self):
        self.download_all(BLOB.replace("sha256:", self.blob), {**OF_ANY_ANSWER, **OF_BLOBS})

    def test_faults_of_a_config(self):
        self.download_all(BLOB.replace("sha256:", self.pushed.image_id), OF_ANY_ANSWER)

    def test_faults_of_a_manifest(self):
        self.download_all(MANIFEST, {**OF_ANY_ANSWER, **OF_MANIFESTS})

    def test_what_is_elsewhere_is_fetched_there(self):
        for number, target in enumerate((self.blob, self.pushed.image_id, MANIFEST)):
            for status, name in ((302, "127.0.0.1"), (307, "localhost")):
                proxy, store = self.proxy(self.peer), self.proxy(self.peer)
                proxy.on("GET", target, redirect(store.url.replace("127.0.0.1", name), status=status))
                store.on("GET", target, cut(after=100), {1})
                self.move(f"registry://{proxy.host}/a:1", f"tar://{self.directory}/{number}-{status}.tar")
                self.assertGreaterEqual(len(store.requests("GET", target)), 2)

    def test_a_manifest_that_is_not_the_one_asked_for(self):
        other = self.client.push_image("a", "2", [noise_layer(2, 1000)])
        proxy = self.proxy(self.peer)
        proxy.on("GET", MANIFEST, replace_body(other.manifest))
        done = self.process(f"registry://{proxy.host}/a@{self.pushed.digest}", self.target)
        self.assert_failed(done, self.pushed.digest, other.digest, side="input")

    def test_the_line_names_the_blob(self):
        plain = {**OCI, "layer": "application/vnd.oci.image.layer.v1.tar"}
        pushed = self.client.push_image("plain", "1", [noise_layer(2, 5000)], plain, pack=lambda layer: layer)
        for name, blob, words in (("a", self.blob, ""), ("plain", digest_of(pushed.layers[0]), ".*: expected .*, found ")):
            proxy = self.proxy(self.peer)
            proxy.on("GET", blob, flip(1000))
            done = self.process(f"registry://{proxy.host}/{name}:1", self.target)
            self.assert_failed(done, blob + words, side="input")

    # --- going on

    def test_a_date_to_wait_for(self):
        started = time.monotonic()
        done, _ = self.download("a date", MANIFEST, once(refuse_until(4)), COMPLETES)
        self.assert_moved(done)
        self.assertGreater(time.monotonic() - started, 2.5)

    def test_ten_cuts_and_no_byte_twice(self):
        pushed = self.client.push_image("long", "1", [noise_layer(3, 5_500_000)])
        for reset, most in ((False, 1.2), (True, 2)):  # what is on its way at a reset is lost
            proxy = self.proxy(self.peer)
            proxy.on("GET", digest_of(pushed.layers[0]), cut(after=500_000, reset=reset), range(1, 11))
            done = self.move(f"registry://{proxy.host}/long:1", f"tar://{self.directory}/long-{reset}.tar")
            self.assertRegex(done.stderr, "10 retries")
            served = sum(seen.served for seen in proxy.requests("GET", digest_of(pushed.layers[0])))
            self.assertLessEqual(served, most * len(pushed.layers[0]))
            self.assertEqual(len([seen for seen in proxy.seen if seen.fault]), 10)

    def test_layers_are_fetched_at_once(self):
        pushed = self.client.push_image("wide", "1", [noise_layer(seed, 20_000) for seed in range(4)])
        proxy = self.proxy(self.peer)
        for stored in pushed.layers:
            proxy.on("GET", digest_of(stored), late(1.5))
        started = time.monotonic()
        self.assert_moved(self.process(f"registry://{proxy.host}/wide:1", f"layout://{self.directory}/wide:1", "-j", "4"))
        self.assertLess(time.monotonic() - started, 4.5)

    def test_info_costs_no_layer(self):
        proxy = self.proxy(self.peer)
        self.info(f"registry://{proxy.host}/a:1")
        self.assertEqual(proxy.requests("GET", self.blob), [])
        self.assertLessEqual(len(proxy.seen), 4)

    def test_a_killed_download_goes_on(self):
        cache, proxy = self.directory / "blobs", self.proxy(self.peer)
        pushed = self.client.push_image("long", "1", [noise_layer(4, 2_000_000)])
        proxy.on("GET", digest_of(pushed.layers[0]), stall(after=1_500_000), {1})
        command = [self.occy_path, "process", f"registry://{proxy.host}/long:1", self.target, "--insecure", "--blob-cache", cache]
        running = subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        self.await_bytes(cache, 1_000_000)
        running.send_signal(signal.SIGKILL)
        running.wait()
        self.assertFalse(self.target_path.exists())
        proxy.forget()
        self.move(f"registry://{proxy.host}/long:1", self.target, "--blob-cache", str(cache))
        self.assertLess(sum(seen.served for seen in proxy.requests("GET", "/blobs/")), 1_300_000)
        proxy.forget()
        self.move(f"registry://{proxy.host}/long:1", self.target, "--blob-cache", str(cache))
        self.assertEqual(proxy.requests("GET", digest_of(pushed.layers[0])), [])

    def await_bytes(self, directory, size):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) >= size:
                return
            time.sleep(0.05)
        self.fail(f"no {size} bytes in the cache within 20 s")

    def test_a_spoiled_cache_is_not_believed(self):
        cache = self.directory / "blobs"
        source = f"registry://{self.peer.host}/a:1"
        self.move(source, self.target, "--blob-cache", str(cache))
        for path in [path for path in cache.rglob("*") if path.is_file() and path.stat().st_size > 1000]:
            data = path.read_bytes()
            path.write_bytes(data[:500] + bytes([data[500] ^ 1]) + data[501:])
        self.move(source, self.target, "--blob-cache", str(cache))

    def test_interrupted_it_leaves_nothing(self):
        proxy = self.proxy(self.peer)
        place = self.directory / "place"
        place.mkdir()
        proxy.on("GET", self.blob, stall(after=1000))
        command = [self.occy_path, "process", f"registry://{proxy.host}/a:1", f"tar://{place}/out.tar", "--insecure"]
        running = subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(running.kill)
        deadline = time.monotonic() + 20
        while not proxy.requests("GET", self.blob) and time.monotonic() < deadline:
            time.sleep(0.02)
        started = time.monotonic()
        running.terminate()
        self.assertEqual(running.wait(10), -signal.SIGTERM)
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(self.left_behind(place), [])


if __name__ == "__main__":
    main()
