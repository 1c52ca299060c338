#!/usr/bin/env python3
"""The command as its callers see it: exit codes, streams, messages, JSON, options and environment.

usage: command_test.py OCCY    (the path of the command)
"""
import fcntl, hashlib, json, os, pty, re, struct, subprocess, sys, tarfile, termios
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import CommandCase, main  # noqa: E402
from make_image import add_document  # noqa: E402


class CommandTest(CommandCase):
    def flip_a_byte(self, path):
        with open(path, "r+b") as file:
            file.seek(30_000)
            byte = file.read(1)[0]
            file.seek(30_000)
            file.write(bytes([byte ^ 1]))

    def config_of(self, path):
        with tarfile.open(path) as archive:
            name = json.load(archive.extractfile("manifest.json"))[0]["Config"]
            return archive.extractfile(name).read()

    def write_config(self, config):
        """Another config for the image."""
        with tarfile.open(self.image) as old:
            members = [(member.name, old.extractfile(member).read()) for member in old]
        manifest = json.loads(dict(members)["manifest.json"])
        layers = [member for member in members if member[0] in manifest[0]["Layers"]]
        manifest[0]["Config"] = hashlib.sha256(config).hexdigest() + ".json"
        with tarfile.open(self.image, "w") as archive:
            for name, data in layers + [(manifest[0]["Config"], config), ("manifest.json", json.dumps(manifest).encode())]:
                add_document(archive, name, data)

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

    def test_json_of_a_path_that_is_not_utf8(self):
        odd = self.directory / b"caf\xe9.tar".decode("utf-8", "surrogateescape")
        self.image.rename(odd)
        source, target = f"tar://{odd}", f"tar://{odd}.copy"
        for arguments, keys in ((["process", source, target], ["source", "destination"]), (["info", target], ["source"]),
                                (["diff", source, target], ["a", "b"])):
            report = json.loads(self.occy(*arguments, "-O", "json", "--progress=none").stdout)
            for key in keys:
                self.assertIn(r"caf\xe9.tar", report[key])
                self.assertIn(b"caf\xe9.tar", bytes.fromhex(report[key + "_bytes"]))

    def test_progress_as_json_lines(self):
        done = self.occy("process", self.source, self.target, "--progress=json")
        events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
        self.assertEqual([event["stage"] for event in events if event["event"] == "stage"],
                         ["layers", "finalizing", "verifying"])
        self.assertEqual(sum(event["event"] == "layer-finished" for event in events), 2)

    def drawn_on_a_terminal(self, columns, *arguments):
        """What the command writes to a terminal of that width, without what its last line is wiped with."""
        terminal, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with subprocess.Popen([self.occy_path, *arguments], env={**self.environment, "TERM": "xterm"}, stderr=end) as job:
            os.close(end)
            text = b""
            try:
                while piece := os.read(terminal, 4096):
                    text += piece
            except OSError:  # how Linux says that nobody writes to it any more
                pass
        os.close(terminal)
        self.assertEqual(job.returncode, 0)
        return text.decode()

    def test_progress_stays_on_one_line_of_the_terminal(self):
        for columns in (16, 30, 80):
            text = self.drawn_on_a_terminal(columns, "process", self.source, self.target)
            drawn, summary = text.rsplit("\r\x1b[K", 1)
            lines = drawn.split("\r\x1b[K")[1:]
            self.assertTrue(lines and not any("\n" in line for line in lines), text)
            self.assertLess(max(map(len, lines)), columns)
            self.assertEqual(any("[" in line for line in lines), columns == 80)
            self.assertTrue(summary.startswith("Summary: 2 layers, "), summary)

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

    def test_info_says_what_made_each_layer_on_one_line(self):
        config = json.loads(self.config_of(self.image))
        config["history"] = [{"created_by": "RUN set -eu;\n\tapt-get update \x1b[31m"}, {"empty_layer": True, "created_by": "CMD"},
                             {"created_by": "ü" * 100}]
        self.write_config(json.dumps(config).encode())
        lines = self.occy("info", self.source).stdout.splitlines()
        self.assertRegex(lines[-2], r"^ +0  [0-9a-f]{12} .*  none  RUN set -eu; apt-get update \\x1b\[31m$")
        self.assertRegex(lines[-1], r"^ +1  [0-9a-f]{12} .*  none  ü{36}…$")

    def test_info_as_json(self):
        for source in (self.source, "tar://-"):
            with open(self.image, "rb") as archive:
                facts = json.loads(self.occy("info", source, "-O", "json", stdin=archive).stdout)
            self.assertEqual(facts["platform"], {"os": "linux", "architecture": "amd64", "variant": ""})
            self.assertEqual(facts["created"], "2023-11-14T22:13:20Z")
            self.assertRegex(facts["id"], "^sha256:[0-9a-f]{64}$")
            self.assertEqual([layer["created_by"] for layer in facts["layers"]], ["layer 0", "layer 1"])


if __name__ == "__main__":
    main()
