"""A token server as registries name it in `WWW-Authenticate: Bearer realm=…`: GET with Basic credentials, and the OAuth2
POST with a password or a refresh token. Tokens are signed by the openssl command (RS256).
"""
import base64, hashlib, json, secrets, shutil, tempfile, threading, time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from certificates import openssl
from local_server import Handler, serve


def text64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def key_id(public_key):
    """As docker-registry computes it from the certificates that it trusts: 240 bits of the key's hash, in base 32."""
    text = base64.b32encode(hashlib.sha256(public_key).digest()[:30]).decode()
    return ":".join(text[start : start + 4] for start in range(0, len(text), 4))


@dataclass
class TokenRequest:
    method: str
    parameters: dict
    authorization: str  # the scheme's name, or nothing
    user: str
    scopes: list = field(default_factory=list)
    host: str = ""


class TokenServer:
    """Answers from the start, until the cleanup that it adds. Tests set its members between requests."""

    def __init__(self, add_cleanup, users=None, certificate=None):
        self.directory = Path(tempfile.mkdtemp(prefix="occy-tokens."))
        add_cleanup(shutil.rmtree, self.directory)
        self.users = users or {}
        self.service, self.issuer = "occy test registry", "occy test issuer"
        self.lifetime = 300  # seconds, in the token itself
        self.expires_in = 300  # seconds, as the answer says; None: it does not
        self.names = ("token",)  # members of the answer that carry the token
        self.anonymous_actions = set()  # what who has no credentials gets of what it asks for
        self.refresh_tokens = {}  # identity token: user
        self.faults = {}  # number of the request, from 1, or None for all: function of the handler
        self.requests = []
        self.issued = set()
        self.lock = threading.Lock()
        self.make_key()
        self.host = serve(add_cleanup, TokenHandler, self, certificate)
        self.realm = f"{'https' if certificate else 'http'}://{self.host}/token"

    def make_key(self):
        self.key, self.certificate = self.directory / "key.pem", self.directory / "certificate.pem"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", self.certificate, "-days", "2",
                "-subj", "/CN=occy test tokens")
        self.key_id = key_id(openssl("rsa", "-in", self.key, "-pubout", "-outform", "DER"))

    def sign(self, user, access):
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": user, "aud": self.service, "iat": now, "nbf": now - 10,
                  "exp": now + self.lifetime, "jti": secrets.token_hex(8), "access": access}
        header = {"typ": "JWT", "alg": "RS256", "kid": self.key_id}
        text = ".".join(text64(json.dumps(part).encode()) for part in (header, claims))
        token = text + "." + text64(openssl("dgst", "-sha256", "-sign", self.key, data=text.encode()))
        self.issued.add(token)
        return token

    def access(self, user, scopes):
        access = []
        for kind, name, actions in (scope.rsplit(":", 1)[0].split(":", 1) + [scope.rsplit(":", 1)[1]] for scope in scopes):
            allowed = set(actions.split(",")) if user else set(actions.split(",")) & self.anonymous_actions
            access.append({"type": kind, "name": name, "actions": sorted(allowed)})
        return access

    def answer(self, user, scopes, refresh):
        token = self.sign(user, self.access(user, scopes))
        document = {name: token for name in self.names}
        if self.expires_in is not None:
            document["expires_in"] = self.expires_in
        if refresh:
            document["refresh_token"] = secrets.token_hex(16)
            self.refresh_tokens[document["refresh_token"]] = user
        return document


class TokenHandler(Handler):
    def do_GET(self):
        self.handle_request(parse_qs(urlsplit(self.path).query))

    def do_POST(self):
        self.handle_request(parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))

    def handle_request(self, parameters):
        tokens = self.server.owner
        user = self.oauth_user(parameters) if self.command == "POST" else self.basic_user()
        scopes = [scope for text in parameters.get("scope", []) for scope in text.split()]
        with tokens.lock:
            tokens.requests.append(TokenRequest(self.command, parameters, self.headers.get("Authorization", "").split(" ")[0],
                                                user or "", scopes, self.headers.get("Host", "")))
            fault = tokens.faults.get(len(tokens.requests)) or tokens.faults.get(None)
        if fault:
            self.close_connection = True
            fault(self)
        elif user is None:
            self.reply(401, {"details": "incorrect username or password"})
        else:
            wants_refresh = "offline" in parameters.get("access_type", []) or "true" in parameters.get("offline_token", [])
            self.reply(200, tokens.answer(user, scopes, wants_refresh))

    def basic_user(self):
        """The user; nothing for who gave no credentials; None for who gave wrong ones."""
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return ""
        user, _, password = base64.b64decode(value).decode().partition(":") if scheme == "Basic" else ("", "", "")
        return user if user and self.server.owner.users.get(user) == password else None

    def oauth_user(self, parameters):
        one = {name: values[0] for name, values in parameters.items()}
        if one.get("grant_type") == "refresh_token":
            return self.server.owner.refresh_tokens.get(one.get("refresh_token"))
        user = one.get("username")
        return user if user and self.server.owner.users.get(user) == one.get("password") else None

    def reply(self, status, document):
        self.reply_text(status, json.dumps(document).encode(), "application/json")

    def reply_text(self, status, text, content_type):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def html(status):
    return lambda handler: handler.reply_text(status, b"<html><body>Log in, please</body></html>", "text/html")


def server_error(handler):
    handler.reply(500, {"details": "database is locked"})


def huge_token(handler):
    handler.reply(200, {"token": "x" * (1 << 20), "expires_in": 300})


def token_with_line_break(handler):
    handler.reply(200, {"token": "x\r\nX-Injected: yes", "expires_in": 300})


def endless_body(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Connection", "close")
    handler.end_headers()
    try:
        handler.wfile.write(b'{"token": "')
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        pass  # the client had enough
