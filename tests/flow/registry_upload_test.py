#!/usr/bin/env python3
"""Uploads through a network that fails: each either completes and is proved, or ends with one clear line and no tag.

usage: registry_upload_test.py OCCY    (the path of the command)
"""
import sys, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import main  # noqa: E402
from faults import (COMPLETES, EITHER, FAILS, always, at, change_location, change_request, close_afterwards,  # noqa: E402
                    close_at_once, cut_request, cut_resumable_request, declare, digest_invalid, endless, keep_part,
                    large_header, late, many_headers, not_mounted, once, pretend_there, redirect, redirect_to_itself,
                    refuse, refuse_early, refuse_html, relative, say, with_a_bit_flipped)
from registry_case import Client, RegistryCase, as_name, digest_of, in_parallel  # noqa: E402
from registry_client import noise_layer  # noqa: E402
from small_image import write_small_image  # noqa: E402

FOUND = "the verification finds it"
LAYERS = [noise_layer(1, 200_000), noise_layer(2, 30_000)]
LONG = 6_000_000  # goes up in parts


# Of any request that changes something: method and target come from the test.
OF_ANY_REQUEST = {
    "500": (once(refuse(500, code="UNKNOWN")), COMPLETES, ""),
    "500 with Retry-After": (once(refuse(500, code="UNKNOWN", Retry_After="1")), COMPLETES, ""),
    "503 with Retry-After": (once(refuse(503, Retry_After="1")), COMPLETES, ""),
    "503 with HTML": (once(refuse_html(503)), COMPLETES, ""),
    "429 in seconds": (once(refuse(429, code="TOOMANYREQUESTS", Retry_After="1")), COMPLETES, ""),
    "429": (once(refuse(429, code="TOOMANYREQUESTS")), COMPLETES, ""),
    "late": (once(late(2)), COMPLETES, ""),
    "closed after every answer": (always(close_afterwards()), COMPLETES, ""),
    "closed without an answer": (once(close_at_once()), COMPLETES, ""),
    "reset without an answer": (once(close_at_once(reset=True)), COMPLETES, ""),
    "an answer that is lost": (once(cut_request(after=1 << 30)), COMPLETES, ""),
    "a Content-Length that is too large": (once(declare(+5)), COMPLETES, ""),
    "a Content-Length that is no number": (always(say(Content_Length="12x")), FAILS, ""),
    "500 for ever": (always(refuse(500, code="UNKNOWN")), FAILS, "500"),
    "429 for ever": (always(refuse(429, code="TOOMANYREQUESTS")), FAILS, "429|TOOMANYREQUESTS|too many requests"),
    "403": (always(refuse(403, code="DENIED")), FAILS, "message of DENIED"),
    "413 with HTML": (always(refuse_html(413)), FAILS, "413"),
    "405": (always(refuse(405, code="UNSUPPORTED")), FAILS, "405|message of UNSUPPORTED"),
    "HTML": (always(refuse_html(200)), FAILS, ""),
    "a redirect to itself": (always(redirect_to_itself()), FAILS, ""),
    "a redirect to nowhere": (always(redirect("http://127.0.0.1:1")), FAILS, ""),
    "a header of a megabyte": (always(large_header()), EITHER, ""),
    "10,000 headers": (always(many_headers()), EITHER, ""),
}
OF_THE_START = {
    "a relative Location": (always(change_location(relative)), COMPLETES, ""),
    "no Location": (always(say(Location=None)), FAILS, "Location"),
    "a Location that is none": (always(say(Location="http://[::1/x y")), FAILS, "Location|URL|http://"),
    "a Location of another scheme": (always(say(Location="ftp://127.0.0.1/x")), FAILS, ""),
    "an empty Location": (always(say(Location="")), FAILS, ""),
}
OF_A_PART = {
    "a relative Location": (always(change_location(relative)), COMPLETES, ""),
    "another Range": (always(say(Range="0-9")), EITHER, ""),
    "a Range that is none": (always(say(Range="bytes")), EITHER, ""),
    "no Range": (always(say(Range=None)), COMPLETES, ""),
    "a part that is not kept": (once(keep_part(5000)), COMPLETES, ""),
    "a break before a registry that goes on": (once(cut_resumable_request(after=50_000)), COMPLETES, ""),
    "a reset before a registry that goes on": (once(cut_resumable_request(after=50_000, reset=True)), COMPLETES, ""),
    "a break before one that does not": (once(cut_request(after=50_000)), COMPLETES, ""),
    "an answer that is lost before a registry that goes on": (once(cut_resumable_request(after=LONG)), COMPLETES, ""),
    "one bit flipped": (once(change_request(with_a_bit_flipped)), FAILS, "provided digest did not match"),
    "503 in between": (once(refuse_early(503, after=50_000)), COMPLETES, ""),
    "429 in between": (once(refuse_early(429, after=50_000, Retry_After="1")), COMPLETES, ""),
    "503 in between, for ever": (always(refuse_early(503, after=50_000)), FAILS, "503"),
    "413 in between": (always(refuse_early(413, after=50_000)), FAILS, "413"),
}
OF_THE_END = {
    "a digest that is not the content's": (always(digest_invalid()), FAILS, "provided digest did not match"),
    "one bit flipped": (once(change_request(with_a_bit_flipped)), FAILS, "provided digest did not match"),
}
OF_A_MANIFEST = {
    "400": (always(refuse(400, code="MANIFEST_INVALID")), FAILS, "message of MANIFEST_INVALID"),
    "a blob that is unknown": (always(refuse(400, code="MANIFEST_BLOB_UNKNOWN")), FAILS, "message of MANIFEST_BLOB_UNKNOWN"),
    "an endless refusal": (always(endless()), EITHER, ""),
    "one bit flipped": (always(change_request(with_a_bit_flipped)), FAILS, "MANIFEST_INVALID|invalid"),
    "other bytes of the same meaning": (always(change_request(lambda body: body + b"\n")), FAILS, "stored another manifest"),
}


