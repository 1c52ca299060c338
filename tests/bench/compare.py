#!/usr/bin/env python3
"""The measuring half of compare.sh: runs every contender of a job in turn, again and again, and compares medians."""
import argparse, dataclasses, json, os, shutil, statistics, subprocess, sys, tempfile, time
from pathlib import Path

from compare_registry import RegistryJobs

SHAPES = ("large", "layers", "files")


@dataclasses.dataclass
class Contender:
    name: str
    command: list  # argv
    before: object = None  # called, unmeasured, before each run


@dataclasses.dataclass
class Cost:
    wall: float
    cpu: float
    peak: float  # MiB resident
    written: float  # MB that reached the file system's cache as dirty pages


def run(contender):
    """One run, measured by wait4: the process and what it waited for. The peak comes from GNU time, which is small: a child's
    own peak begins with its parent's, and Python is larger than most of what is measured here."""
    if contender.before:
        contender.before()
    with tempfile.TemporaryFile() as errors, tempfile.NamedTemporaryFile("r") as peak:
        start = time.monotonic()
        child = subprocess.Popen(["time", "-f", "%M", "-o", peak.name, *contender.command], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            errors.seek(0)
            sys.exit(f"{contender.name}: exit {child.returncode}: {' '.join(contender.command)}\n{errors.read().decode()}")
        return Cost(wall, usage.ru_utime + usage.ru_stime, int(peak.read()) / 1024, usage.ru_oublock * 512 / 1e6)


def measure(contenders, runs):
    """Medians of paired runs: A B C, B C A, … so that the machine's mood, and what the run before left behind (dirty pages),
    reach all alike. The first round warms up."""
    costs = {contender.name: [] for contender in contenders}
    for number in range(runs + 1):
        turn = number % len(contenders)
        for contender in contenders[turn:] + contenders[:turn]:
            cost = run(contender)
            if number:
                costs[contender.name].append(cost)
    return {name: Cost(*(statistics.median(values) for values in zip(*map(dataclasses.astuple, list_))))
            for name, list_ in costs.items()}


def report(title, costs, ratios):
    """`ratios`: (column, name, other or tuple of others whose costs add up, the target)."""
    print(f"\n### {title}\n\n| contender | wall s | cpu s | peak MiB | written MB |\n|---|---|---|---|---|")
    for name, cost in costs.items():
        print(f"| {name} | {cost.wall:.3f} | {cost.cpu:.3f} | {cost.peak:.1f} | {cost.written:.0f} |")
    if not ratios:
        return
    print("\n| ratio | measured | target |  |\n|---|---|---|---|")
    for column, name, other, target in ratios:
        if name in costs and other in costs:
            value = getattr(costs[name], column) / getattr(costs[other], column)
            print(f"| {column}: {name} / {other} | {value:.2f} | ≤ {target:.2f} | {'reached' if value <= target else 'MISSED'} |")
    sys.stdout.flush()


def shell(command):
    return ["sh", "-c", command]


class Bench(RegistryJobs):
    contender = staticmethod(Contender)
    once = staticmethod(run)

    def __init__(self, options):
        self.occy, self.runs, self.directory = options.occy, options.runs, Path(options.directory)
        self.socket = os.environ.get("OCCY_TEST_DOCKER_SOCKET")

    def image(self, shape):
        path = self.directory / f"{shape}.tar"
        if not path.exists():
            maker = Path(__file__).parents[1] / "support" / "make_image.py"
            subprocess.run([sys.executable, maker, shape, f"{path}.part"], check=True)
            os.rename(f"{path}.part", path)
        return path

    def compare(self, title, contenders, ratios):
        """Of contenders whose programs are there."""
        report(title, measure([one for one in contenders if shutil.which(one.command[0])], self.runs), ratios)

    def remove(self, name):
        return lambda: (self.directory / name).unlink(missing_ok=True)

    def out(self, name):
        return self.directory / name

    def skopeo_copy(self, image):
        target = self.out("skopeo.out")
        return [Contender("skopeo copy", ["skopeo", "copy", "--insecure-policy", "-q", f"docker-archive:{image}",
                                          f"docker-archive:{target}:bench:1"], self.remove("skopeo.out"))] if shutil.which("skopeo") else []

    def copy(self):
        for shape in SHAPES:
            image = self.image(shape)
            contenders = [
                Contender("occy process", [self.occy, "process", "-q", f"tar://{image}", f"tar://{self.out('occy.out')}"],
                          self.remove("occy.out")),
                Contender("cp", ["cp", str(image), str(self.out("cp.out"))], self.remove("cp.out")),
                Contender("cp + openssl", shell(f"cp {image} {self.out('cp.out')} && openssl dgst -sha256 {image}"),
                          self.remove("cp.out")),
                Contender("cp + fsync", shell(f"cp {image} {self.out('cp.out')} && sync {self.out('cp.out')}"), self.remove("cp.out")),
            ] + self.skopeo_copy(image)
            report(f"tar → tar, verified: {shape}", measure(contenders, self.runs), [
                ("cpu", "occy process", "cp + openssl", 1.0), ("wall", "occy process", "skopeo copy", 0.35),
                ("wall", "occy process", "cp", 1.6)])

    def full(self):
        for shape in SHAPES:
            image = self.image(shape)
            contenders = [Contender(f"occy {flag}", [self.occy, "process", "-q", flag, f"tar://{image}", f"tar://{self.out('occy.out')}"],
                                    self.remove("occy.out")) for flag in ("--no-verify", "--verify", "--verify=full")]
            report(f"tar → tar, --verify=full: {shape}", measure(contenders, self.runs),
                   [("cpu", "occy --verify=full", "occy --verify", 1.8), ("cpu", "occy --verify", "occy --no-verify", 1.05)])

    def check(self):
        for shape in SHAPES:
            image = self.image(shape)
            contenders = [Contender("occy check", [self.occy, "check", "-q", f"tar://{image}"]),
                          Contender("openssl dgst", ["openssl", "dgst", "-sha256", str(image)])]
            report(f"check tar://: {shape}", measure(contenders, self.runs),
                   [("cpu", "occy check", "openssl dgst", 1.1), ("wall", "occy check", "openssl dgst", 1.1)])

    def layer_files(self, shape):
        """The layers of an image as files, for tools that know no images."""
        directory = self.directory / f"{shape}.layers"
        if not directory.exists():
            directory.mkdir()
            subprocess.run(["tar", "-xf", str(self.image(shape)), "-C", str(directory)], check=True)
        return directory

    def search(self):
        for shape in ("mixed", "files"):
            image, layers = self.image(shape), self.layer_files(shape)
            contenders = [Contender("occy search", [self.occy, "search", f"tar://{image}", "*.py"]),
                          Contender("tar -t of layer files", shell(f"for f in {layers}/*/layer.tar; do tar -tf $f; done"))]
            report(f"search tar://, by name: {shape}", measure(contenders, self.runs),
                   [("wall", "occy search", "tar -t of layer files", 0.5)])

    def filters(self):
        jobs = {"plain": [], "normalize": ["normalize-timestamps"], "exclude": ["exclude:pattern=**/part00"]}
        jobs["three"] = [*jobs["exclude"], *jobs["normalize"], "search:pattern=*.py"]
        for shape in SHAPES:
            image = self.image(shape)
            contenders = [Contender(name, [self.occy, "process", "-q", f"tar://{image}", f"tar://{self.out('occy.out')}",
                                           *(word for spec in specs for word in ("-f", spec))], self.remove("occy.out"))
                          for name, specs in jobs.items()]
            report(f"tar → tar, filtered: {shape}", measure(contenders, self.runs),
                   [("cpu", "normalize", "plain", 1.7), ("cpu", "exclude", "plain", 1.7), ("cpu", "three", "normalize", 1.15)])

    def expand(self):
        """Beside tar -x of the same layers. occy has everything on disk when it ends: so tar's tree is synced too."""
        for shape in ("files", "layers"):
            image, tree = self.image(shape), self.out("tree.out")
            layers = self.directory / f"{shape}.unpacked"
            layers.mkdir(exist_ok=True)
            subprocess.run(["tar", "-xf", image, "-C", layers], check=True)
            names = json.loads((layers / "manifest.json").read_text())[0]["Layers"]
            clean = lambda: shutil.rmtree(tree, ignore_errors=True)
            unpack = " && ".join(f"tar -xp --numeric-owner --xattrs -f {layers / name} -C {tree}" for name in names)
            contenders = [
                Contender("occy process", [self.occy, "process", "-q", f"tar://{image}", f"dir://{tree}?expand=true"], clean),
                Contender("tar -x + sync", shell(f"mkdir {tree} && {unpack} && sync -f {tree}"), clean),
            ]
            if shutil.which("skopeo") and shutil.which("umoci"):
                layout = self.out("layout.out")
                contenders.append(Contender("skopeo + umoci", shell(
                    f"rm -rf {layout} && skopeo copy --insecure-policy -q docker-archive:{image} oci:{layout}:b && "
                    f"umoci unpack --image {layout}:b {tree} >/dev/null 2>&1 && sync -f {tree}"), clean))
            report(f"tar → dir, expand: {shape}", measure(contenders, self.runs), [
                ("wall", "occy process", "tar -x + sync", 1.15), ("cpu", "occy process", "tar -x + sync", 1.15),
                ("wall", "occy process", "skopeo + umoci", 0.2)])
            clean()
            shutil.rmtree(layers)

    def start(self):
        contenders = [Contender("occy --version", [self.occy, "--version"]), Contender("/bin/true", ["/bin/true"])]
        costs = measure(contenders, max(self.runs, 50))
        report("start-up", costs, [])
        extra = (costs["occy --version"].wall - costs["/bin/true"].wall) * 1000
        print(f"\nover /bin/true: {extra:.1f} ms, target ≤ 5.0 ms: {'reached' if extra <= 5 else 'MISSED'}")

    def memory(self):
        shapes = ("tiny", "huge")
        jobs = {}
        for shape in shapes:
            image = self.image(shape)
            for name, arguments in {"process": ["process", "-q", f"tar://{image}", f"tar://{self.out('occy.out')}"],
                                    "process --verify=full": ["process", "-q", "--verify=full", f"tar://{image}", f"tar://{self.out('occy.out')}"],
                                    "check": ["check", "-q", f"tar://{image}"]}.items():
                jobs[f"{name}: {shape}"] = run(Contender(name, [self.occy, *arguments], self.remove("occy.out")))
        self.show_memory("memory, 5 MB to 2.5 GB", jobs)

    def show_memory(self, title, jobs):
        report(title, jobs, [])
        peak = max(cost.peak for cost in jobs.values())
        print(f"\nhighest: {peak:.1f} MiB, target ≤ 64 MiB: {'reached' if peak <= 64 else 'MISSED'}")

    def docker(self, *arguments, **options):
        return subprocess.run(["docker", "-H", f"unix://{self.socket}", *arguments], check=True, stdout=subprocess.PIPE, text=True, **options).stdout

    def has_engine(self, job):
        if self.socket and shutil.which("docker"):
            return True
        print(f"\n{job}: left out: OCCY_TEST_DOCKER_SOCKET names no engine, or there is no docker command")
        return False

    def forget(self, name):
        """Removes the image that this benchmark has loaded: by the exact id that its name has."""
        listed = self.docker("image", "ls", "--quiet", "--no-trunc", name).split()
        for image_id in set(listed):
            self.docker("image", "rm", "--force", image_id)

    def load(self):
        if not self.has_engine("load"):
            return
        for shape in ("large", "layers"):
            image, name = self.image(shape), f"occy-bench/{shape}:1"
            forget = lambda: self.forget(name)
            contenders = [
                Contender("occy process", [self.occy, "process", "-q", f"tar://{image}", f"docker://{name}?socket={self.socket}"], forget),
                Contender("docker load", ["docker", "-H", f"unix://{self.socket}", "load", "-q", "-i", str(image)], forget),
                Contender("curl load", ["curl", "-sf", "--unix-socket", self.socket, "-X", "POST", "-H", "Content-Type: application/x-tar",
                                        "-T", str(image), "http://localhost/images/load"], forget),
            ]
            report(f"tar → docker: {shape}", measure(contenders, self.runs), [("wall", "occy process", "docker load", 1.03)])
            self.forget(name)

    def save(self):
        if not self.has_engine("save"):
            return
        for shape in ("large", "layers"):
            image, name = self.image(shape), f"occy-bench/{shape}:1"
            self.docker("load", "-q", "-i", str(image))
            contenders = [
                Contender("occy process", [self.occy, "process", "-q", f"docker://{name}?socket={self.socket}", f"tar://{self.out('occy.out')}"],
                          self.remove("occy.out")),
                Contender("docker save", ["docker", "-H", f"unix://{self.socket}", "save", "-o", str(self.out("docker.out")), name],
                          self.remove("docker.out")),
                Contender("curl get", ["curl", "-sf", "--unix-socket", self.socket, "-o", str(self.out("curl.out")),
                                       f"http://localhost/images/{name}/get"], self.remove("curl.out")),
            ]
            report(f"docker → tar: {shape}", measure(contenders, self.runs),
                   [("wall", "occy process", "docker save", 1.03), ("written", "occy process", "docker save", 1.01)])
            self.forget(name)


def main():
    jobs = ("copy", "full", "check", "search", "filters", "load", "save", "expand", "start", "memory",
            "pull", "push", "mirror", "check_registry", "pull_to_docker", "registry_memory")
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--occy", required=True)
    arguments.add_argument("--runs", type=int, default=7)
    arguments.add_argument("--directory")
    arguments.add_argument("jobs", nargs="*", metavar="JOB", help=", ".join(jobs))
    options = arguments.parse_args()
    unknown = set(options.jobs) - set(jobs)
    if unknown:
        arguments.error(f"no such job: {', '.join(sorted(unknown))}; there are {', '.join(jobs)}")
    with tempfile.TemporaryDirectory(prefix="occy-bench.") as temporary:
        options.directory = options.directory or temporary
        os.makedirs(options.directory, exist_ok=True)
        bench = Bench(options)
        print(f"occy beside its peers: medians of {options.runs} paired runs, {os.cpu_count()} processors")
        for job in options.jobs or jobs:
            getattr(bench, job)()


if __name__ == "__main__":
    main()
