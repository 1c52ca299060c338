"""A proxy in front of a registry that breaks what it is told to break, and writes down every request.

    proxy = FaultProxy(self.addCleanup, registry.host)
    proxy.on("GET", "/blobs/", cut(after=1000), nth={1})      # the faults are in faults.py
    proxy.host                                                # 127.0.0.1:PORT, to be used in the registry's place
    proxy.seen                                                # what was asked, in the order of the answers' ends

A fault is a function of an Exchange: it reads as much of the request, forwards, changes and sends as it likes.
"""
import http.client, re, select, socket, ssl, struct, threading, time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

WITHOUT_BODY = (204, 304)
PATIENCE = 90  # seconds that a held connection lives when its client does not close it


class Closed(Exception):
    """The connection is over, on purpose."""


@dataclass
class Seen:
    method: str
    target: str
    headers: dict  # names in lower case
    listener: str  # host:port that the client connected to
    at: float = field(default_factory=time.monotonic)
    body: int = 0  # bytes of the request's body
    status: int = 0
    served: int = 0  # bytes of the answer's body
    fault: str = ""

    @property
    def path(self):
        return urlsplit(self.target).path

    @property
    def authorization(self):
        return self.headers.get("authorization", "")


@dataclass
class Response:
    status: int
    headers: list = field(default_factory=list)
    body: bytes = b""
    reason: str = "X"

    def header(self, name):
        return next((value for other, value in self.headers if other.lower() == name.lower()), None)

    def with_header(self, name, value):
        """Replaced, or taken away when the value is None."""
        kept = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        return Response(self.status, kept + ([(name, value)] if value is not None else []), self.body, self.reason)

    def head(self):
        lines = [f"HTTP/1.1 {self.status} {self.reason}", *(f"{name}: {value}" for name, value in self.headers), "", ""]
        return "\r\n".join(lines).encode("latin-1")


@dataclass
class Rule:
    method: re.Pattern
    target: re.Pattern
    fault: object
    nth: object = None  # of the requests that match, from 1; None: each
    matched: int = 0


class Exchange:
    """One request and its answer."""

    def __init__(self, proxy, connection, stream, seen):
        self.proxy, self.connection, self.stream, self.seen = proxy, connection, stream, seen
        self.chunk = 0  # bytes left of the chunk that is being read
        self.remaining = None if seen.headers.get("transfer-encoding") == "chunked" else int(seen.headers.get("content-length", 0))

    def read_body(self, most=None):
        """The rest of the request's body, or its first bytes."""
        if self.seen.headers.get("expect", "").lower() == "100-continue" and not self.seen.body:
            self.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self.remaining is None:
            data = self.read_chunks(most)
        else:
            data = self.stream.read(self.remaining if most is None else min(most, self.remaining))
            self.remaining -= len(data)
        self.seen.body += len(data)
        return data

    def read_chunks(self, most):
        data = bytearray()
        while self.remaining is None and (most is None or len(data) < most):
            if not self.chunk:
                self.chunk = int(self.stream.readline() or b"0", 16)
                if not self.chunk:
                    self.remaining = 0
            part = self.stream.read(self.chunk if most is None else min(self.chunk, most - len(data)))
            data += part
            self.chunk = self.chunk - len(part) if part else 0
            if not self.chunk:
                self.stream.readline()
        return bytes(data)

    def forward(self, body=None, without=(), target=None):
        """The registry's answer; the body may be another one, and headers left out."""
        data = self.read_body() if body is None else body
        headers = {name: value for name, value in self.seen.headers.items()
                   if name not in ("connection", "transfer-encoding", "expect", "content-length", *without)}
        if data or self.seen.method in ("POST", "PUT", "PATCH"):
            headers["content-length"] = str(len(data))
        with self.proxy.upstream_connection() as upstream:
            upstream.request(self.seen.method, target or self.proxy.target_of(self.seen), body=data, headers={**headers, **self.proxy.more_headers})
            answer = upstream.getresponse()
            return self.framed(Response(answer.status, answer.getheaders(), answer.read(), answer.reason))

    def framed(self, response):
        """With a Content-Length, which chunks do not have; to HEAD, the one that the registry says."""
        response = response.with_header("Transfer-Encoding", None)
        if self.seen.method == "HEAD" or response.status in WITHOUT_BODY:
            return response
        return response.with_header("Content-Length", str(len(response.body)))

    def send(self, response, most=None):
        """At most so many bytes of the body."""
        self.seen.status = response.status
        self.connection.sendall(response.head())
        if self.seen.method != "HEAD" and response.status not in WITHOUT_BODY:
            self.send_body(response.body[:most])

    def send_body(self, data):
        self.connection.sendall(data)
        self.seen.served += len(data)

    def answer(self, status, body=b"", content_type="application/json", **headers):
        """Without asking the registry; the request's body is read, as a server does."""
        self.read_body()
        fields = [("Content-Type", content_type), *((name.replace("_", "-"), value) for name, value in headers.items())]
        self.send(self.framed(Response(status, fields, body)))

    def close(self, reset=False):
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Closed

    def ignore(self):
        """Reads nothing either."""
        closed = select.poll()
        closed.register(self.connection, select.POLLRDHUP)
        closed.poll(PATIENCE * 1000)
        raise Closed

    def hold(self):
        """Says nothing more, and waits until the client closes."""
        self.connection.settimeout(PATIENCE)
        try:
            while self.stream.read(65536):
                pass
        except OSError:
            pass
        raise Closed


