"""What tests put into a registry and look for there, with plain requests of Python's: no reader or writer of ours."""
import gzip, hashlib, http.client, json, random, ssl
from dataclasses import dataclass

from small_image import entry, layer
from spoiled_archive import gzipped

CREATED = "2023-11-14T22:13:20Z"
DOCKER = {"manifest": "application/vnd.docker.distribution.manifest.v2+json",
          "index": "application/vnd.docker.distribution.manifest.list.v2+json",
          "config": "application/vnd.docker.container.image.v1+json",
          "layer": "application/vnd.docker.image.rootfs.diff.tar.gzip"}
OCI = {"manifest": "application/vnd.oci.image.manifest.v1+json", "index": "application/vnd.oci.image.index.v1+json",
       "config": "application/vnd.oci.image.config.v1+json", "layer": "application/vnd.oci.image.layer.v1.tar+gzip"}
ALL_MANIFESTS = ", ".join(types[kind] for types in (DOCKER, OCI) for kind in ("manifest", "index"))


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def noise_layer(seed, size):
    """A layer that no compression makes much smaller: where a fault strikes is known."""
    return layer(entry(f"noise-{seed}", random.Random(seed).randbytes(size)))


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)


@dataclass
class Pushed:
    """An image or an index as it is in the registry."""
    digest: str
    manifest: bytes
    media_type: str
    config: bytes = b""
    layers: tuple = ()  # stored blobs

    @property
    def descriptor(self):
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.manifest)}

    @property
    def image_id(self):
        return digest_of(self.config)

    @property
    def diff_ids(self):
        return [digest_of(gzip.decompress(stored)) for stored in self.layers]


class Client:
    def __init__(self, host, authority=None, headers=None):
        self.host, self.headers = host, headers or {}
        self.context = ssl.create_default_context(cafile=authority) if authority else None

    def request(self, method, path, body=None, headers=None):
        connection = (http.client.HTTPSConnection(self.host, context=self.context, timeout=30) if self.context
                      else http.client.HTTPConnection(self.host, timeout=30))
        try:
            connection.request(method, path, body=body, headers={**self.headers, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def expect(self, status, *request, **named):
        answer = self.request(*request, **named)
        assert answer.status == status, f"{request[:2]}: expected {status}, found {answer.status}: {answer.body[:500]}"
        return answer

    def push_blob(self, repository, data):
        digest = digest_of(data)
        location = self.expect(202, "POST", f"/v2/{repository}/blobs/uploads/").headers["Location"]
        path = "/" + location.split("/", 3)[3] if "://" in location else location
        self.expect(201, "PUT", f"{path}&digest={digest}", data, {"Content-Type": "application/octet-stream"})
        return digest

    def push_manifest(self, repository, name, text, media_type):
        self.expect(201, "PUT", f"/v2/{repository}/manifests/{name}", text, {"Content-Type": media_type})

    def manifest(self, repository, name):
        """Status, bytes, media type and digest of what a reference leads to."""
        return self.request("GET", f"/v2/{repository}/manifests/{name}", headers={"Accept": ALL_MANIFESTS})

    def digest(self, repository, name):
        answer = self.manifest(repository, name)
        return answer.headers["Docker-Content-Digest"] if answer.status == 200 else None

    def blob(self, repository, digest):
        return self.expect(200, "GET", f"/v2/{repository}/blobs/{digest}").body

    def push_image(self, repository, name, layers, types=DOCKER, pack=gzipped, **config):
        """`layers` are plain; `name` is a tag, or nothing: then the image has its digest only."""
        stored = tuple(pack(plain) for plain in layers)
        document = {"architecture": "amd64", "os": "linux", "created": CREATED, "config": {},
                    "history": [{"created_by": f"step {number}"} for number in range(len(layers))],
                    "rootfs": {"type": "layers", "diff_ids": [digest_of(plain) for plain in layers]}, **config}
        text = json.dumps(document, indent=1).encode()
        for blob in (text, *stored):
            self.push_blob(repository, blob)
        manifest = json.dumps({"schemaVersion": 2, "mediaType": types["manifest"],
                               "config": {"mediaType": types["config"], "digest": digest_of(text), "size": len(text)},
                               "layers": [{"mediaType": types["layer"], "digest": digest_of(blob), "size": len(blob)}
                                          for blob in stored]}, indent=2).encode()
        self.push_manifest(repository, name or digest_of(manifest), manifest, types["manifest"])
        return Pushed(digest_of(manifest), manifest, types["manifest"], text, stored)

    def push_index(self, repository, name, members, types=OCI):
        """`members`: (Pushed, platform or nothing, more members of the descriptor)."""
        entries = [{**pushed.descriptor, **({"platform": platform} if platform else {}), **more}
                   for pushed, platform, more in members]
        text = json.dumps({"schemaVersion": 2, "mediaType": types["index"], "manifests": entries}, indent=3).encode()
        self.push_manifest(repository, name or digest_of(text), text, types["index"])
        return Pushed(digest_of(text), text, types["index"])

    def push_platforms(self, repository, name, platforms, types=OCI, layers=1):
        """An index of one image for each (os, architecture, variant)."""
        members = []
        for number, (system, architecture, variant) in enumerate(platforms):
            image = self.push_image(repository, None, [noise_layer(100 * number + part, 20_000) for part in range(layers)],
                                    types, os=system, architecture=architecture, **({"variant": variant} if variant else {}))
            platform = {"os": system, "architecture": architecture, **({"variant": variant} if variant else {})}
            members.append((image, platform, {}))
        return self.push_index(repository, name, members, types), [image for image, _, _ in members]
