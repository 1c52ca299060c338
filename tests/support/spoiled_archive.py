"""A docker-save archive as a list of members, which a test spoils before it is written.

An own writer: what the command's encoder and reader do wrong together must not look right.
"""
import gzip, hashlib, io, json, tarfile
from dataclasses import dataclass


def digest(data):
    return hashlib.sha256(data).hexdigest()


def small_layer(text):
    """An uncompressed layer whose only file says `text`."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        entry = tarfile.TarInfo("file")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text.encode()))
    return layer.getvalue()


def gzipped(data):
    return gzip.compress(data, 6, mtime=0)


def with_checksum(block):
    """The header block with the sum that it must have."""
    block = block[:148] + b" " * 8 + block[156:]
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def pax_header(records):
    """An extension header of these records, for the member that follows."""
    text = b""
    for key, value in records.items():
        rest = b" " + key.encode() + b"=" + value + b"\n"
        size = len(rest) + 1
        while len(str(size)) + len(rest) != size:
            size += 1
        text += str(size).encode() + rest
    return Member("PaxHeader", text, type=b"x").bytes()


@dataclass
class Member:
    name: str
    data: bytes = b""
    type: bytes = tarfile.REGTYPE
    link: str = ""
    before: bytes = b""  # extension headers
    size_field: bytes = b""  # in the place of the true one

    def bytes(self):
        entry = tarfile.TarInfo(self.name)
        entry.type, entry.linkname, entry.size = self.type, self.link, len(self.data)
        header = entry.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
        if self.size_field:
            last = len(header) - 512
            block = header[last : last + 124] + self.size_field.ljust(12, b"\0") + header[last + 136 :]
            header = header[:last] + with_checksum(block)
        return self.before + header + self.data + bytes(-len(self.data) % 512)


class SpoiledArchive:
    """Three layers, a config and manifest.json; `packed` may compress the layers. Tests change what they like."""

    def __init__(self, name="occy/spoiled:1", packed=lambda layer: layer):
        layers = [small_layer(text) for text in ("one", "two", "three")]
        self.diff_ids = [digest(layer) for layer in layers]
        self.layers = [Member(f"{diff_id}/layer.tar", packed(layer)) for diff_id, layer in zip(self.diff_ids, layers)]
        self.document = {"architecture": "amd64", "os": "linux", "config": {},
                         "rootfs": {"type": "layers", "diff_ids": [f"sha256:{diff_id}" for diff_id in self.diff_ids]}}
        self.entry = {"RepoTags": [name], "Layers": [layer.name for layer in self.layers]}
        self.manifest = Member("manifest.json")
        self.config = Member("")
        self.more = []
        self.set_config(json.dumps(self.document).encode())

    def set_config(self, data):
        """The config, its name and the manifest that names it."""
        self.config = Member(f"{digest(data)}.json", data)
        self.entry["Config"] = self.config.name
        self.set_manifest(json.dumps([self.entry]).encode())

    def update(self):
        """After a change of `document` or `entry`."""
        self.set_config(json.dumps(self.document).encode())

    def set_manifest(self, data):
        self.manifest = Member("manifest.json", data)

    @property
    def image_id(self):
        return "sha256:" + digest(self.config.data)

    def members(self):
        return [member for member in [*self.layers, self.config, self.manifest, *self.more] if member]

    def bytes(self):
        return b"".join(member.bytes() for member in self.members()) + bytes(1024)
