"""A certificate authority of a test's own, made with the openssl command, and what it signs."""
import ssl, subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

LOOPBACK = ("IP:127.0.0.1", "IP:::1", "DNS:localhost")
KEY_OF_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
CA_SETTINGS = """[ca]
default_ca = own
[own]
database = index.txt
unique_subject = no
rand_serial = yes
new_certs_dir = .
default_md = sha256
policy = any
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
"""


@dataclass
class Certificate:
    certificate: Path
    key: Path

    def server_context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def openssl(*arguments, directory=None, data=None):
    done = subprocess.run(["openssl", *map(str, arguments)], cwd=directory, input=data, capture_output=True, timeout=30)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def day(offset):
    return (datetime.now(timezone.utc) + timedelta(days=offset)).strftime("%Y%m%d%H%M%SZ")


class Authority:
    """Its files are in a directory that the caller removes."""

    def __init__(self, directory, name="occy test authority"):
        self.directory = Path(directory)
        self.directory.mkdir()
        self.certificate, self.key = self.directory / "ca.pem", self.directory / "ca.key"
        (self.directory / "index.txt").touch()
        (self.directory / "settings").write_text(CA_SETTINGS)
        openssl("req", "-x509", *KEY_OF_CURVE, "-keyout", self.key, "-out", self.certificate, "-days", "2", "-subj", f"/CN={name}",
                "-addext", "keyUsage = critical,keyCertSign,cRLSign")

    def issue(self, name, hosts=LOOPBACK, from_day=-1, to_day=1, usage="serverAuth"):
        """`openssl ca`, as it is the one command of every version that takes both dates."""
        certificate, key = self.directory / f"{name}.pem", self.directory / f"{name}.key"
        request, extensions = self.directory / f"{name}.csr", self.directory / f"{name}.ext"
        extensions.write_text(f"subjectAltName = {','.join(hosts)}\nextendedKeyUsage = {usage}\n"
                              "authorityKeyIdentifier = keyid\n")
        openssl("req", "-new", *KEY_OF_CURVE, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        openssl("ca", "-batch", "-notext", "-config", "settings", "-cert", self.certificate, "-keyfile", self.key,
                "-startdate", day(from_day), "-enddate", day(to_day), "-extfile", extensions, "-in", request,
                "-out", certificate, directory=self.directory)
        return Certificate(certificate, key)

    def server(self):
        return self.issue("server")

    def expired(self):
        return self.issue("expired", from_day=-3, to_day=-2)

    def for_another_host(self):
        return self.issue("elsewhere", hosts=("DNS:registry.example", "IP:192.0.2.1"))

    def client(self):
        return self.issue("client", usage="clientAuth")
