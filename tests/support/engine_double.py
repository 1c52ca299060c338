"""A Docker engine's double on a Unix socket, for tests of the command: it answers as an engine does, or as a test says."""
import json, shutil, socket, tempfile, threading, time
from dataclasses import dataclass
from pathlib import Path


def response(status, body, content_type="application/json"):
    text = body.encode() if isinstance(body, str) else body
    return f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text


def chunked(body, size=32 * 1024):
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n" % len(chunk) + chunk + b"\r\n" for chunk in chunks) + b"0\r\n\r\n"


@dataclass
class Answer:
    data: bytes = b""
    body_bytes: int = -1  # as much of the request's body is read before; -1: all of it
    hold: bool = False  # says nothing more, and waits until the client closes
    piece: int = 0  # so many bytes at a time, with `pause` seconds between
    pause: float = 0
    before: object = None  # called when the request has been read


@dataclass
class Request:
    line: str
    body: bytes = b""
    finished: bool = False


@dataclass
class Image:
    name: str
    image_id: str
    diff_ids: list
    archive: bytes


def image_of(archive):
    """What an engine would know and export of a SpoiledArchive that is not spoiled."""
    return Image(archive.entry["RepoTags"][0], archive.image_id, archive.diff_ids,
                 archive.bytes())


def usual_answers(image):
    inspect = {"Id": image.image_id, "RepoTags": [image.name], "Os": "linux", "Architecture": "amd64",
               "RootFS": {"Type": "layers", "Layers": [f"sha256:{diff_id}" for diff_id in image.diff_ids]}}
    ping = b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nServer: Docker/20.10\r\nContent-Length: 2\r\n\r\nOK"
    return {"/_ping": Answer(ping),
            "/images/load": Answer(response(200, json.dumps({"stream": f"Loaded image: {image.name}\n"}))),
            "/json": Answer(response(200, json.dumps(inspect))),
            "/get": Answer(chunked(image.archive))}


class EngineDouble:
    """Answers each request by the part of its line; `answers` replaces the usual ones."""

    def __init__(self, image, answers=None):
        self.answers = {**usual_answers(image), **(answers or {})}
        self.requests = []
        self.directory = Path(tempfile.mkdtemp(prefix="occy-double."))
        self.socket = self.directory / "engine.sock"

    def __enter__(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.socket))
        self.listener.listen()
        self.acceptor = threading.Thread(target=self.accept)
        self.acceptor.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.acceptor.join()
        self.listener.close()
        shutil.rmtree(self.directory)

    def accept(self):
        clients = []
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                break
            clients.append(threading.Thread(target=self.serve, args=(client,)))
            clients[-1].start()
        for thread in clients:
            thread.join()

    def serve(self, client):
        with client, client.makefile("rb") as stream:
            try:
                self.answer(client, stream)
            except OSError:
                pass  # the client went away

    def answer(self, client, stream):
        line = stream.readline().decode()
        if not line:
            return
        request = Request(line.strip())
        self.requests.append(request)
        head = b""
        while (field_line := stream.readline()) not in (b"\r\n", b""):
            head += field_line.lower()
        found = next((answer for part, answer in self.answers.items() if part in line.split("?")[0]), None)
        answer = found or Answer(response(404, '{"message":"page not found"}'))
        self.read_body(stream, request, b"chunked" in head, answer.body_bytes)
        if answer.before:
            answer.before()
        piece = answer.piece or len(answer.data) or 1
        for start in range(0, len(answer.data), piece):
            client.sendall(answer.data[start : start + piece])
            time.sleep(answer.pause)
        if answer.hold:
            while stream.read(65536):
                pass

    @staticmethod
    def read_body(stream, request, has_body, most):
        while has_body and (most < 0 or len(request.body) < most):
            size_line = stream.readline()
            if not size_line:
                return
            size = int(size_line, 16)
            request.body += stream.read(size)
            stream.readline()
            if size == 0:
                request.finished = True
                return
