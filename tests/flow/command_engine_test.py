#!/usr/bin/env python3
"""The command and engines: how it finds one, and what it makes of what one says.

usage: command_engine_test.py OCCY    (the path of the command)
"""
import hashlib, json, os, re, socket, sys, tarfile, threading
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import CommandCase, main  # noqa: E402
from engine_double import Answer, EngineDouble, Image, response, usual_answers  # noqa: E402


NAME = "occy/command:2"


def image_in(path):
    """What an engine knows of the image in an archive, once it was loaded under NAME."""
    with tarfile.open(path) as archive:
        entry = json.load(archive.extractfile("manifest.json"))[0]
    return Image(NAME, "sha256:" + entry["Config"].removesuffix(".json"), [layer.split("/")[0] for layer in entry["Layers"]],
                 path.read_bytes())


class CommandEngineTest(CommandCase):
    # --- what the engine says afterwards

    def load_into(self, engine, *arguments):
        return self.occy("process", self.source, f"docker://{NAME}?socket={engine.socket}", "--progress=none", *arguments)

    def test_an_engine_that_has_the_image_is_the_proof(self):
        with EngineDouble(image_in(self.image)) as engine:
            done = self.load_into(engine)
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertRegex(done.stderr, r"^Summary: 2 layers, \d+\.\d kB, \d+\.\ds, verified OK\n$")

    def test_an_engine_that_is_gone_is_no_proof(self):
        with EngineDouble(image_in(self.image)) as engine:
            engine.answers["/images/load"].before = engine.socket.unlink
            done = self.load_into(engine)
        self.assertEqual(done.returncode, 3, done.stderr)
        lines = done.stderr.splitlines()
        self.assertRegex(lines[0], r"^Summary: 2 layers, \d+\.\d kB, \d+\.\ds, NOT verified: .*engine\.sock: no such socket")
        self.assertRegex(lines[1], r"^warning: verify\.unreachable: ")

    def test_every_verify_error_has_its_line(self):
        image = image_in(self.image)
        other = replace(image, image_id="sha256:" + 64 * "0", diff_ids=[])
        with EngineDouble(image, {"/json": usual_answers(other)["/json"]}) as engine:
            done = self.load_into(engine)
        self.assertEqual(done.returncode, 1)
        lines = done.stderr.splitlines()
        self.assertTrue(lines[0].endswith(", 2 verify errors"), lines[0])
        self.assertRegex(lines[1], r"^error: verify\.image-id: docker://occy/command:2: .*: expected sha256:.*, found sha256:0{64}$")
        self.assertRegex(lines[2], r"^error: verify\.rootfs: docker://occy/command:2: .*: expected 2 layers, found 0$")

    def test_an_image_that_is_not_there_afterwards_is_an_error(self):
        missing = Answer(response(404, '{"message":"No such image"}'))
        with EngineDouble(image_in(self.image), {"/json": missing}) as engine:
            done = self.load_into(engine, "-O", "json")
        self.assertEqual(done.returncode, 1)
        verification = json.loads(done.stdout)["verification"]
        self.assertEqual((verification["outcome"], verification["errors"]), ("errors", 1))
        self.assertEqual(verification["results"][0]["check"], "verify.image")

    # --- the engine's socket

    def test_a_wrong_name_is_said_before_an_engine_is_looked_for(self):
        self.assert_usage(self.occy("info", "docker://UPPER"), "UPPER")
        self.assert_usage(self.occy("check", "docker://occy/none:1?colour=red"), "colour", "socket")
        self.assert_usage(self.occy("process", "docker://occy/none:1", "docker://UPPER"), "UPPER")

    def test_a_place_that_is_no_engine_is_named(self):
        for path, what in ((self.directory / "none.sock", "no such socket"), (self.image, "not a socket")):
            done = self.occy("process", self.source, f"docker://occy/command:2?socket={path}", "--progress=none")
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"occy: output: {path}: {what}\nhint: ", done.stderr)

    def listen(self, path):
        """A socket that takes connections and closes them: enough to be found."""
        path.parent.mkdir(parents=True, exist_ok=True)
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        server.bind(str(path))
        server.listen()

        def serve():
            try:
                while True:
                    server.accept()[0].close()
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        return path

    def used_socket(self, environment={}):
        done = self.occy("-v", "info", "docker://occy/none:1", environment=environment)
        self.assertEqual(done.returncode, 1, done.stderr)
        found = re.search(r"(?m)^engine: (.*)$", done.stderr)
        return found and found[1]

    def write_context(self, name, host):
        meta = self.directory / ".docker/contexts/meta" / hashlib.sha256(name.encode()).hexdigest() / "meta.json"
        meta.parent.mkdir(parents=True)
        meta.write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}))

    def test_docker_host_comes_first(self):
        self.write_context("other", "unix:///other.sock")
        self.assertEqual(self.used_socket({"DOCKER_HOST": "unix:///a.sock", "DOCKER_CONTEXT": "other"}), "/a.sock")
        self.assertEqual(self.used_socket({"DOCKER_HOST": "unix://"}), "/var/run/docker.sock")

    def test_then_the_docker_context(self):
        self.write_context("one", "unix:///one.sock")
        self.write_context("two", "unix:///two.sock")
        (self.directory / ".docker/config.json").write_text('{"currentContext": "one"}')
        self.assertEqual(self.used_socket(), "/one.sock")
        self.assertEqual(self.used_socket({"DOCKER_CONTEXT": "two", "DOCKER_HOST": ""}), "/two.sock")
        moved = self.directory / "moved"
        (self.directory / ".docker").rename(moved)
        self.assertEqual(self.used_socket({"DOCKER_CONFIG": str(moved)}), "/one.sock")

    def test_a_context_that_is_not_there_is_named(self):
        done = self.occy("info", "docker://occy/none:1", environment={"DOCKER_CONTEXT": "lost"})
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such docker context: 'lost'", done.stderr)

    def test_then_a_socket_that_answers(self):
        if os.path.exists("/var/run/docker.sock"):
            self.skipTest("a Docker engine listens at the usual place, and comes before")
        rootless = self.listen(self.directory / "run/docker.sock")
        self.assertEqual(self.used_socket({"DOCKER_CONTEXT": "default"}), str(rootless))

    def test_other_addresses_are_refused_with_a_hint(self):
        for host, hint in (("tcp://host:2375", "forward"), ("ssh://host", "forward"), ("host:2375", "forward"),
                           ("/run/x.sock", "unix:///run/x.sock")):
            done = self.occy("info", "docker://occy/none:1", environment={"DOCKER_HOST": host})
            self.assert_usage(done, "DOCKER_HOST", host)
            self.assertRegex(done.stderr.splitlines()[1], f"^hint: .*{hint}")

    def test_when_nothing_answers_all_that_was_tried_is_listed(self):
        if any(map(os.path.exists, ("/var/run/docker.sock", "/run/podman/podman.sock"))):
            self.skipTest("an engine listens at a usual place")
        done = self.occy("info", "docker://occy/none:1")
        self.assertEqual(done.returncode, 1)
        for tried in ("/var/run/docker.sock", "run/docker.sock", "/run/podman/podman.sock", "run/podman/podman.sock"):
            self.assertIn(tried, done.stderr)


if __name__ == "__main__":
    main()
