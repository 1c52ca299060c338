"""A proxy as HTTP_PROXY and HTTPS_PROXY name it: absolute targets and CONNECT, with and without a password."""
import base64, http.client, select, socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from local_server import Handler, serve

HOP_BY_HOP = ("connection", "proxy-connection", "proxy-authorization", "keep-alive", "transfer-encoding")


@dataclass
class Proxied:
    method: str
    target: str
    proxy_authorization: str
    authorization: str


class ForwardProxy:
    """`names` leads hosts that do not exist to ones that do, as a name server would."""

    def __init__(self, add_cleanup, user=None, password="", names=None):
        self.expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode() if user else None
        self.names, self.seen = names or {}, []
        self.host = serve(add_cleanup, ForwardHandler, self)
        self.url = f"http://{self.host}"
        self.url_with_password = f"http://{user}:{password}@{self.host}" if user else self.url


class ForwardHandler(Handler):
    def admitted(self):
        forward, given = self.server.owner, self.headers.get("Proxy-Authorization", "")
        forward.seen.append(Proxied(self.command, self.path, given, self.headers.get("Authorization", "")))
        if forward.expected in (None, given):
            return True
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(407)
        self.send_header("Proxy-Authenticate", 'Basic realm="occy test proxy"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def do_CONNECT(self):
        if not self.admitted():
            return
        host, _, port = self.server.owner.names.get(self.path, self.path).rpartition(":")
        try:
            upstream = socket.create_connection((host.strip("[]"), int(port)), timeout=10)
        except OSError:
            self.send_error(502)
            return
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        with upstream:
            self.relay(upstream)

    def relay(self, upstream):
        other = {self.connection: upstream, upstream: self.connection}
        while True:
            for source in select.select(list(other), [], [])[0]:
                if not (data := source.recv(65536)):
                    return
                other[source].sendall(data)

    def forward(self):
        if not self.admitted():
            return
        parts = urlsplit(self.path)
        connection = http.client.HTTPConnection(self.server.owner.names.get(parts.netloc, parts.netloc), timeout=30)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        connection.request(self.command, parts.path + (f"?{parts.query}" if parts.query else ""), body=body, headers=headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        self.send_answer(answer, data)

    def send_answer(self, answer, data):
        self.send_response_only(answer.status, answer.reason)
        has_length = self.command == "HEAD" or answer.status in (204, 304)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP and (has_length or name.lower() != "content-length"):
                self.send_header(name, value)
        if not has_length:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = forward
