"""Small docker-save archives from lists of entries, written by Python's tarfile: what a layer of a build looks like."""
import hashlib, io, json, tarfile

from make_image import add_document

CREATED = "2023-11-14T22:13:20Z"


def entry(name, data=b"", **fields):
    """A member: a directory when its name ends in a slash, a symbolic link when it has a linkname, else a file."""
    member = tarfile.TarInfo(name)
    member.mode, member.mtime, member.size = 0o644, 1_700_000_000, len(data)
    if name.endswith("/"):
        member.type, member.mode = tarfile.DIRTYPE, 0o755
    elif "linkname" in fields:
        member.type = tarfile.SYMTYPE
    for field, value in fields.items():
        setattr(member, field, value)
    return member, data


def layer(*entries, form=tarfile.PAX_FORMAT):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form, encoding="utf-8", errors="surrogateescape") as archive:
        for member, data in entries:
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def write_small_image(path, layers, **config):
    """Members of `config` replace those of the config."""
    digests = [hashlib.sha256(bytes_).hexdigest() for bytes_ in layers]
    document = {"architecture": "amd64", "os": "linux", "created": CREATED, "config": {},
                "history": [{"created_by": f"step {number}"} for number in range(len(layers))],
                "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]}, **config}
    text = json.dumps(document).encode()
    name = hashlib.sha256(text).hexdigest() + ".json"
    manifest = [{"Config": name, "RepoTags": ["occy/small:1"], "Layers": [f"{digest}/layer.tar" for digest in digests]}]
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        for digest, bytes_ in dict(zip(digests, layers)).items():
            add_document(archive, f"{digest}/layer.tar", bytes_)
        add_document(archive, name, text)
        add_document(archive, "manifest.json", json.dumps(manifest).encode())
