"""Debian's docker-registry on loopback, with an empty storage of its own: open, with a password, with tokens, with TLS.

    registry = Registry(self.addCleanup, auth=passwords({"user": "secret"}))
    registry.host                   # 127.0.0.1:PORT
"""
import contextlib, ctypes, json, os, re, secrets, shutil, subprocess, sys, tempfile, time, unittest
from pathlib import Path

START_SECONDS = 20
STOP_SECONDS = 10


def registry_program():
    program = shutil.which("docker-registry", path=os.environ.get("PATH", "") + ":/usr/bin:/usr/local/bin")
    if not program:
        raise unittest.SkipTest("no docker-registry command (Debian's package docker-registry)")
    return program


def bcrypt(password):
    """As htpasswd -B writes it; the C library's own, as Python's crypt module is gone since 3.13."""
    crypt = ctypes.CDLL("libcrypt.so.1").crypt
    crypt.restype = ctypes.c_char_p
    hashed = crypt(password.encode(), b"$2b$04$" + secrets.token_hex(10).encode() + b"eu")
    assert hashed and hashed.startswith(b"$2b$"), "libcrypt does not know bcrypt"
    return hashed.decode()


def passwords(users):
    def settings(directory):
        path = directory / "htpasswd"
        path.write_text("".join(f"{user}:{bcrypt(password)}\n" for user, password in users.items()))
        return {"htpasswd": {"realm": "occy test", "path": str(path)}}

    return settings


def tokens(server):
    """Of a TokenServer."""
    return lambda _: {"token": {"realm": server.realm, "service": server.service, "issuer": server.issuer,
                                "rootcertbundle": str(server.certificate)}}


class Registry:
    """Starts at once, and is stopped and removed by the cleanup that it adds (a case's or a class's)."""

    def __init__(self, add_cleanup, auth=None, certificate=None, client_authority=None):
        program = registry_program()
        self.directory = Path(tempfile.mkdtemp(prefix="occy-registry."))
        add_cleanup(shutil.rmtree, self.directory)
        self.scheme = "https" if certificate else "http"
        self.log = self.directory / "log"
        settings = self.directory / "config.yml"
        settings.write_text(json.dumps(self.settings(auth, certificate, client_authority)))  # JSON is YAML
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([program, "serve", str(settings)], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, env={"PATH": os.environ["PATH"], "OTEL_TRACES_EXPORTER": "none"})
        add_cleanup(self.stop)
        self.port = self.await_port()
        self.host = f"127.0.0.1:{self.port}"

    def settings(self, auth, certificate, client_authority):
        http = {"addr": "127.0.0.1:0", "secret": "of a test"}
        if certificate:
            http["tls"] = {"certificate": str(certificate.certificate), "key": str(certificate.key)}
        if client_authority:
            http["tls"]["clientcas"] = [str(client_authority.certificate)]
        return {"version": 0.1, "log": {"level": "info", "accesslog": {"disabled": True}}, "http": http,
                "validation": {"manifests": {"urls": {"allow": ["."]}}},  # of layers that are elsewhere
                "storage": {"filesystem": {"rootdirectory": str(self.directory / "storage")}, "delete": {"enabled": True}},
                **({"auth": auth(self.directory)} if auth else {})}

    def await_port(self):
        """The system chose it, and the log says it: no two tests ever ask for the same one."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if found := re.search(r"listening on 127\.0\.0\.1:(\d+)", self.log.read_text(errors="replace")):
                return int(found[1])
            time.sleep(0.02)
        raise RuntimeError(f"docker-registry did not start:\n{self.log.read_text(errors='replace')}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def repository(self, name):
        return self.directory / "storage/docker/registry/v2/repositories" / name

    def tags(self, name):
        """What is published, from the storage itself: no client and no cache can hide a half-done push."""
        place = self.repository(name) / "_manifests/tags"
        return sorted(path.name for path in place.iterdir() if (path / "current/link").is_file()) if place.is_dir() else []

    def digest(self, name, tag):
        return (self.repository(name) / "_manifests/tags" / tag / "current/link").read_text()

    def finished(self, method, path):
        """Paths that were answered with success, as often as they were, as the registry's own log says."""
        line = re.compile(rf'http\.request\.method={method} .*http\.request\.uri="?({path})[" ].*http\.response\.status=2')
        return [found[1] for text in self.log.read_text(errors="replace").splitlines() if (found := line.search(text))]

    def blob_path(self, digest):
        algorithm, hex_digits = digest.split(":")
        return self.directory / "storage/docker/registry/v2/blobs" / algorithm / hex_digits[:2] / hex_digits / "data"


def main():
    """For shell tests: an open registry, its host and port on standard output, until standard input ends."""
    with contextlib.ExitStack() as stack:
        try:
            print(Registry(stack.callback).host, flush=True)
        except unittest.SkipTest as reason:
            sys.exit(f"skipped: {reason}")
        sys.stdin.read()


if __name__ == "__main__":
    main()
