"""An engine of a few lines behind a Unix socket: it takes any image, and tells afterwards what it is told to tell."""
import io, json, os, socketserver, tarfile, threading
from http.server import BaseHTTPRequestHandler


class SmallEngine:
    """Listens at `path` until close(). `inspect` answers the question for the image: it gets the loaded archive's
    manifest.json and returns a status and an object. None: the engine is gone after a load."""

    def __init__(self, path, inspect):
        self.path, self.inspect, self.manifest = path, inspect, None
        self.server = socketserver.ThreadingUnixStreamServer(str(path), self.handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def handler(self):
        engine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # An answer goes out whole: who asks may close when it has read the header.
            wbufsize = -1

            def address_string(self):
                return "socket"

            def log_message(self, *words):
                pass

            def answer(self, status, value):
                body = json.dumps(value).encode()
                self.send_response(status)
                for name, text in (("Api-Version", "1.41"), ("Content-Type", "application/json"),
                                   ("Content-Length", str(len(body))), ("Connection", "close")):
                    self.send_header(name, text)
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = True

            def do_GET(self):
                if self.path == "/_ping":
                    self.answer(200, "OK")
                else:
                    self.answer(*engine.inspect(engine.manifest))

            def do_POST(self):
                with tarfile.open(fileobj=io.BytesIO(self.body())) as archive:
                    engine.manifest = json.load(archive.extractfile("manifest.json"))
                if engine.inspect is None:
                    os.unlink(engine.path)
                self.answer(200, {"stream": f"Loaded image: {engine.manifest[0]['RepoTags'][0]}\n"})

            def body(self):
                if self.headers["Transfer-Encoding"] != "chunked":
                    return self.rfile.read(int(self.headers["Content-Length"]))
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)

        return Handler
