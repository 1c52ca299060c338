#!/usr/bin/env python3
"""Engines that are none, go away, lie or fail, through the command: one clear line, never a success, never a hang, and
nothing under the destination's name.

usage: bad_engine_test.py OCCY    (the path of the command)
"""
import os, shutil, socket, subprocess, sys, tempfile, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import is_sanitized  # noqa: E402
from engine_double import Answer, EngineDouble, chunked, image_of, response, usual_answers  # noqa: E402
from spoiled_archive import SpoiledArchive  # noqa: E402

OCCY = None
HTML = response(200, "<html><body>Welcome to nginx</body></html>", "text/html")
OLD = b"HTTP/1.1 200 OK\r\nApi-Version: 1.12\r\nContent-Length: 2\r\n\r\nOK"
WITHOUT_END = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
IMAGE = image_of(SpoiledArchive())
EXPORT = chunked(IMAGE.archive)

# What the engine does when it is asked who it is: both directions meet that first.
NO_ENGINE = {
    "HTML": (Answer(HTML), "not a Docker or Podman engine"),
    "HTML with an error": (Answer(response(500, "<html>oops</html>", "text/html")), "not a Docker or Podman engine"),
    "no HTTP": (Answer(b"SSH-2.0-OpenSSH_9.2\r\n"), "HTTP"),
    "nothing": (Answer(b""), "closed the connection without an answer"),
    "a header that is cut": (Answer(b"HTTP/1.1 200 OK\r\nApi-Ver"), ""),
    "a header of a megabyte": (Answer(b"HTTP/1.1 200 OK\r\nA: " + b"x" * (1 << 20)), ""),
    "an API that is too old": (Answer(OLD), "too old"),
}

# What it answers to a load, and what the line must say.
FAILED_LOADS = {
    "500": (Answer(response(500, '{"message":"no space left on device"}')), "no space left on device"),
    "500 with HTML": (Answer(response(500, "<html>oops</html>", "text/html")), "oops"),
    "404": (Answer(response(404, '{"message":"page not found"}')), "page not found"),
    "an error inside of 200": (Answer(response(200, '{"errorDetail":{"message":"bad one"},"error":"bad one"}')), "bad one"),
    "an error behind success": (Answer(response(200, '{"stream":"Loaded image: occy/spoiled:1"}\n{"error":"no space"}')), "no space"),
    "HTML inside of 200": (Answer(HTML), ""),
    "nothing inside of 200": (Answer(response(200, "")), ""),
    "another name": (Answer(response(200, '{"stream":"Loaded image: other:1\\n"}')), ""),
    "an answer that is cut": (Answer(WITHOUT_END + b"5\r\n{\"str"), ""),
    "success without its last chunk": (Answer(WITHOUT_END + b"29\r\n" + b'{"stream":"Loaded image: occy/spoiled:1"}'), ""),
    "an endless line": (Answer(response(200, '{"stream":"' + "x" * (8 << 20) + '"}')), ""),
    "a close before the body": (Answer(b"", body_bytes=0), ""),
    "a close in mid-body": (Answer(b"", body_bytes=3000), ""),
    "an early error": (Answer(response(500, '{"message":"not today"}'), body_bytes=0), "not today"),
}

# What it answers to an export.
FAILED_EXPORTS = {
    "500": (Answer(response(500, '{"message":"layer is lost"}')), "layer is lost"),
    "HTML": (Answer(HTML), "archive is cut"),
    "much HTML": (Answer(chunked(b"<html>" * 1000)), "not a tar archive"),
    "nothing": (Answer(b""), ""),
    "no byte": (Answer(response(200, "", "application/x-tar")), ""),
    "a cut header": (Answer(b"HTTP/1.1 200"), ""),
    "a cut in the layers": (Answer(EXPORT[:3000]), ""),
    "all but the last chunk": (Answer(EXPORT[:-5]), ""),
    "an error in the place of the rest": (Answer(chunked(IMAGE.archive[:2048] + b'{"message":"read failed"}')), ""),
    "another image": (Answer(chunked(SpoiledArchive(packed=lambda layer: layer + bytes(512)).bytes())), ""),
}

# What it answers to an inspect.
BAD_INSPECTS = {
    "404": (Answer(response(404, '{"message":"No such image: occy/spoiled:1"}')), "No such image"),
    "500": (Answer(response(500, '{"message":"database is locked"}')), "database is locked"),
    "HTML": (Answer(HTML), ""),
    "no Id": (Answer(response(200, "{}")), "Id"),
    "an Id of another type": (Answer(response(200, '{"Id":7}')), "Id"),
    "10,000 levels": (Answer(response(200, "[" * 10_000)), ""),
    "100 megabytes": (Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b" " * (6 << 20)), ""),
}