class RegistryUploadTest(RegistryCase):
    def setUp(self):
        super().setUp()
        self.peer = self.registry()
        self.client = Client(self.peer.host)
        self.send(LAYERS)

    def send(self, layers):
        write_small_image(self.image, layers)
        self.image_id = self.info(self.source)["id"]

    def judge(self, name, future, outcome, words):
        with self.subTest(name):
            done, repository, published = future.result()
            if outcome == COMPLETES or (outcome == EITHER and done.returncode == 0):
                self.assert_moved(done)
                self.assertEqual(self.client.manifest(repository, "1").json()["config"]["digest"], self.image_id)
                return
            if outcome == FOUND:
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, r"Summary: .*, \d+ verify errors?\nerror: verify\.")
            else:
                self.assert_failed(done, *filter(None, [words]), side="output")
            if not published:
                self.assertEqual(self.peer.tags(repository), [])

    def upload(self, name, method, target, rules, outcome):
        proxy, repository = self.proxy(self.peer), as_name(f"{method}-{target}-{name}")
        for fault, nth in rules:
            proxy.on(method, target, fault, nth)
        retries = () if outcome == COMPLETES else ("--retries", "1")
        done = self.process(self.source, f"registry://{proxy.host}/{repository}:1", *retries)
        self.assertTrue([seen for seen in proxy.seen if seen.fault], f"the fault was never met: {done.stderr}")
        return done, repository, any(seen.status == 201 for seen in proxy.requests("PUT", "/manifests/"))

    def upload_all(self, method, target, cases):
        def job(name, rules, outcome):
            return lambda: self.upload(name, method, target, rules, outcome)

        futures = in_parallel([job(name, rules, outcome) for name, (rules, outcome, _) in cases.items()])
        for (name, (_, outcome, words)), future in zip(cases.items(), futures):
            self.judge(name, future, outcome, words)

    def test_faults_of_the_start_of_an_upload(self):
        self.upload_all("POST", "/uploads/", {**OF_ANY_REQUEST, **OF_THE_START})

    def test_faults_of_a_part_of_an_upload(self):
        self.send([noise_layer(3, LONG)])
        self.upload_all("PATCH", "/uploads/", {**OF_ANY_REQUEST, **OF_A_PART})

    def test_a_break_in_the_middle_of_an_upload(self):
        """docker-registry gives such an upload up: the layer is read and sent again."""
        self.send([noise_layer(3, 2 * LONG)])
        self.upload_all("PATCH", "/uploads/", {f"after {size}": (once(cut_request(after=size)), COMPLETES, "")
                                               for size in (0, 1, 5_242_879, 5_242_880, LONG, 2 * LONG)})

    def test_a_refusal_ends_the_sending(self):
        write_small_image(self.image, [noise_layer(3, 40_000_000)])
        proxy = self.proxy(self.peer)
        proxy.on("PATCH", "/uploads/", refuse_early(413, after=1000))
        started = time.monotonic()
        self.assert_failed(self.process(self.source, f"registry://{proxy.host}/a:1"), "413", side="output")
        self.assertLess(time.monotonic() - started, 20)
        self.assertEqual([seen.body for seen in proxy.requests("PATCH")], [1000])
        self.assertTrue(proxy.requests("DELETE", "/uploads/"))

    def test_faults_of_the_end_of_an_upload(self):
        self.upload_all("PUT", "/uploads/", {**OF_ANY_REQUEST, **OF_THE_END})

    def test_faults_of_a_manifest(self):
        self.upload_all("PUT", "/manifests/", {**OF_ANY_REQUEST, **OF_A_MANIFEST, "HTML": (always(refuse_html(200)), FOUND, "")})

    def test_faults_of_the_question_whether_a_blob_is_there(self):
        passing = {name: case for name, case in OF_ANY_REQUEST.items() if case[1] == COMPLETES}
        self.upload_all("HEAD", "/blobs/", {**passing, "500 for ever": (always(refuse(500)), EITHER, ""),
                                            "403": (always(refuse(403)), EITHER, "")})

    def test_a_blob_that_is_there_and_then_is_not(self):
        pushed, other = self.client.push_image("from", "1", LAYERS), self.registry()
        proxy = self.proxy(other)
        sizes = {digest_of(blob): len(blob) for blob in (pushed.config, *pushed.layers)}
        proxy.on("HEAD", "/blobs/", pretend_there(sizes))
        done = self.process(f"registry://{self.peer.host}/from:1", f"registry://{proxy.host}/a:1")
        self.assert_failed(done, "blob", side="output")
        self.assertEqual(other.tags("a"), [])

    def test_a_mount_that_is_an_upload(self):
        proxy = self.proxy(self.peer)
        pushed = self.client.push_image("from", "1", LAYERS)
        proxy.on("POST", "mount=", not_mounted())
        self.move(f"registry://{proxy.host}/from:1", f"registry://{proxy.host}/to:1")
        self.assertTrue(proxy.requests("POST", "mount="))
        self.assertEqual(self.client.digest("to", "1"), pushed.digest)

    def test_an_upload_to_another_host(self):
        self.send([noise_layer(3, LONG)])
        for method, repository in (("POST", "a"), ("PATCH", "b")):
            proxy, store = self.proxy(self.peer), self.proxy(self.peer)
            proxy.on(method, "/uploads/", change_location(at(store.url)))
            self.move(self.source, f"registry://{proxy.host}/{repository}:1")
            self.assertTrue(store.requests("PATCH|PUT"))

    def test_what_changes_something_is_not_sent_after_a_redirect(self):
        """Only the Location of an upload that has begun leads elsewhere."""
        self.send([noise_layer(3, LONG)])
        for number, (method, target) in enumerate((("POST", "/uploads/"), ("PATCH", "/uploads/"), ("PUT", "/uploads/"), ("PUT", "/manifests/"))):
            with self.subTest(method + target):
                proxy, store = self.proxy(self.peer), self.proxy(self.peer)
                proxy.on(method, target, redirect(store.url))
                done = self.process(self.source, f"registry://{proxy.host}/led{number}:1", "--retries", "1")
                self.assert_failed(done, "unexpected answer|307", side="output")
                self.assertEqual((store.seen, self.peer.tags(f"led{number}")), ([], []))

    def test_a_part_is_sent_about_once(self):
        write_small_image(self.image, [noise_layer(3, 12_000_000)])
        proxy = self.proxy(self.peer)
        proxy.on("PATCH", "/uploads/", cut_resumable_request(after=3_000_000), {1, 2})
        started = time.monotonic()
        self.move(self.source, f"registry://{proxy.host}/a:1")
        self.assertLess(time.monotonic() - started, 30)
        parts = proxy.requests("PATCH|PUT", "/uploads/")
        self.assertEqual(len([seen for seen in parts if seen.fault]), 2)
        self.assertLess(sum(seen.body for seen in parts), 1.2 * 12_100_000)

    def test_the_manifest_comes_last(self):
        proxy = self.proxy(self.peer)
        self.assert_moved(self.process(self.source, f"registry://{proxy.host}/a:1"))
        changes = proxy.requests("PUT|PATCH|POST")
        self.assertIn("/manifests/1", changes[-1].target)
        self.assertEqual(len([seen for seen in changes if "/manifests/" in seen.target]), 1)

    def test_two_pushes_to_one_tag(self):
        other = self.directory / "other.tar"
        write_small_image(other, [noise_layer(9, 20_000)])
        target = f"registry://{self.peer.host}/a:1"
        futures = in_parallel([lambda: self.process(self.source, target), lambda: self.process(f"tar://{other}", target)])
        for done in (future.result() for future in futures):  # the other may have come in between, which the verification finds
            self.assertIn(done.returncode, (0, 1), done.stderr)
        ids = {self.image_id, self.info(f"tar://{other}")["id"]}
        self.assertIn(self.client.manifest("a", "1").json()["config"]["digest"], ids)

    def test_a_registry_that_cannot_be_reached(self):
        for place, words in (("127.0.0.1:1", "127.0.0.1:1"), ("registry.invalid", "registry.invalid"), ("[::1]:1", "::1")):
            for pair in ((self.source, f"registry://{place}/a:1"), (f"registry://{place}/a:1", self.target)):
                self.assert_failed(self.process(*pair, "--retries", "0"), words.replace("[", "").replace(".", r"\."))
        self.assertFalse(self.target_path.exists())


if __name__ == "__main__":
    main()
