#!/usr/bin/env python3
"""Writes a docker-save archive for the shell tests: LAYERS layers, each a tar with one file of SIZE bytes.

usage: make_archive.py ARCHIVE NAME:TAG LAYERS SIZE

The files' bytes are random but the same on every run; with a SIZE above 64 MiB they are zeros, and the archive is a
sparse file that takes almost no disk.
"""
import hashlib
import io
import json
import random
import sys
import tarfile

BLOCK = 1 << 20
RANDOM_UP_TO = 64 << 20


def header(name, size):
    """One USTAR header; a size beyond 8 GiB does not occur here."""
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.USTAR_FORMAT)


def padded(size):
    return (size + 511) // 512 * 512


class Archive:
    def __init__(self, path):
        self.file = open(path, "wb")

    def add(self, name, data):
        self.file.write(header(name, len(data)) + data + bytes(padded(len(data)) - len(data)))

    def add_zero_layer(self, size):
        """A layer whose one file is a hole; returns its diff_id."""
        inner, tail = header("zeros", size), bytes(padded(size) - size + 2 * 512)
        digest = hashlib.sha256(inner)
        for start in range(0, size, BLOCK):
            digest.update(bytes(min(BLOCK, size - start)))
        digest.update(tail)
        self.file.write(header(f"{digest.hexdigest()}/layer.tar", len(inner) + size + len(tail)) + inner)
        self.file.seek(size + len(tail), io.SEEK_CUR)
        return digest.hexdigest()

    def add_random_layer(self, seed, size):
        data = random.Random(seed).randbytes(size)
        layer = header(f"file-{seed}", size) + data + bytes(padded(size) - size + 2 * 512)
        digest = hashlib.sha256(layer).hexdigest()
        self.add(f"{digest}/layer.tar", layer)
        return digest

    def finish(self, name, digests):
        config = json.dumps({"architecture": "amd64", "os": "linux", "config": {},
                             "rootfs": {"type": "layers", "diff_ids": [f"sha256:{d}" for d in digests]}}).encode()
        config_name = hashlib.sha256(config).hexdigest() + ".json"
        layers = [f"{d}/layer.tar" for d in digests]
        self.add(config_name, config)
        self.add("manifest.json", json.dumps([{"Config": config_name, "RepoTags": [name], "Layers": layers}]).encode())
        self.file.write(bytes(2 * 512))
        self.file.close()


def main():
    path, name, layers, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    archive = Archive(path)
    if size > RANDOM_UP_TO:
        digests = [archive.add_zero_layer(size + 512 * index) for index in range(layers)]
    else:
        digests = [archive.add_random_layer(index, size) for index in range(layers)]
    archive.finish(name, digests)


main()