class BadEngineTest(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="occy-engine."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.image = self.directory / "image.tar"
        self.image.write_bytes(IMAGE.archive)
        self.place = self.directory / "place"
        self.place.mkdir()

    def occy(self, *arguments):
        return subprocess.run([OCCY, *arguments, "--progress=none"], env={"PATH": os.environ["PATH"]},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

    def load(self, path):
        return self.occy("process", f"tar://{self.image}", f"docker://occy/spoiled:1?socket={path}")

    def save(self, path):
        return self.occy("process", f"docker://occy/spoiled:1?socket={path}", f"tar://{self.place}/out.tar")

    def assert_refused(self, done, side, *words):
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout, "")
        lines = [line for line in done.stderr.splitlines() if not line.startswith("hint: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertRegex(lines[0], rf"^occy: {side}: .+: .+")
        self.assertLess(len(lines[0]), 4000)
        self.assertTrue(lines[0].isprintable(), lines[0])
        for word in words:
            self.assertIn(word, lines[0])
        self.assertEqual(list(self.place.iterdir()), [])

    def test_the_double_is_a_good_engine(self):
        with EngineDouble(IMAGE) as engine:
            for done in (self.load(engine.socket), self.save(engine.socket)):
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("verified OK", done.stderr)
            self.assertEqual(self.occy("check", f"docker://occy/spoiled:1?socket={engine.socket}").returncode, 0)

    def test_an_engine_that_is_not_there(self):
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(str(self.directory / "stale.sock"))
        stale.close()
        (self.directory / "a.dir").mkdir()
        for name in ("none.sock", "image.tar", "stale.sock", "a.dir"):
            with self.subTest(name):
                self.assert_refused(self.load(self.directory / name), "output", name)
                self.assert_refused(self.save(self.directory / name), "input", name)
                done = self.occy("check", f"docker://occy/spoiled:1?socket={self.directory / name}")
                self.assertEqual(done.returncode, 1)
                self.assertIn(name, done.stderr)

    def test_a_server_that_is_no_engine(self):
        for name, (answer, word) in NO_ENGINE.items():
            with self.subTest(name), EngineDouble(IMAGE, {"/_ping": answer}) as engine:
                self.assert_refused(self.load(engine.socket), "output", str(engine.socket), word)
                self.assert_refused(self.save(engine.socket), "input", str(engine.socket), word)
                self.assertEqual({request.line for request in engine.requests}, {"GET /_ping HTTP/1.1"})

    def test_a_load_that_fails(self):
        for name, (answer, word) in FAILED_LOADS.items():
            with self.subTest(name), EngineDouble(IMAGE, {"/images/load": answer}) as engine:
                self.assert_refused(self.load(engine.socket), "output", word)

    def test_an_export_that_fails(self):
        for name, (answer, word) in FAILED_EXPORTS.items():
            with self.subTest(name), EngineDouble(IMAGE, {"/get": answer}) as engine:
                self.assert_refused(self.save(engine.socket), "input", word)
                done = self.occy("check", f"docker://occy/spoiled:1?socket={engine.socket}")
                self.assertEqual(done.returncode, 1, done.stderr)

    def test_an_image_that_cannot_be_inspected(self):
        for name, (answer, word) in BAD_INSPECTS.items():
            with self.subTest(name), EngineDouble(IMAGE, {"/json": answer}) as engine:
                self.assert_refused(self.save(engine.socket), "input", word)
                self.assertFalse(any("/get" in request.line for request in engine.requests))
                # The load itself went well: what the engine then says of the image is a finding, or no proof.
                done = self.load(engine.socket)
                self.assertIn(done.returncode, (1, 3), done.stderr)
                self.assertNotIn("verified OK", done.stderr)

    def test_an_engine_that_is_gone_after_the_load(self):
        with EngineDouble(IMAGE, {"/json": Answer(b"")}) as engine:
            done = self.load(engine.socket)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("NOT verified", done.stderr)

    def test_an_image_that_is_not_the_one_that_was_sent(self):
        other = dict(usual_answers(IMAGE))["/json"]
        answer = Answer(other.data.replace(IMAGE.image_id.encode(), b"sha256:" + b"a" * 64))
        with EngineDouble(IMAGE, {"/json": answer}) as engine:
            done = self.load(engine.socket)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("verify.image-id", done.stderr)

    def test_a_slow_engine_is_waited_for(self):
        slow = {part: Answer(answer.data, piece=200, pause=0.005) for part, answer in usual_answers(IMAGE).items()}
        with EngineDouble(IMAGE, slow) as engine:
            for done in (self.load(engine.socket), self.save(engine.socket)):
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_silent_engine_is_given_up(self):
        if is_sanitized(OCCY):
            self.skipTest("a sanitizer does not change the command's limit of 30 s")
        with EngineDouble(IMAGE, {"/_ping": Answer(b"", hold=True)}) as engine:
            self.assert_refused(self.load(engine.socket), "output", str(engine.socket), "30 s")

    def test_names_that_are_none(self):
        for name in ("UPPER", "a b", "a:b:c", "-a", "a@sha256:12", "a" * 5000, "", "../etc", "a\x1bb"):
            with self.subTest(name), EngineDouble(IMAGE) as engine:
                for arguments in (["process", f"tar://{self.image}", f"docker://{name}?socket={engine.socket}"],
                                  ["process", f"docker://{name}?socket={engine.socket}", f"tar://{self.place}/out.tar"],
                                  ["check", f"docker://{name}?socket={engine.socket}"]):
                    done = self.occy(*arguments)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertRegex(done.stderr.splitlines()[0], "^occy: ")
                    self.assertTrue(done.stderr.replace("\n", "").isprintable())
                self.assertEqual((engine.requests, list(self.place.iterdir())), ([], []))


if __name__ == "__main__":
    OCCY = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
