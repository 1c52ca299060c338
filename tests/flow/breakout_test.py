#!/usr/bin/env python3
"""Images that reach for the host while they are unpacked: the command against every pattern of the public advisories, as root and as
an ordinary user, with openat2 and without it. Whatever becomes of the image, what lies beside the destination is as it was.

usage: breakout_test.py OCCY    (the path of the command)
"""
import ctypes, hashlib, io, json, os, shutil, stat, struct, subprocess, sys, tarfile, tempfile, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from command_case import for_every_user  # noqa: E402

OCCY = None
NOBODY = 65534


def entry(name, kind=tarfile.REGTYPE, content=b"", **attributes):
    info = tarfile.TarInfo(name)
    info.type, info.size, info.mode, info.mtime = kind, len(content), 0o755, 1_700_000_000
    for key, value in attributes.items():
        setattr(info, key, value)
    return info, content


def file(name, content=b"dead"):
    return entry(name, content=content)


def link(name, target):
    return entry(name, tarfile.SYMTYPE, linkname=target)


def hard(name, target):
    return entry(name, tarfile.LNKTYPE, linkname=target)


def directory(name, mode=0o755):
    return entry(name, tarfile.DIRTYPE, mode=mode)


UP = "../../../../../../../.."


def patterns(outside):
    """name: layers, each a list of entries. `outside` is an absolute path on the host, with a file `canary` in it."""
    there = f"{UP}{outside}"
    return {
        "a name with ..": [[file(f"{there}/canary")]],
        "a name with .. in the middle": [[file(f"a/b/{there}/canary")]],
        "an absolute name": [[file(f"{outside}/canary")]],
        "a directory by ..": [[directory(f"{there}/new", 0o777)]],
        "a file below an absolute link": [[link("l", outside), file("l/canary")]],
        "a file below a relative link": [[link("l", there), file("l/canary")]],
        "a file below a link of a lower layer": [[link("l", outside)], [file("l/canary")]],
        "a file below a chain of links": [[link("a", ".."), link("a2", "a/.."), link("a3", f"a2/{there}"), file("a3/canary")]],
        "a file through a link to a file": [[link("l", f"{outside}/canary"), file("l")]],
        "a directory through a link": [[link("l", outside), directory("l", 0o777), directory("l/new", 0o777)]],
        "a link replaced by a directory of a later layer": [[link("l", outside)], [directory("l"), file("l/canary")]],
        "a directory replaced by a link": [[directory("d"), file("d/canary"), link("d", outside), file("d/canary")]],
        "a directory replaced by a link in a later layer": [[directory("d"), file("d/x")], [link("d", outside)], [file("d/canary"), file("d/.wh.canary")]],
        "a hard link by ..": [[hard("h", f"{there}/canary"), file("h")]],
        "a hard link by an absolute name": [[hard("h", f"{outside}/canary"), file("h")]],
        "a hard link through a link": [[link("l", outside), hard("h", "l/canary"), file("h")]],
        "a hard link to a link, then written": [[link("l", f"{outside}/canary"), hard("h", "l"), file("h")]],
        "a hard link to a link, then its mode": [[link("l", f"{outside}/canary"), hard("h", "l"), directory("h", 0o000)]],
        "a hard link to the working directory": [[hard("h", "."), file("h/canary")]],
        "a hard link to a directory": [[directory("d"), hard("h", "d"), file("h/x")]],
        "a hard link over a link": [[file("f"), link("h", f"{outside}/canary"), hard("h", "f")]],
        "a hard link to itself": [[hard("h", "h")]],
        "a whiteout by ..": [[file(f"{there}/.wh.canary", b"")]],
        "a whiteout of ..": [[file("d/x")], [file("d/.wh...", b"")]],
        "a whiteout of .": [[file("d/x")], [file("d/.wh..", b"")]],
        "a whiteout of nothing": [[file("d/.wh.", b"")]],
        "a whiteout with a slash behind": [[file("d/.wh./x", b"")]],
        "a whiteout through a link": [[link("l", outside)], [file("l/.wh.canary", b"")]],
        "a whiteout of a link": [[link("l", outside)], [file(".wh.l", b"")]],
        "an opaque directory through a link": [[link("l", outside)], [file("l/.wh..wh..opq", b"")]],
        "an opaque directory by ..": [[file(f"{there}/.wh..wh..opq", b"")]],
        "an opaque directory and its neighbour": [[file("a/x"), file("ab/x")], [file("a/.wh..wh..opq", b"")]],
        "aufs files": [[directory(".wh..wh.plnk"), file(".wh..wh.plnk/1.2"), hard("h", ".wh..wh.plnk/1.2")]],
        "the root as a link": [[link("./", outside), file("canary")], [file("x")]],
        "the root as a file": [[file("./")]],
        "the root's own mode": [[directory("./", 0o777), directory("/", 0o777), directory(".", 0o777)]],
        "a link in a circle": [[link("a", "b"), link("b", "a"), file("a/x")]],
        "a link to itself": [[link("a", "a/a"), file("a/x")]],
        "a link that dangles outside": [[link("l", f"{outside}/none"), file("l/x")]],
        "a link into /proc": [[link("l", "/proc/self/root"), file(f"l{outside}/canary")], [link("m", "/proc/self/cwd"), file("m/x")]],
        "a fifo over a link": [[link("l", f"{outside}/canary"), entry("l", tarfile.FIFOTYPE)]],
        "a device over a link": [[link("l", f"{outside}/canary"), entry("l", tarfile.CHRTYPE, devmajor=1, devminor=3)]],
        "a file over a device": [[entry("n", tarfile.CHRTYPE, devmajor=1, devminor=3), file("n")]],
        "a hard link to a device": [[entry("n", tarfile.CHRTYPE, devmajor=1, devminor=3), hard("h", "n"), file("h")]],
        "attributes through a link": [[link("l", f"{outside}/canary"), entry("l", tarfile.SYMTYPE, linkname=f"{outside}/canary", uid=1, gid=1, mode=0o777)]],
        "attributes through a hard link": [[link("l", f"{outside}/canary"), entry("h", tarfile.LNKTYPE, linkname="l", uid=1, gid=1, mode=0o777)]],
        "extended attributes through a link": [[entry("l", tarfile.SYMTYPE, linkname=f"{outside}/canary", pax_headers={"SCHILY.xattr.user.note": "x"})]],
        "a name of 256 bytes": [[file("n" * 256)]],
        "a path of 4096 bytes": [[file("/".join(["d" * 200] * 21))]],
        "an owner over 32 bits": [[entry("f", uid=1 << 40)]],
    }


