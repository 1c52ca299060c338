#!/usr/bin/env python3
"""Registries that say nothing: every wait ends by itself. These take as long as the limits that they prove.

usage: registry_slow_test.py OCCY    (the path of the command)
"""
import socket, sys, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import main  # noqa: E402
from faults import endless, silent, stall  # noqa: E402
from registry_case import Client, RegistryCase, as_name, digest_of, in_parallel  # noqa: E402
from registry_client import noise_layer  # noqa: E402

RESPONSE, IDLE = 30, 60  # seconds; what follows a body may take as long as one that stands still
SLACK = 25  # of a busy machine


class RegistrySlowTest(RegistryCase):
    def setUp(self):
        super().setUp()
        self.peer = self.registry()
        self.pushed = Client(self.peer.host).push_image("a", "1", [noise_layer(1, 100_000)])
        self.blob = digest_of(self.pushed.layers[0])

    def never_answering(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        return f"127.0.0.1:{listener.getsockname()[1]}"

    def timed(self, name, host, _, upload):
        place = self.directory / as_name(name)
        place.mkdir()
        remote = f"registry://{host}/" + (f"{place.name}:1" if upload else "a:1")
        pair = (self.source, remote) if upload else (remote, f"tar://{place}/out.tar")
        started = time.monotonic()
        done = self.process(*pair, "--retries", "0", timeout=IDLE + SLACK + 10)
        return done, time.monotonic() - started, place

    def faulty(self, method, target, fault):
        proxy = self.proxy(self.peer)
        proxy.on(method, target, fault)
        return proxy.host

    def test_every_wait_ends(self):
        cases = [("silence before the manifest", self.faulty("GET|HEAD", "/manifests/", silent()), RESPONSE, False),
                 ("silence before a layer", self.faulty("GET", self.blob, silent()), RESPONSE, False),
                 ("a layer that stops", self.faulty("GET", self.blob, stall(after=5000)), IDLE, False),
                 ("a manifest that stops", self.faulty("GET", "/manifests/", stall(after=50)), IDLE, False),
                 ("chunks without an end", self.faulty("GET", "/manifests/", endless(size=100)), IDLE, False),
                 ("nobody answers", self.never_answering(), RESPONSE, False),
                 ("nobody answers an upload", self.never_answering(), IDLE, True),
                 ("silence before an upload", self.faulty("POST", "/uploads/", silent()), IDLE, True),
                 ("silence after a blob", self.faulty("PUT", "/uploads/", silent()), IDLE, True),
                 ("silence after the manifest", self.faulty("PUT", "/manifests/", silent()), IDLE, True)]
        futures = in_parallel([lambda case=case: self.timed(*case) for case in cases], at_once=len(cases))
        for (name, _, most, _), future in zip(cases, futures):
            with self.subTest(name):
                done, took, place = future.result()
                self.assert_failed(done, r"\d+ ?s|time|silen|no answer")
                self.assertLess(took, most + SLACK, done.stderr)
                self.assertEqual((self.left_behind(place), self.peer.tags(place.name)), ([], []))


if __name__ == "__main__":
    main()
