"""What tests of the command against registries start with."""
import base64, json, re, shutil, subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from command_case import CommandCase
from fault_proxy import FaultProxy
from registry_client import Client, digest_of
from registry_peer import Registry

PASSWORD = "s3cr3t-w0rd"
BASIC = "Basic " + base64.b64encode(f"user:{PASSWORD}".encode()).decode()
# In Base64 too, wherever in a text it stands: what is the same for each of the three positions.
SECRETS = (PASSWORD, *(base64.b64encode(b"x" * before + PASSWORD.encode()).decode()[4:12] for before in range(3)))


class RegistryCase(CommandCase):
    def registry(self, **settings):
        return Registry(self.addCleanup, **settings)

    def proxy(self, registry, **settings):
        return FaultProxy(self.addCleanup, registry.host, **settings)

    # --- the command

    def process(self, source, target, *arguments, **settings):
        return self.occy("process", source, target, "--insecure", "--progress=none", *arguments, **settings)

    def move(self, source, target, *arguments, **settings):
        """Must succeed, verified in full."""
        done = self.process(source, target, "--verify=full", *arguments, **settings)
        self.assert_moved(done)
        return done

    def assert_moved(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"verified OK( \(full\))?(, \d+ retr(y|ies))?(, \d+ rate limits?)?\n")
        self.assert_no_secrets(done)

    def assert_failed(self, done, *words, side="input|output|verify"):
        """One line that says why, and it is not the secret."""
        self.assertEqual(done.returncode, 1, done.stderr)
        lines = [line for line in done.stderr.splitlines() if line.startswith("occy: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertRegex(lines[0], f"^occy: ({side}): .+: .+")
        self.assertNotIn("verified OK", done.stderr)
        for word in words:
            self.assertRegex(done.stderr, f"(?i){word}")
        self.assert_no_secrets(done)

    def assert_no_secrets(self, done):
        for secret in SECRETS:
            self.assertNotIn(secret, done.stderr + done.stdout)

    def info(self, source, *arguments):
        done = self.occy("info", source, "--insecure", "-O", "json", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    # --- other readers

    def skopeo(self, *arguments):
        if not shutil.which("skopeo"):
            self.skipTest("no skopeo command")
        done = subprocess.run(["skopeo", *arguments], env={**self.environment, "TMPDIR": str(self.directory)},
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def assert_skopeo_reads(self, source, image_id, insecure=True):
        """All blobs, each held against its digest; and the config is the one that it should be."""
        place = Path(self.directory / "judge")
        shutil.rmtree(place, ignore_errors=True)
        arguments = ["--src-tls-verify=false"] if insecure and source.startswith("docker:") else []
        self.skopeo("--insecure-policy", "copy", *arguments, source, f"dir:{place}")
        manifest = json.loads((place / "manifest.json").read_text())
        self.assertEqual(manifest["config"]["digest"], image_id)
        for blob in (manifest["config"], *manifest["layers"]):
            self.assertEqual(digest_of((place / blob["digest"].removeprefix("sha256:")).read_bytes()), blob["digest"])
        return manifest

    def left_behind(self, place):
        return sorted(path.name for path in Path(place).iterdir())


def in_parallel(jobs, at_once=8):
    """Futures of functions without arguments, when all have ended: most of their time they wait."""
    with ThreadPoolExecutor(at_once) as pool:
        return [pool.submit(job) for job in jobs]


def as_name(text):
    """A repository's name of any text."""
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


__all__ = ["BASIC", "Client", "PASSWORD", "RegistryCase", "as_name", "digest_of", "in_parallel"]
