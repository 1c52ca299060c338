"""The registry jobs of compare.py: each against Debian's docker-registry on loopback, started for it."""
import contextlib, json, shlex, shutil, subprocess, sys, urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from registry_peer import Registry  # noqa: E402

MANIFEST_TYPES = "application/vnd.docker.distribution.manifest.v2+json,application/vnd.oci.image.manifest.v1+json"


@contextlib.contextmanager
def registries(count):
    with contextlib.ExitStack() as stack:
        yield [Registry(stack.callback) for _ in range(count)]


def empty(registry):
    """It keeps nothing in memory: without its files it is as new."""
    return lambda: shutil.rmtree(registry.directory / "storage", ignore_errors=True)


def layers_of(registry, name):
    request = urllib.request.Request(f"http://{registry.host}/v2/{name}/manifests/1", headers={"Accept": MANIFEST_TYPES})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["layers"]


def in_bash(lines, jobs=1):
    """Lines of shell, `jobs` at once."""
    return ["bash", "-c", f"printf '%s\\0' {' '.join(map(shlex.quote, lines))} | xargs -0 -P {jobs} -n 1 bash -c"]


class RegistryJobs:
    """Mixed into compare.py's Bench."""

    def push_with_occy(self, image, registry, name):
        subprocess.run([self.occy, "process", "-q", "--insecure", f"tar://{image}", f"registry://{registry.host}/{name}:1"], check=True)

    def floor(self, registry, name, keep):
        """curl, openssl of the blob, igzip, openssl of the layer; with `keep` the layer is written as well."""
        lines = []
        for number, layer in enumerate(layers_of(registry, name)):
            out = f"| tee {self.out(f'floor.{number}')}" if keep else ""
            lines.append(f"curl -sf http://{registry.host}/v2/{name}/blobs/{layer['digest']} | tee >(openssl dgst -sha256) "
                         f"| igzip -d -c {out} | openssl dgst -sha256")
        return in_bash(lines)

    def remove_floor(self):
        for path in self.directory.glob("floor.*"):
            path.unlink()

    def pull(self):
        for shape in ("large", "layers", "files"):
            image = self.image(shape)
            with registries(1) as [registry]:
                self.push_with_occy(image, registry, shape)
                source = f"{registry.host}/{shape}:1"
                contenders = [
                    self.contender("occy process", [self.occy, "process", "-q", "--insecure", f"registry://{source}", f"tar://{self.out('occy.out')}"],
                                   self.remove("occy.out")),
                    self.contender("curl + igzip + openssl", self.floor(registry, shape, keep=True), self.remove_floor),
                    self.contender("skopeo copy", ["skopeo", "copy", "--insecure-policy", "-q", "--src-tls-verify=false", f"docker://{source}",
                                                   f"docker-archive:{self.out('skopeo.out')}:bench:1"], self.remove("skopeo.out"))]
                self.compare(f"registry → tar: {shape}", contenders, [
                    ("cpu", "occy process", "curl + igzip + openssl", 0.9), ("cpu", "occy process", "skopeo copy", 0.35),
                    ("written", "occy process", "curl + igzip + openssl", 1.01)])
                self.remove_floor()

    def check_registry(self):
        for shape in ("large", "files"):
            image = self.image(shape)
            with registries(1) as [registry]:
                self.push_with_occy(image, registry, shape)
                self.compare(f"check registry://: {shape}", [
                    self.contender("occy check", [self.occy, "check", "-q", "--insecure", f"registry://{registry.host}/{shape}:1"]),
                    self.contender("curl + igzip + openssl", self.floor(registry, shape, keep=False))],
                    [("cpu", "occy check", "curl + igzip + openssl", 0.9)])

    def push(self):
        for shape in ("large", "layers", "files"):
            image = self.image(shape)
            with registries(1) as [registry]:
                target = f"{registry.host}/{shape}:1"
                self.compare(f"tar → registry, gzip: {shape}", [
                    self.contender("occy process", [self.occy, "process", "-q", "--insecure", f"tar://{image}", f"registry://{target}"], empty(registry)),
                    self.contender("skopeo copy", ["skopeo", "copy", "--insecure-policy", "-q", "--dest-tls-verify=false", f"docker-archive:{image}",
                                                   f"docker://{target}"], empty(registry))], [("wall", "occy process", "skopeo copy", 0.5)])
                empty(registry)()
                self.push_with_occy(image, registry, shape)
                ours = sum(layer["size"] for layer in layers_of(registry, shape))
                theirs = int(subprocess.run(["sh", "-c", f"gzip -6 -c {image} | wc -c"], check=True, capture_output=True).stdout)
                print(f"\nsize: {ours / theirs:.3f} × gzip -6, target ≤ 1.12: {'reached' if ours <= 1.12 * theirs else 'MISSED'}")

    def mirror(self):
        for shape in ("large", "layers"):
            image = self.image(shape)
            with registries(2) as [source, target]:
                self.push_with_occy(image, source, shape)
                lines = [f"curl -sf http://{source.host}/v2/{shape}/blobs/{layer['digest']} | curl -sf -X PATCH -T - -H 'Content-Type: application/octet-stream' "
                         f"-D - -o /dev/null $(curl -sf -X POST -D - http://{target.host}/v2/{shape}/blobs/uploads/ | tr -d '\\r' | sed -n 's/^Location: //p') "
                         f"| tr -d '\\r' | sed -n 's/^Location: //p' | xargs -I @ curl -sf -X PUT '@&digest={layer['digest']}'"
                         for layer in layers_of(source, shape)]
                copy = [self.occy, "process", "-q", "--insecure", f"registry://{source.host}/{shape}:1", f"registry://{target.host}/{shape}:1"]
                self.compare(f"registry → registry: {shape}", [
                    self.contender("occy process", copy, empty(target)),
                    self.contender("curl down and up, 4 at once", in_bash(lines, jobs=4), empty(target))],
                    [("wall", "occy process", "curl down and up, 4 at once", 1.1), ("cpu", "occy process", "curl down and up, 4 at once", 1.1)])
                subprocess.run(copy, check=True)
                self.compare(f"registry → registry, already there: {shape}", [self.contender("occy process", copy)], [])

    def pull_to_docker(self):
        if not self.has_engine("pull_to_docker"):
            return
        for shape in ("large", "layers"):
            image = self.image(shape)
            with registries(1) as [registry]:
                self.push_with_occy(image, registry, shape)
                name = f"{registry.host}/{shape}:1"
                forget = lambda: self.forget(name)
                self.compare(f"registry → docker: {shape}", [
                    self.contender("occy process", [self.occy, "process", "-q", "--insecure", f"registry://{name}", f"docker://{name}?socket={self.socket}"], forget),
                    self.contender("docker pull", ["docker", "-H", f"unix://{self.socket}", "pull", "-q", name], forget)],
                    [("wall", "occy process", "docker pull", 0.95)])
                self.forget(name)

    def registry_memory(self):
        with registries(1) as [registry]:
            jobs = {}
            for shape in ("tiny", "huge"):
                image, name = self.image(shape), f"registry://{registry.host}/{shape}:1"
                for title, words in {"tar → registry": ["process", f"tar://{image}", name], "registry → tar": ["process", name, f"tar://{self.out('occy.out')}"],
                                     "check registry": ["check", name]}.items():
                    jobs[f"{title}: {shape}"] = self.once(self.contender(title, [self.occy, *words, "-q", "--insecure", "-j4"], self.remove("occy.out")))
        self.show_memory("memory with 4 workers, 5 MB to 2.5 GB, registries", jobs)
