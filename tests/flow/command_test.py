#!/usr/bin/env python3
"""The command as its callers see it: exit codes, streams, messages, JSON, options and environment.

usage: command_test.py OCCY    (the path of the command)
"""
import hashlib, json, os, re, shutil, socket, subprocess, sys, tempfile, threading, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from make_image import write_image  # noqa: E402

OCCY = None


class CommandTest(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="occy-command."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.image = self.directory / "image.tar"
        write_image(self.image, 2, 2, 50_000, "occy/command:1")
        self.source = f"tar://{self.image}"
        self.target_path = self.directory / "out.tar"
        self.target = f"tar://{self.target_path}"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory),
                            "XDG_RUNTIME_DIR": str(self.directory / "run")}

    def occy(self, *arguments, environment={}, stdin=subprocess.DEVNULL):
        return subprocess.run([OCCY, *arguments], env={**self.environment, **environment}, stdin=stdin, capture_output=True,
                              text=True, timeout=60)

    def assert_usage(self, done, *words):
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr.splitlines()[0], "^occy: ")
        for word in words:
            self.assertIn(word, done.stderr.splitlines()[0])

    def flip_a_byte(self, path):
        with open(path, "r+b") as file:
            file.seek(30_000)
            byte = file.read(1)[0]
            file.seek(30_000)
            file.write(bytes([byte ^ 1]))

    # --- process

    def test_the_summary_goes_to_standard_error(self):
        done = self.occy("process", self.source, self.target)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr.splitlines()[-1], r"^Summary: 2 layers, \d+\.\d kB, \d+\.\ds, verified OK$")

    def test_the_summary_names_a_full_verification(self):
        for spelling in ("--verify=full", "--verify-full"):
            done = self.occy("process", self.source, self.target, spelling)
            self.assertTrue(done.stderr.rstrip().endswith(", verified OK (full)"), done.stderr)

    def test_without_verification_nothing_is_said_of_it(self):
        for arguments, environment in ((["--no-verify"], {}), ([], {"OCCY_VERIFY": "off"})):
            done = self.occy("process", self.source, self.target, *arguments, environment=environment)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("verif", done.stderr.lower())

    def test_an_option_beats_the_environment(self):
        done = self.occy("process", self.source, self.target, "--verify=full", environment={"OCCY_VERIFY": "off"})
        self.assertIn("verified OK (full)", done.stderr)

    def test_verify_does_not_swallow_the_next_argument(self):
        done = self.occy("process", "--verify", self.source, self.target)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("verified OK", done.stderr)

    def test_options_work_before_and_after_the_command(self):
        for arguments in (["-q", "-O", "json", "process", self.source, self.target],
                          ["process", self.source, self.target, "-q", "--output-format=json"],
                          ["process", "-q", self.source, "-Ojson", self.target]):
            done = self.occy(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(json.loads(done.stdout)["verification"]["outcome"], "verified")

    def test_the_json_report(self):
        done = self.occy("process", self.source, self.target, "-O", "json", "--progress=none")
        report = json.loads(done.stdout)
        self.assertEqual(report["source"], self.source)
        self.assertEqual(report["destination"], self.target)
        self.assertRegex(report["config_digest"], "^sha256:[0-9a-f]{64}$")
        self.assertEqual([layer["index"] for layer in report["layers"]], [0, 1])
        self.assertEqual({layer["action"] for layer in report["layers"]}, {"written"})
        self.assertEqual(report["bytes"], sum(layer["size"] for layer in report["layers"]))
        self.assertEqual(report["verification"]["level"], "standard")
        self.assertEqual(report["verification"]["results"][0]["check"], "verify.ok")
        self.assertGreater(report["seconds"]["total"], 0)

    def test_damage_is_refused_and_leaves_nothing(self):
        self.flip_a_byte(self.image)
        done = self.occy("process", self.source, self.target, "--progress=none")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"^occy: input: .*image\.tar: [0-9a-f]{64}/layer\.tar: .*: expected sha256:.*, found sha256:")
        self.assertEqual(sorted(path.name for path in self.directory.iterdir()), ["image.tar"])

    def test_an_archive_from_a_pipe(self):
        with subprocess.Popen(["cat", self.image], stdout=subprocess.PIPE) as cat:
            done = self.occy("process", "tar://-", self.target, stdin=cat.stdout)
            cat.stdout.close()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.occy("check", self.target).returncode, 0)

    def test_the_name_is_set(self):
        done = self.occy("process", self.source, self.target + "?name=other%2Fname:2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(self.occy("info", self.target, "-O", "json").stdout)["references"], ["other/name:2"])

    def test_progress_as_json_lines(self):
        done = self.occy("process", self.source, self.target, "--progress=json")
        events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
        self.assertEqual([event["stage"] for event in events if event["event"] == "stage"],
                         ["layers", "finalizing", "verifying"])
        self.assertEqual(sum(event["event"] == "layer-finished" for event in events), 2)

    # --- usage

    def test_wrong_usage(self):
        self.assert_usage(self.occy())
        self.assert_usage(self.occy("process", self.source))
        self.assert_usage(self.occy("process", self.source, self.target, "--colour"), "--colour")
        self.assert_usage(self.occy("process", self.source, self.target, "--verify=deep"), "deep")
        self.assert_usage(self.occy("process", self.source, self.target, "-j", "many"), "many")
        self.assert_usage(self.occy("process", self.source, self.target, "-q", "-v"))
        self.assert_usage(self.occy("frobnicate"), "frobnicate")

    def test_wrong_uris_list_what_is_known(self):
        self.assert_usage(self.occy("info", "image.tar"), "image.tar", "tar://")
        self.assert_usage(self.occy("info", "ftp://image"), "ftp", "tar, docker")
        self.assert_usage(self.occy("info", self.source + "?colour=red"), "colour", "image")
        self.assert_usage(self.occy("info", self.source + "?image"), "key=value")
        self.assert_usage(self.occy("info", self.source + "?image=%zz"), "percent")
        self.assert_usage(self.occy("info", self.source + "?image=UPPER"), "UPPER")
        self.assert_usage(self.occy("info", "docker://UPPER?socket=/none"), "UPPER")
        self.assert_usage(self.occy("process", self.source, "tar://-"), "standard output")
        self.assert_usage(self.occy("process", self.source, self.target + "?export=true"), "export", "name")

    def test_help_shows_all_options_and_examples(self):
        for command in ([], ["process"], ["check"], ["info"]):
            done = self.occy(*command, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("Examples:", done.stdout)
            self.assertEqual(len(re.findall(r"(?m)^  occy ", done.stdout)), 2, done.stdout)
            for option in ("--parallel", "--temp-dir", "--output-format", "--progress", "--quiet", "OCCY_PARALLEL"):
                self.assertIn(option, done.stdout)
        self.assertIn("OCCY_VERIFY", self.occy("process", "--help").stdout)

    def test_the_version(self):
        self.assertRegex(self.occy("--version").stdout, r"^occy \d+\.\d+\.\d+\n$")

    # --- check

    def test_a_good_image_passes(self):
        for arguments in ([], ["--fast"]):
            done = self.occy("check", self.source, *arguments, "--progress=none")
            self.assertEqual((done.returncode, done.stdout), (0, ""))
            self.assertEqual(done.stderr, "Summary: 0 errors, 0 warnings\n")

    def test_a_damaged_layer_is_found(self):
        self.flip_a_byte(self.image)
        done = self.occy("check", self.source, "--progress=none")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"(?m)^error: diff-id: .*/layer\.tar: .*expected sha256:\w+, found sha256:\w+$")
        self.assertEqual(self.occy("check", self.source, "--fast").returncode, 0)

    def test_the_json_of_a_check(self):
        self.flip_a_byte(self.image)
        report = json.loads(self.occy("check", self.source, "-O", "json").stdout)
        self.assertEqual((report["image"], report["tag"], report["mode"]), ("occy/command", "1", "full"))
        self.assertEqual((report["errors"], report["warnings"]), (1, 0))
        finding = next(result for result in report["results"] if result["severity"] == "error")
        self.assertEqual(sorted(finding), ["check", "message", "severity", "subject"])

    def test_a_check_of_what_is_no_image_is_a_report_too(self):
        self.image.write_bytes(os.urandom(5000))
        done = self.occy("check", self.source, "-O", "json")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(json.loads(done.stdout)["results"][0]["check"], "archive")

    def test_a_check_of_a_pipe_of_garbage_fails(self):
        for arguments in ([], ["--fast"]):
            with subprocess.Popen(["head", "-c", "5000", "/dev/urandom"], stdout=subprocess.PIPE) as noise:
                done = self.occy("check", "tar://-", *arguments, stdin=noise.stdout)
                noise.stdout.close()
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("error: archive: ", done.stdout)

    # --- info

    def test_info_as_text(self):
        done = self.occy("info", self.source)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"(?m)^Names: +occy/command:1$")
        self.assertRegex(done.stdout, r"(?m)^Platform: +linux/amd64$")
        self.assertRegex(done.stdout, r"(?m)^Layers: +2, \d+\.\d kB$")
        self.assertRegex(done.stdout, r"(?m)^ +1  [0-9a-f]{12} +\d+\.\d kB  none  layer 1$")

    def test_info_as_json(self):
        for source in (self.source, "tar://-"):
            with open(self.image, "rb") as archive:
                facts = json.loads(self.occy("info", source, "-O", "json", stdin=archive).stdout)
            self.assertEqual(facts["platform"], {"os": "linux", "architecture": "amd64", "variant": ""})
            self.assertEqual(facts["created"], "2023-11-14T22:13:20Z")
            self.assertRegex(facts["id"], "^sha256:[0-9a-f]{64}$")
            self.assertEqual([layer["created_by"] for layer in facts["layers"]], ["layer 0", "layer 1"])

    # --- the engine's socket

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
    OCCY = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=1)