def image(path, layers):
    blobs = []
    for entries in layers:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for info, content in entries:
                archive.addfile(info, io.BytesIO(content))
        blobs.append(target.getvalue())
    digests = [hashlib.sha256(blob).hexdigest() for blob in blobs]
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Cmd": ["x"]},
                         "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]}}).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = json.dumps([{"Config": name, "RepoTags": None, "Layers": [f"{digest}/layer.tar" for digest in digests]}]).encode()
    with tarfile.open(path, "w") as archive:
        for member, content in [(f"{digest}/layer.tar", blob) for digest, blob in dict(zip(digests, blobs)).items()] + [(name, config), ("manifest.json", manifest)]:
            archive.addfile(*[part if isinstance(part, tarfile.TarInfo) else io.BytesIO(part) for part in entry(member, content=content)])


def forbid_openat2():
    """A seccomp filter under which openat2 does not exist, as in older kernels and some sandboxes."""
    libc = ctypes.CDLL(None, use_errno=True)
    number, enosys = 437, 38
    program = b"".join(struct.pack("HBBI", *step) for step in (
        (0x20, 0, 0, 0),                    # load the number of the call
        (0x15, 0, 1, number),               # is it this one?
        (0x06, 0, 0, 0x00050000 | enosys),  # then fail with ENOSYS
        (0x06, 0, 0, 0x7FFF0000)))          # else go on
    code = ctypes.create_string_buffer(program)
    fprog = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, fprog, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def state(path):
    """All that unpacking must not change of a tree: names, attributes, contents."""
    found = {}
    for place in sorted([path, *path.rglob("*")]):
        status = place.lstat()
        content = place.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[str(place)] = (status.st_mode, status.st_uid, status.st_gid, status.st_nlink, status.st_mtime_ns, content,
                             tuple(sorted(os.listxattr(place, follow_symlinks=False))))
    return found


class BreakoutTest(unittest.TestCase):
    """One run for each way of unpacking; each pattern is a subtest."""

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="occy-breakout."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.directory.chmod(0o755)
        self.outside = self.directory / "outside"
        self.outside.mkdir()
        (self.outside / "canary").write_text("alive")
        self.place = self.directory / "place"

    def own(self, user):
        for path in (self.outside, self.outside / "canary"):
            os.chown(path, user, user)

    def unpack(self, uri, options):
        return subprocess.run([OCCY, "process", f"tar://{self.directory}/image.tar", uri, "--verify=full", "--progress=none"],
                              capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, cwd=self.place,
                              env={"PATH": os.environ["PATH"]}, **options)

    def check(self, uri, user=None, openat2=True):
        """The canary belongs to the user who unpacks: nothing but the command's care protects it."""
        self.own(os.geteuid() if user is None else user)
        options = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        if not openat2:
            options["preexec_fn"] = forbid_openat2
        written = 0
        for name, layers in patterns(str(self.outside)).items():
            with self.subTest(name):
                shutil.rmtree(self.place, ignore_errors=True)
                self.place.mkdir()
                if user is not None:
                    os.chown(self.place, user, user)
                image(self.directory / "image.tar", layers)
                before = state(self.outside)
                done = self.unpack(uri.replace("PATH", str(self.place / "out")), options)
                self.assertEqual(state(self.outside), before)
                self.assertIn(done.returncode, (0, 1), done.stderr)
                if done.returncode == 0:
                    self.assertIn("verified OK (full)", done.stderr)
                    self.assertEqual([path.name for path in self.place.iterdir()], ["out"])
                    written += 1
                else:
                    self.assertRegex(done.stderr, r"(?m)^occy: input: ")
                    self.assertEqual(list(self.place.iterdir()), [])
        self.assertGreater(written, 15)

    def need_root(self):
        if os.geteuid() != 0:
            self.skipTest("needs root")

    def test_tree(self):
        self.check("dir://PATH?expand=true")

    def test_tree_without_openat2(self):
        self.check("dir://PATH?expand=true", openat2=False)

    def test_tree_as_an_ordinary_user(self):
        self.need_root()
        self.check("dir://PATH?expand=true", user=NOBODY)

    def test_tree_as_an_ordinary_user_without_openat2(self):
        self.need_root()
        self.check("dir://PATH?expand=true", user=NOBODY, openat2=False)

    def test_tree_with_recorded_owners(self):
        self.check("dir://PATH?expand=true&owners=recorded")

    def test_bundle(self):
        self.check("oci://PATH")

    def test_layers_to_mount(self):
        self.check("mounts://PATH")

    def test_layers_to_mount_without_openat2(self):
        self.check("mounts://PATH", openat2=False)

    def test_layers_to_mount_as_an_ordinary_user(self):
        self.need_root()
        self.check("mounts://PATH", user=NOBODY)


if __name__ == "__main__":
    OCCY = for_every_user(sys.argv.pop())
    unittest.main(verbosity=2)
