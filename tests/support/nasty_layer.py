"""A layer that has everything a tar archive can have, byte by byte: all dialects, all sparse forms, odd names and numbers."""
import struct

BLOCK = 512
USTAR, GNU, V7 = b"ustar\x0000", b"ustar  \x00", b""


def padded(data):
    return data + bytes(-len(data) % BLOCK)


def number(value, size):
    """Octal where it fits, else base-256."""
    if 0 <= value < 8 ** (size - 1):
        return b"%0*o\0" % (size - 1, value)
    return (b"\xff" if value < 0 else b"\x80") + (value & (256 ** (size - 1) - 1)).to_bytes(size - 1, "big")


def header(name, kind=b"0", size=0, magic=USTAR, mode=0o644, uid=1000, gid=1000, mtime=1700000000, link=b"", user=b"somebody",
           group=b"some", device=(0, 0), prefix=b"", fields=()):
    block = bytearray(BLOCK)

    def put(offset, value):
        block[offset:offset + len(value)] = value

    put(0, name[:100])
    for offset, value, width in ((100, mode, 8), (108, uid, 8), (116, gid, 8), (124, size, 12), (136, mtime, 12)):
        put(offset, number(value, width))
    put(156, kind)
    put(157, link[:100])
    put(257, magic)
    if magic:
        put(265, user[:31])
        put(297, group[:31])
        put(329, number(device[0], 8))
        put(337, number(device[1], 8))
    put(345, prefix)
    for offset, value in fields:
        put(offset, value)
    put(148, b" " * 8)
    put(148, b"%06o\0 " % sum(block))
    return bytes(block)


def record(keyword, value):
    body = b" " + keyword + b"=" + value + b"\n"
    length = len(body)
    while len(str(length)) + len(body) != length:
        length = len(str(length)) + len(body)
    return str(length).encode() + body


def extension(kind, text, mtime=0):
    magic = GNU if kind in b"LK" else USTAR
    return header(b"././@LongLink" if magic == GNU else b"PaxHeaders/x", kind, len(text), magic, uid=0, gid=0, mtime=mtime) + padded(text)


def pax(records, kind=b"x", mtime=0):
    return extension(kind, b"".join(record(*pair) for pair in records), mtime)


def file(name, data, before=b"", **more):
    return before + header(name, size=len(data), **more) + padded(data)


def capability():
    """cap_net_raw+ep, as the kernel keeps it: with bytes that are no text."""
    return struct.pack("<IIIII", 0x02000001, 1 << 13, 0, 0, 0)


def old_sparse(name, runs, data, size, more=()):
    """GNU's old form: four runs in the header, 21 in each block that follows."""
    run = lambda pair: number(pair[0], 12) + number(pair[1], 12)
    fields = [(386, b"".join(map(run, runs[:4]))), (482, b"\x01" if runs[4:] else b"\0"), (483, number(size, 12))]
    rest, blocks = runs[4:], b""
    while rest:
        block = b"".join(map(run, rest[:21])).ljust(504, b"\0")
        rest = rest[21:]
        blocks += (block + (b"\x01" if rest else b"\0")).ljust(BLOCK, b"\0")
    return header(name, b"S", len(data), GNU, fields=fields + list(more)) + blocks + padded(data)


