#!/usr/bin/env python3
"""Trees, bundles and mounts of layers that are meant to trip over: written whole, and proved, or refused with a reason.

usage: unpack_test.py OCCY    (the path of the command)
"""
import os, sys, tarfile, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import CommandCase, main  # noqa: E402
from small_image import entry, layer, write_small_image  # noqa: E402

needs_root = unittest.skipIf(os.geteuid() != 0, "device nodes need root")


class UnpackTest(CommandCase):
    def unpack(self, layers, target):
        image = self.directory / "image.tar"
        write_small_image(image, layers)
        return self.occy("process", f"tar://{image}", target, "--verify=full", "--progress=none")

    def assert_proved(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("verified OK (full)", done.stderr)

    @needs_root
    def test_the_same_whiteout_twice_hides_once(self):
        mounts = self.directory / "mounts"
        layers = [layer(entry("f", b"x")), layer(entry(".wh.f"), entry(".wh.f"))]
        self.assert_proved(self.unpack(layers, f"mounts://{mounts}"))
        whiteouts = [path for path in mounts.glob("layers/*/f") if path.is_char_device()]
        self.assertEqual(len(whiteouts), 1)

    def test_attributes_of_the_host_and_access_lists_are_left_out_and_said(self):
        tree = self.directory / "tree"
        records = {"SCHILY.xattr.security.ima": "x", "SCHILY.xattr.system.posix_acl_default": "x", "SCHILY.xattr.user.note": "n"}
        done = self.unpack([layer(entry("d/", pax_headers=records), entry("d/f", b"x"))], f"dir://{tree}?expand=true")
        self.assert_proved(done)
        self.assertIn("extract.xattr", done.stderr)
        self.assertEqual(os.listxattr(tree / "rootfs/d/f", follow_symlinks=False).count("system.posix_acl_access"), 0)

    @needs_root
    def test_a_device_in_the_place_of_the_users_is_not_opened(self):
        device = entry("etc/passwd", type=tarfile.CHRTYPE, devmajor=1, devminor=3)
        done = self.unpack([layer(entry("etc/"), device)], f"oci://{self.directory}/bundle")
        self.assert_proved(done)


if __name__ == "__main__":
    main()
