"""A server of HTTP on a port of loopback, for as long as a test runs."""
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Whose server it is, is `self.server.owner`."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass


def serve(add_cleanup, handler, owner, certificate=None):
    """Answers from now on. Returns where: "127.0.0.1:12345"."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.owner, server.daemon_threads = owner, True
    if certificate:
        server.socket = certificate.server_context().wrap_socket(server.socket, server_side=True)
    add_cleanup(server.server_close)
    add_cleanup(server.shutdown)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return f"127.0.0.1:{server.server_port}"
