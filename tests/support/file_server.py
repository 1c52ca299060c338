"""A server of plain files, over TLS where it has a certificate, that writes down what it was asked.

    server = FileServer(self.addCleanup, authority.server())
    server.files["/layer"] = b"..."
    server.url + "/layer"
"""
import re
from dataclasses import dataclass

from local_server import Handler, serve


@dataclass
class Asked:
    path: str
    headers: dict  # names in lower case


class FileServer:
    def __init__(self, add_cleanup, certificate=None):
        self.files, self.seen = {}, []
        self.cut_first_at = None  # bytes of the first answer, after which its connection is over
        self.host = serve(add_cleanup, FileHandler, self, certificate)
        self.url = f"{'https' if certificate else 'http'}://{self.host}"


class FileHandler(Handler):
    def do_GET(self):
        of = self.server.owner
        of.seen.append(Asked(self.path, {name.lower(): value for name, value in self.headers.items()}))
        data = of.files.get(self.path.split("?")[0])
        if data is None:
            return self.send_error(404)
        start = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        first = int(start[1]) if start else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - first))
        self.end_headers()
        most, of.cut_first_at = of.cut_first_at, None
        self.wfile.write(data[first:][:most])
        self.close_connection = most is not None
