#!/usr/bin/env python3
"""Writes a docker-save archive of an image that runs: this machine's shell and a few tools with their libraries, in layers that
replace, hide and link what is below them.

usage: runnable_image.py PATH
"""
import hashlib, io, json, os, re, shutil, subprocess, sys, tarfile
from pathlib import Path

TOOLS = ("sh", "cat", "id", "ls")


def files_of(tool):
    """A program and the libraries that it is linked with, by the names under which it looks for them."""
    program = os.path.realpath(shutil.which(tool))
    listed = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
    return {f"/bin/{tool}": program, **{name: os.path.realpath(name) for name in re.findall(r"(/\S+)", listed)}}


def add(archive, name, content=b"", **attributes):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), 0o644, 1_700_000_000
    for key, value in attributes.items():
        setattr(entry, key, value)
    archive.addfile(entry, io.BytesIO(content))


def layer(write):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        write(archive)
    return target.getvalue()


def base(archive):
    for name, source in sorted({name: source for tool in TOOLS for name, source in files_of(tool).items()}.items()):
        add(archive, name[1:], Path(source).read_bytes(), mode=0o755)
    add(archive, "etc/passwd", b"root:x:0:0::/:/bin/sh\napp:x:1000:1001::/:/bin/sh\n")
    add(archive, "etc/group", b"root:x:0:\napp:x:1001:\nvideo:x:44:app\n")
    add(archive, "data/lower", b"lower\n")
    add(archive, "data/hidden", b"hidden\n")
    add(archive, "opaque/hidden", b"hidden\n")
    add(archive, "tmp", type=tarfile.DIRTYPE, mode=0o1777)


def upper(archive):
    add(archive, "data/.wh.hidden")
    add(archive, "opaque/.wh..wh..opq")
    add(archive, "opaque/shown", b"shown\n")
    add(archive, "data/link", type=tarfile.LNKTYPE, linkname="data/lower")
    add(archive, "data/symbolic", type=tarfile.SYMTYPE, linkname="/opaque/shown")


def top(archive):
    add(archive, "opaque", type=tarfile.DIRTYPE, mode=0o755, uid=1000, gid=1001)
    add(archive, "data/again", b"again\n", pax_headers={"SCHILY.xattr.user.note": "value"})


def main(path):
    layers = [layer(write) for write in (base, upper, top)]
    digests = [hashlib.sha256(bytes_).hexdigest() for bytes_ in layers]
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [f"sha256:{d}" for d in digests]},
                         "config": {"Entrypoint": ["/bin/sh", "-c"], "WorkingDir": "/data",
                                    "Cmd": ["cat lower link symbolic again; ls /opaque /data; id"]}}).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    with tarfile.open(path, "w") as archive:
        for digest, content in zip(digests, layers):
            add(archive, f"{digest}/layer.tar", content)
        add(archive, name, config)
        add(archive, "manifest.json", json.dumps([{"Config": name, "RepoTags": ["occy/runnable:1"],
                                                   "Layers": [f"{digest}/layer.tar" for digest in digests]}]).encode())


if __name__ == "__main__":
    main(sys.argv[1])
