"""What a FaultProxy can do to an exchange: each function here returns a fault."""
import functools, gzip, json, time
from email.utils import formatdate
from urllib.parse import urlsplit

from fault_proxy import Response

# What may come of a fault.
COMPLETES, FAILS, EITHER = "completes", "fails", "completes or fails"

HTML = b"<html><body>Welcome to this network. Please log in.</body></html>"


def fault(function):
    """Makes `name(arguments)` return the fault that calls `function(exchange, arguments)`."""

    @functools.wraps(function)
    def made(*arguments, **named):
        def run(exchange):
            return function(exchange, *arguments, **named)

        run.__name__ = function.__name__
        return run

    return made


def once(of_one):
    """A list of faults, and of which requests: the first."""
    return [(of_one, {1})]


def always(of_each):
    return [(of_each, None)]


# --- the connection


@fault
def cut(exchange, after, reset=False):
    exchange.send(exchange.forward(), most=after)
    exchange.close(reset)


@fault
def close_at_once(exchange, reset=False):
    """No byte of an answer: also what a connection looks like that was closed while it was idle."""
    exchange.close(reset)


@fault
def close_afterwards(exchange):
    """A whole answer that says nothing of the end of the connection."""
    exchange.send(exchange.forward())
    exchange.close()


@fault
def cut_request(exchange, after, reset=False):
    """The registry got the first bytes of an upload, as it does when a line breaks; the client gets no answer.

    docker-registry 2.8 gives such an upload up: its URLs name the offset, and the client has none for this one."""
    exchange.forward(body=exchange.read_body(after), without=("content-range",))
    exchange.close(reset)


@fault
def cut_resumable_request(exchange, after, reset=False):
    """The same before a registry that goes on: the old URL stays good."""
    response = exchange.forward(body=exchange.read_body(after), without=("content-range",))
    exchange.proxy.moved[exchange.seen.path] = urlsplit(response.header("Location")).query
    exchange.close(reset)


@fault
def change_request(exchange, change):
    """The registry gets another body than was sent."""
    exchange.send(exchange.forward(body=change(exchange.read_body())))


def with_a_bit_flipped(body):
    return body[:-1] + bytes([body[-1] ^ 1])


@fault
def silent(exchange):
    exchange.read_body()
    exchange.hold()


@fault
def stall(exchange, after):
    exchange.send(exchange.forward(), most=after)
    exchange.hold()


@fault
def late(exchange, seconds):
    response = exchange.forward()
    time.sleep(seconds)
    exchange.send(response)


@fault
def drip(exchange, pause=1.0):
    """One byte, and the next one much later."""
    response = exchange.forward()
    exchange.send(response, most=0)
    for number in range(len(response.body)):
        exchange.send_body(response.body[number : number + 1])
        time.sleep(pause)


