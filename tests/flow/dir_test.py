#!/usr/bin/env python3
"""Images as plain files: to a directory and back with the same id, and several that share layers.

usage: dir_test.py OCCY    (the path of the command)
"""
import json, subprocess, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import CommandCase, main  # noqa: E402
from small_image import entry, layer, write_small_image  # noqa: E402


class DirTest(CommandCase):
    def setUp(self):
        super().setUp()
        self.store = self.directory / "store"

    def move(self, source, target, *arguments):
        done = self.occy("process", source, target, "--verify=full", "--progress=none", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("verified OK (full)", done.stderr)

    def info(self, source):
        done = self.occy("info", source, "-O", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def layers(self):
        return sorted(self.store.glob("*/layer.tar"))

    def assert_refused(self, done, *words):
        self.assertEqual(done.returncode, 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_there_and_back_the_image_has_the_same_id(self):
        before = self.info(self.source)
        self.move(self.source, f"dir://{self.store}")
        self.move(f"dir://{self.store}", self.target)
        for place in (f"dir://{self.store}", self.target):
            after = self.info(place)
            self.assertEqual((after["id"], after["references"]), (before["id"], before["references"]))
        done = self.occy("check", f"dir://{self.store}", "--progress=none")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_what_tar_makes_of_the_directory_is_an_archive(self):
        self.move(self.source, f"dir://{self.store}")
        subprocess.run(["tar", "-C", self.store, "-cf", self.target_path, "."], check=True)
        self.assertEqual(self.info(self.target)["id"], self.info(self.source)["id"])

    def test_two_images_share_their_layers(self):
        store = f"dir://{self.store}?unique_names=true"
        self.move(self.source, store)
        layers = {path: path.stat() for path in self.layers()}
        self.move(self.source, store + "&name=registry.example:5000/other:2")
        self.assertEqual({path: path.stat() for path in self.layers()}, layers)
        self.assertEqual(sorted(json.loads((self.store / "catalog.json").read_text())),
                         ["occy/command:1", "registry.example:5000/other:2"])
        self.assertTrue((self.store / "manifest-registry.example_5000_other-2.json").is_file())

    def test_of_several_images_one_is_chosen_by_name(self):
        store = f"dir://{self.store}?unique_names=true"
        self.move(self.source, store)
        self.move(self.source, store + "&name=other:2", "-f", "normalize-timestamps:ts=0")
        self.assertEqual(self.info(f"dir://{self.store}?image=occy/command:1")["id"], self.info(self.source)["id"])
        self.assertEqual(self.info(f"dir://{self.store}?image=other:2")["references"], ["other:2"])
        self.assert_refused(self.occy("info", f"dir://{self.store}"), "several images", "occy/command:1", "other:2")
        self.assert_refused(self.occy("info", f"dir://{self.store}?image=third"), "no such image", "other:2")
        for name in ("occy/command:1", "other:2"):
            self.assertEqual(self.occy("check", f"dir://{self.store}?image={name}", "-q").returncode, 0)

    def test_a_damaged_layer_is_found(self):
        self.move(self.source, f"dir://{self.store}")
        layer = self.layers()[0]
        layer.write_bytes(layer.read_bytes()[:30_000] + b"?" + layer.read_bytes()[30_001:])
        done = self.occy("check", f"dir://{self.store}", "--progress=none")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{layer.parent.name}/layer.tar", done.stdout)
        self.assert_refused(self.occy("process", f"dir://{self.store}", self.target), layer.parent.name)
        self.assertFalse(self.target_path.exists())

    def test_no_image_is_written_over_another(self):
        self.move(self.source, f"dir://{self.store}")
        for options in ("", "?unique_names=true"):
            done = self.occy("process", self.source, f"dir://{self.store}{options}")
            self.assert_refused(done, "a single image", "unique_names=true")

    def test_an_unpacked_tree_is_no_source(self):
        done = self.occy("process", self.source, f"dir://{self.store}?expand=true", "-q")
        self.assertIn(done.returncode, (0, 3), done.stderr)
        self.assert_refused(self.occy("info", f"dir://{self.store}"), "without expand=true")

    def test_what_a_tree_cannot_have_is_said(self):
        image = self.directory / "owned.tar"
        write_small_image(image, [layer(entry("mine", b"x", uid=5, gid=7))])
        for number, arguments in enumerate(([], ["-q"], ["--no-verify"], ["-O", "json"])):
            target = f"dir://{self.directory}/tree{number}?expand=true&owners=recorded"
            done = self.occy("process", f"tar://{image}", target, "--progress=none", *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("warning: extract.owner: ", done.stderr)
        self.assertEqual([remark["check"] for remark in json.loads(done.stdout)["remarks"]], ["extract.owner"])


if __name__ == "__main__":
    main()
