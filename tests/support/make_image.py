#!/usr/bin/env python3
"""Writes a docker-save archive of a stated shape, with an encoder of its own (Python's tarfile), the same bytes every time
(of real content: on the same machine).

usage: make_image.py SHAPE PATH [--name NAME]
  large   4 layers, 500 MB: files of 10 MB, from programs of this machine
  layers  40 layers, 200 MB: files of 512 KiB, from programs
  files   1 layer, 100,000 files of 1 to 2 KiB, from texts of this machine
  mixed   10 layers, 400 MB: 20,000 files of 20 KB, from texts
  tiny    2 layers, 5 MB, made up
  huge    25 layers, 2.5 GB: files of 10 MB, from programs
  many    12 layers, 3.6 MB, made up
  hole    1 layer, 4 GiB of zeros, which take almost no disk
"""
import argparse, hashlib, io, json, os, tarfile

from image_content import made_up, programs, texts

# shape: (layers, files in each, bytes of a file, content)
SHAPES = {
    "large": (4, 12, 10_400_000, programs),
    "layers": (40, 10, 512 * 1024, programs),
    "files": (1, 100_000, 1500, texts),
    "mixed": (10, 2_000, 20_000, texts),
    "tiny": (2, 5, 512 * 1024, made_up),
    "huge": (25, 10, 10_000_000, programs),
    "many": (12, 1, 300_000, made_up),
}
HOLE = 4 << 30
BLOCK = 1 << 20


class HashingFile(io.RawIOBase):
    """Passes bytes on to the archive and hashes them: a layer's digest is its name, which comes before it."""

    def __init__(self):
        self.digest, self.size = hashlib.sha256(), 0

    def write(self, data):
        self.digest.update(data)
        self.size += len(data)
        return len(data)


def write_layer(target, seed, files, size, content):
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.GNU_FORMAT) as archive:
        for number, held in enumerate(content(seed, files, size)):
            entry = tarfile.TarInfo(f"usr/lib/part{number % 97:02d}/file-{seed:02d}-{number:06d}")
            entry.size, entry.mode, entry.mtime = size, 0o644, 1_700_000_000
            archive.addfile(entry, io.BytesIO(held))


def add_document(archive, name, text):
    entry = tarfile.TarInfo(name)
    entry.size = len(text)
    archive.addfile(entry, io.BytesIO(text))


def open_layer_member(archive, digest, size):
    """The header of a layer, whose bytes the caller writes."""
    entry = tarfile.TarInfo(f"{digest}/layer.tar")
    entry.size = size
    archive.fileobj.write(entry.tobuf(tarfile.USTAR_FORMAT))


def close_layer_member(archive, size):
    archive.fileobj.write(bytes(-size % 512))
    archive.offset = archive.fileobj.tell()


def add_layer(archive, *what):
    """`what`: see write_layer."""
    proof = HashingFile()
    write_layer(proof, *what)
    open_layer_member(archive, proof.digest.hexdigest(), proof.size)
    write_layer(archive.fileobj, *what)
    close_layer_member(archive, proof.size)
    return proof.digest.hexdigest()


def add_hole(archive, size):
    """A layer whose one file is a hole of `size` bytes, a multiple of BLOCK."""
    entry = tarfile.TarInfo("zeros")
    entry.size = size
    header, end = entry.tobuf(tarfile.USTAR_FORMAT), bytes(1024)
    digest = hashlib.sha256(header)
    for _ in range(size // BLOCK):
        digest.update(bytes(BLOCK))
    digest.update(end)
    open_layer_member(archive, digest.hexdigest(), len(header) + size + len(end))
    archive.fileobj.write(header)
    archive.fileobj.seek(size, os.SEEK_CUR)
    archive.fileobj.write(end)
    close_layer_member(archive, len(header) + size + len(end))
    return digest.hexdigest()


def add_documents(archive, digests, name):
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {}, "created": "2023-11-14T22:13:20Z",
        "history": [{"created_by": f"layer {number}"} for number in range(len(digests))],
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]},
    }).encode()
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    add_document(archive, config_name, config)
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": [f"{digest}/layer.tar" for digest in digests]}]
    add_document(archive, "manifest.json", json.dumps(manifest).encode())


def write_image(path, layers, files, size, name, content=made_up):
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        add_documents(archive, [add_layer(archive, seed, files, size, content) for seed in range(layers)], name)


def write_hole_image(path, name):
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        add_documents(archive, [add_hole(archive, HOLE)], name)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("shape", choices=[*SHAPES, "hole"])
    arguments.add_argument("path")
    arguments.add_argument("--name")
    chosen = arguments.parse_args()
    name = chosen.name or f"occy-bench/{chosen.shape}:1"
    if chosen.shape == "hole":
        write_hole_image(chosen.path, name)
    else:
        *numbers, content = SHAPES[chosen.shape]
        write_image(chosen.path, *numbers, name, content)


if __name__ == "__main__":
    main()