def sparse_files():
    runs = [(1000 * i, 10) for i in range(30)]
    data = bytes(range(150)) * 2
    pairs = [(b"GNU.sparse.size", b"100000"), (b"GNU.sparse.numblocks", b"2")]
    for offset, size in ((0, 100), (99900, 100)):
        pairs += [(b"GNU.sparse.offset", b"%d" % offset), (b"GNU.sparse.numbytes", b"%d" % size)]
    yield old_sparse(b"sparse-old", runs, data, 100000)
    yield old_sparse(b"sparse-old-times", runs[:2], data[:20], 5000, [(345, b"14524700000\0"), (357, b"14524700001\0")])
    yield file(b"sparse-0.0", data[:200], pax(pairs))
    yield file(b"GNUSparseFile.1/sparse-0.1", data[:200], pax(
        [(b"GNU.sparse.name", b"sparse-0.1"), (b"GNU.sparse.size", b"100000"), (b"GNU.sparse.numblocks", b"2"), (b"GNU.sparse.map", b"0,100,99900,100"), (b"mtime", b"1700000000.5")]))
    yield file(b"GNUSparseFile.1/sparse-1.0", padded(b"2\n0\n100\n99900\n100\n") + data[:200], pax(
        [(b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.name", b"sparse-1.0"), (b"GNU.sparse.realsize", b"100000")]))


def names():
    long, longer = b"d" * 80 + b"/" + b"n" * 90, b"/".join([b"component" * 5] * 8)
    yield header(b"./", b"5", mode=0o755)
    yield header(b"./directory/", b"5", mode=0o1777)
    yield header(b"n" * 90, prefix=b"p" * 80)
    yield header(b"n" * 100)
    yield extension(b"L", longer + b"\0") + header(longer, magic=GNU)
    yield extension(b"K", longer + b"\0") + extension(b"L", long + b"\0") + header(long, b"2", magic=GNU, link=longer)
    yield pax([(b"path", longer + b"1"), (b"linkpath", longer)]) + header(longer, b"1", link=longer)
    yield header(b"bytes-\xff\xfe-\x80", link=b"")
    yield pax([(b"path", b"pax-bytes-\xff\xfe"), (b"hdrcharset", b"BINARY")]) + header(b"pax-bytes")
    yield header("ünïcødé-名前".encode())
    yield pax([(b"path", "pax-ünïcødé-名前".encode())]) + header(b"pax-unicode")
    yield header(b" spaces and\nlines\t", b"2", link=b"../to/some where\n")
    yield header(b"v7-file", b"\0", magic=V7)
    yield header(b"v7-directory/", b"\0", magic=V7, mode=0o700)
    yield header(b"v7-link", b"1", magic=V7, link=b"v7-file")


def numbers():
    yield header(b"large-ids", uid=2097152, gid=4294967294, magic=GNU)
    yield pax([(b"uid", b"3000000000"), (b"gid", b"2097152"), (b"uname", b"u" * 40)]) + header(b"pax-ids", uid=0, gid=0)
    yield header(b"before-1970", mtime=-86400, magic=GNU)
    yield pax([(b"mtime", b"-1.25")]) + header(b"pax-before-1970", mtime=0)
    yield pax([(b"atime", b"1699999999.123456789"), (b"ctime", b"1700000001.5"), (b"mtime", b"1700000000.987654321")], mtime=1700000000) + header(b"sub-second")
    yield header(b"gnu-times", magic=GNU, fields=[(345, b"14524700000\0"), (357, b"14524700001\0")])
    yield header(b"far-future", mtime=8589934592, magic=GNU)
    yield header(b"setuid", mode=0o6755)
    yield header(b"no-names", user=b"", group=b"")
    yield header(b"unpadded-octal", fields=[(100, b"   644 \0"), (136, b"14524770400 ")])


def others():
    yield header(b"null", b"3", device=(1, 3), mode=0o666)
    yield header(b"disk", b"4", device=(259, 1048575), mode=0o660)
    yield header(b"fifo", b"6")
    yield header(b".wh.gone")
    yield header(b"directory/.wh..wh..opq")
    yield pax([(b"SCHILY.xattr.security.capability", capability()), (b"SCHILY.xattr.security.selinux", b"system_u:object_r:bin_t:s0\0"),
               (b"SCHILY.xattr.user.empty", b""), (b"SCHILY.xattr.user.binary", bytes(range(256)) + b"=\n"),
               (b"LIBARCHIVE.xattr.user.other", b"AAEC"), (b"comment", "größe".encode())]) + header(b"xattrs", mode=0o755)
    yield file(b"twice", b"first")
    yield file(b"twice", b"second")
    yield file(b"linked", b"content of a file with links" * 100)
    yield header(b"link-1", b"1", link=b"linked")
    yield header(b"link-2", b"1", link=b"./linked")
    yield file(b"contiguous", b"7", kind=b"7")
    yield file(b"unknown-type", b"data", kind=b"9")
    yield file(b"exact-block", b"e" * 512)


def under_global_headers():
    """The fields say the same: Python applies global records only to entries that have records of their own, bsdtar never."""
    yield pax([(b"comment", b"a global comment"), (b"gid", b"4000")], b"g") + header(b"under-global", gid=4000)
    yield pax([(b"gid", b"5000"), (b"mtime", b"1600000000")], b"g") + file(b"under-another", b"g", gid=5000, mtime=1600000000)
    yield pax([(b"mtime", b"1500000000")]) + header(b"own-record", gid=5000, mtime=1500000000)
    yield pax([(b"uid", b"3000000000")]) + header(b"own-id", uid=0, gid=5000, mtime=1600000000)


def nasty_layer():
    parts = [*names(), *numbers(), *others(), *sparse_files(), *under_global_headers()]
    return b"".join(parts) + bytes(2 * BLOCK) + b"bytes behind the end of the archive"


if __name__ == "__main__":
    import sys

    sys.stdout.buffer.write(nasty_layer())
