"""What the files of made images hold: `content(seed, files, size)` yields the bytes of each file, the same ones every time."""
import os, random


def made_up(seed, files, size):
    """Four fifths random, a fifth repeated text: needs nothing of the machine. gzip leaves 0.7 to 0.9 of it."""
    source = random.Random(seed)
    noise = source.randbytes(1 << 20)
    pattern = (b"occy benchmark line %08d\n" % seed) * 4096
    for _ in range(files):
        shift = source.randrange(1 << 19)
        block = noise[shift : shift + (1 << 18)] + pattern[: 1 << 16]
        yield (block * (size // len(block) + 1))[:size]


class RealContent:
    """The files of this machine below `folders`, in the order of their paths, cut into files of the size that is asked for."""

    MOST_OF_FOLDER = 64 << 20
    MOST_OF_FILE = 4 << 20  # so that no single program makes up a layer

    def __init__(self, *folders):
        self.folders, self.bytes = folders, None

    def __call__(self, seed, files, size):
        if self.bytes is None:
            self.bytes = b"".join(map(self.read_folder, self.folders))
        place = random.Random(seed).randrange(len(self.bytes))
        for _ in range(files):
            yield self.cut(place, size)
            place = (place + size) % len(self.bytes)

    def cut(self, place, size):
        """Goes on at the beginning after the end."""
        found = self.bytes[place : place + size]
        while len(found) < size:
            found += self.bytes[: size - len(found)]
        return found

    def read_folder(self, folder):
        found = bytearray()
        for path in sorted_files(folder):
            if len(found) >= self.MOST_OF_FOLDER:
                break
            try:
                with open(path, "rb") as file:
                    found += file.read(self.MOST_OF_FILE)
            except PermissionError:
                continue
        return bytes(found)


def sorted_files(folder):
    for directory, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(directory, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield path


programs = RealContent("/usr/bin", "/usr/lib")
texts = RealContent("/usr/include", "/usr/share")