class UpstreamConnection:
    def __init__(self, host, context):
        kind = http.client.HTTPSConnection if context else http.client.HTTPConnection
        self.connection = kind(host, timeout=60, **({"context": context} if context else {}))

    def __enter__(self):
        return self.connection

    def __exit__(self, *_):
        self.connection.close()


class FaultProxy:
    def __init__(self, add_cleanup, upstream, certificate=None, upstream_authority=None, more_headers=None, address="127.0.0.1"):
        """`more_headers` are sent to the registry whatever the client sent: a store behind signed URLs, say."""
        self.upstream, self.certificate, self.more_headers = upstream, certificate, more_headers or {}
        self.upstream_context = ssl.create_default_context(cafile=upstream_authority) if upstream_authority else None
        if certificate:
            self.more_headers = {"x-forwarded-proto": "https", **self.more_headers}
        self.rules, self.seen, self.lock, self.clients = [], [], threading.Lock(), []
        self.moved = {}  # path of an upload: the query that the registry wants by now
        self.listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        # What a client has sent when a fault strikes is little more than what was read, as on a line.
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256 * 1024)
        self.listener.bind((address, 0))
        self.listener.listen(128)
        self.port = self.listener.getsockname()[1]
        self.host = f"[{address}]:{self.port}" if ":" in address else f"{address}:{self.port}"
        self.url = f"{'https' if certificate else 'http'}://{self.host}"
        self.context = certificate.server_context() if certificate else None
        threading.Thread(target=self.accept, daemon=True).start()
        add_cleanup(self.stop)

    def upstream_connection(self):
        return UpstreamConnection(self.upstream, self.upstream_context)

    def target_of(self, seen):
        query = self.moved.get(seen.path) if seen.method == "GET" else self.moved.pop(seen.path, None)
        if query is None:
            return seen.target
        return f"{seen.path}?{query}" + "".join(f"&{part}" for part in seen.target.split("?")[-1].split("&") if "digest=" in part)

    def on(self, method, target, fault, nth=None):
        """`method` and `target` are regular expressions; `nth` numbers of the requests that match, or None for each."""
        self.rules.append(Rule(re.compile(method), re.compile(target), fault, nth))
        return self

    def requests(self, method=".*", target=""):
        with self.lock:
            return [seen for seen in self.seen if re.fullmatch(method, seen.method) and re.search(target, seen.target)]

    def forget(self):
        with self.lock:
            self.rules, self.seen = [], []

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            for client in self.clients:
                try:
                    client.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # closed already

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.clients.append(client)
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            connection = self.context.wrap_socket(client, server_side=True) if self.context else client
            with connection, connection.makefile("rb") as stream:
                while self.serve_one(connection, stream):
                    pass
        except (OSError, Closed, ValueError):
            pass  # the client went away, or was sent away
        finally:
            client.close()

    def serve_one(self, connection, stream):
        words = stream.readline().decode("latin-1").split()
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return False  # TLS, where none is spoken
        headers = {}
        while (line := stream.readline().decode("latin-1").rstrip("\r\n")):
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        seen = Seen(words[0], words[1], headers, self.host)
        exchange = Exchange(self, connection, stream, seen)
        with self.lock:
            self.seen.append(seen)
            fault = self.fault_for(seen)
        if fault:
            seen.fault = fault.__name__
            fault(exchange)
        else:
            exchange.send(exchange.forward())
        return headers.get("connection", "").lower() != "close"

    def fault_for(self, seen):
        """Each rule that matches counts; the first whose turn it is decides."""
        chosen = None
        for rule in self.rules:
            if rule.method.fullmatch(seen.method) and rule.target.search(seen.target):
                rule.matched += 1
                if chosen is None and (rule.nth is None or rule.matched in rule.nth):
                    chosen = rule.fault
        return chosen