@fault
def endless(exchange, size=None):
    """A body in chunks without a last one; of `size` bytes and then nothing, or until the client had enough."""
    response = exchange.forward()
    response = response.with_header("Content-Length", None).with_header("Transfer-Encoding", "chunked")
    exchange.send(response, most=0)
    block = (response.body or b" ") * (65536 // max(len(response.body), 1) + 1)
    while size is None or exchange.seen.served < size:
        exchange.send_body(b"%x\r\n%s\r\n" % (len(block), block))
    exchange.hold()


# --- the status


@fault
def refuse(exchange, status, code=None, text=None, content_type="application/json", **headers):
    """With the JSON of the specification when there is a code, else with `text`."""
    document = json.dumps({"errors": [{"code": code, "message": f"message of {code}", "detail": None}]}).encode()
    exchange.answer(status, document if code else text or b"", content_type, **headers)


@fault
def refuse_until(exchange, seconds):
    """429, with the date that is so far away when it is sent."""
    exchange.answer(429, b"", Retry_After=formatdate(time.time() + seconds, usegmt=True))


def refuse_html(status):
    return refuse(status, text=HTML, content_type="text/html")


@fault
def refuse_early(exchange, status, after, **headers):
    """Reads no more than so many bytes, and goes on to listen to nothing."""
    exchange.read_body(after)
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    exchange.send(exchange.framed(Response(status, fields)))
    exchange.ignore()


@fault
def ask_for_credentials(exchange):
    """401 with the registry's own challenge, whatever credentials came: a token that has just run out."""
    exchange.send(exchange.forward(without=("authorization",)))


@fault
def challenge(exchange, value, status=401):
    exchange.answer(status, b"{}", WWW_Authenticate=value)


@fault
def digest_invalid(exchange):
    exchange.answer(400, b'{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match uploaded content"}]}')


# --- what is said


@fault
def say(exchange, **headers):
    """Headers of the registry's answer replaced; None takes one away."""
    response = exchange.forward()
    for name, value in headers.items():
        response = response.with_header(name.replace("_", "-"), value)
    exchange.send(response)


@fault
def declare(exchange, more):
    """A Content-Length that is wrong by so much; a body that is too short ends with the connection."""
    response = exchange.forward()
    size = len(response.body) if exchange.seen.method != "HEAD" else int(response.header("Content-Length"))
    exchange.send(response.with_header("Content-Length", str(size + more)))
    exchange.close()


@fault
def flip(exchange, position=0):
    """One bit of the body."""
    response = exchange.forward()
    body = bytearray(response.body)
    body[position % len(body)] ^= 1
    response.body = bytes(body)
    exchange.send(response)


@fault
def replace_body(exchange, body, status=200, content_type=None):
    response = exchange.forward()
    response.status, response.body = status, body(response.body) if callable(body) else body
    exchange.send(exchange.framed(response if content_type is None else response.with_header("Content-Type", content_type)))


@fault
def gzipped(exchange):
    response = exchange.forward()
    response.body = gzip.compress(response.body)
    exchange.send(exchange.framed(response.with_header("Content-Encoding", "gzip")))


@fault
def large_header(exchange, size=1 << 20):
    exchange.send(exchange.forward().with_header("X-Large", "x" * size))


@fault
def many_headers(exchange, count=10_000):
    response = exchange.forward()
    response.headers += [(f"X-Many-{number}", "x") for number in range(count)]
    exchange.send(response)


# --- ranges


@fault
def ignore_range(exchange):
    exchange.send(exchange.forward(without=("range",)))


@fault
def other_range(exchange, shift):
    """206 with another part than was asked for, and says so."""
    response = exchange.forward(without=("range",))
    asked = int(exchange.seen.headers.get("range", "bytes=0-").split("=")[1].split("-")[0])
    size, start = len(response.body), max(0, asked + shift)
    response.status, response.body = 206, response.body[start:]
    exchange.send(exchange.framed(response.with_header("Content-Range", f"bytes {start}-{size - 1}/{size}")))


# --- elsewhere


@fault
def redirect(exchange, to, status=307):
    """To the same path at another place; `to` may be a function of the path and query."""
    target = exchange.seen.target
    exchange.answer(status, Location=to(target) if callable(to) else to + target)


def redirect_to_itself():
    return redirect(lambda target: target)


@fault
def change_location(exchange, change):
    """`change` is given the URL that the registry named."""
    response = exchange.forward()
    location = response.header("Location")
    exchange.send(response.with_header("Location", change(location)) if location else response)


def relative(location):
    parts = urlsplit(location)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def at(url):
    """The same path at another place."""
    return lambda location: url + relative(location)


# --- uploads


@fault
def not_mounted(exchange):
    """A registry that does not mount: it opens an upload instead."""
    exchange.send(exchange.forward(target=exchange.seen.path))


@fault
def pretend_there(exchange, sizes):
    """Blobs, with their sizes, that HEAD knows and nobody has."""
    digest = exchange.seen.path.rsplit("/", 1)[1]
    exchange.answer(200, b"", "application/octet-stream", Docker_Content_Digest=digest, Content_Length=str(sizes[digest]))


@fault
def keep_part(exchange, size):
    """Only the first bytes of a chunk are kept; the answer says so in its Range."""
    exchange.send(exchange.forward(body=exchange.read_body()[:size], without=("content-range",)))
