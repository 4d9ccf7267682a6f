"""The real binaries as processes, for end-to-end tests: started here, and ended here by their pids.

RINGLAB_BIN names the folder of the binaries. Servers choose their ports and say them; those that
must be told listen on LOOPBACK, an address that is this test's alone.
"""
import atexit
import functools
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../scripts"))
import slow_motion  # pylint: disable=wrong-import-position

BIN = os.environ["RINGLAB_BIN"]
LOADGEN = os.path.join(BIN, "loadgen")
CACHENODE = os.path.join(BIN, "cachenode")
SIM = os.path.join(BIN, "sim")
RESULTS = os.path.join(BIN, "results")
if "RINGLAB_COSTS" in os.environ:  # a line for each test: what took the CPU (docs/ci.md)
    atexit.register(lambda: _note_costs(os.environ["RINGLAB_COSTS"], time.monotonic()))
THOROUGH = bool(os.environ.get("RINGLAB_THOROUGH"))  # docs/ci.md
PATIENCE_S = float(os.environ.get("RINGLAB_PATIENCE_S", "60"))  # for what will surely come
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
LAST_LINES = 20  # of a process that has gone, in the failure of its test


def _note_costs(path, ended, began=time.monotonic()):
    """CPU seconds of this process and of those that it has waited for, and its seconds."""
    times = os.times()
    cpu_s = times.user + times.system + times.children_user + times.children_system
    with open(path, "a", encoding="utf-8") as lines:
        lines.write(f"{cpu_s:.2f} {ended - began:.2f} {sys.argv[-1]}\n")


def _environment(program, env):
    """Where the whole suite runs with faults (scripts/faults), our programs load them first."""
    faults = os.environ.get("RINGLAB_SUITE_FAULTS")
    if faults is None or os.path.dirname(program) != BIN:
        return env
    return {"LD_PRELOAD": faults, **(os.environ if env is None else env)}


def run(program, *arguments, stdin=subprocess.DEVNULL, timeout=PATIENCE_S, env=None):
    """Runs a program to its end; returns it with text in stdout and stderr."""
    return subprocess.run([program, *arguments], stdin=stdin, capture_output=True, text=True,
                          timeout=timeout, check=False, env=_environment(program, env))


def _own_loopback():
    """An address of 127.0.0.0/8 out of this process's id, and the socket that keeps it ours.

    Whoever takes "a free port" of 127.0.0.1 may lose it to another test, or to a connection, before
    it listens there. Here nobody else does either: connections come from 127.0.0.1.
    """
    for turn in range(100):
        number = (os.getpid() + turn * 70_001) % (1 << 22)
        address = f"127.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"
        guard = socket.socket()
        try:
            guard.bind((address, 9_999))
        except OSError:
            guard.close()
            continue
        return address, guard
    raise OSError("no loopback address is free")


LOOPBACK, _GUARD = _own_loopback()
_PORTS = itertools.count(10_000)  # below those that the system chooses from


def own_address():
    """HOST:PORT that this test alone may listen on, again and again: for servers that are told."""
    for port in _PORTS:
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:  # somebody listens there on every address
                continue
            return f"{LOOPBACK}:{port}"


def wait_until(holds, patience_s=PATIENCE_S):
    """Whether it holds in time; fails at once when a server has gone meanwhile."""
    give_up = time.monotonic() + patience_s
    while True:
        for server in Process.servers:
            server.check_it_runs()
        if holds():
            return True
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)


@functools.cache
def machine_speed():
    """Requests a second that this build on this machine can do at this moment, at most."""
    return slow_motion.requests_per_second(SIM)


def runs(pid):
    """Whether there is such a process. One that waits to be reaped is over."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            return [int(child) for child in children.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


class Process:
    """A program that runs beside the test. stderr goes to a file, so that it never fills a pipe.

    A server runs until the test signals it: one that has gone before fails the test.
    """

    servers = []  # those that must be running

    def __init__(self, program, *arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                 is_server=None, env=None, **options):
        self._stderr = tempfile.TemporaryFile()
        # pylint: disable-next=consider-using-with
        self.popen = subprocess.Popen(
            [program, *arguments], stdin=stdin, stderr=self._stderr, text=True,
            stdout=self._stderr if stdout == subprocess.STDOUT else stdout,
            env=_environment(program, env), **options)
        self.pid = self.popen.pid
        self._what = " ".join([os.path.basename(program), *arguments[:6]])
        if program == CACHENODE if is_server is None else is_server:
            self.servers.append(self)

    def signal(self, number):
        if number in ENDING and self in self.servers:
            self.servers.remove(self)
        os.kill(self.pid, number)

    def stderr(self):
        file = self._stderr.fileno()  # its offset is the program's as well: not to be moved
        return os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace")

    def has_gone(self):
        return self.popen.poll() is not None

    def how_it_went(self):
        """Its exit code and its last lines, for the message of a failure."""
        code = "still runs" if not self.has_gone() else f"exit code {self.popen.returncode}"
        lines = self.stderr().splitlines()[-LAST_LINES:]
        return f"{self._what}: {code}; its last lines:\n" + "\n".join(lines)

    def check_it_runs(self):
        if self.has_gone():
            if self in self.servers:
                self.servers.remove(self)  # to be told once
            raise AssertionError(self.how_it_went())

    def await_text(self, text, count=1):
        """Waits until it has said this on stderr, but not for one that has gone."""
        wait_until(lambda: self.stderr().count(text) >= count or self.has_gone())
        if self.stderr().count(text) < count:
            raise AssertionError(f'it never said "{text}": {self.how_it_went()}')

    def await_words(self, *words):
        """The rest of its next line of stdout, which begins with these words."""
        line = self.popen.stdout.readline().split()
        if tuple(line[:len(words)]) != words:
            wait_until(self.has_gone, 1)  # so that its exit code is known
            raise AssertionError(f"expected {words}, got {line} of {self.how_it_went()}")
        return line[len(words):]

    def wait(self):
        """The rest of stdout and the exit code, negative for a signal."""
        out, _ = self.popen.communicate(timeout=PATIENCE_S)
        return out, self.popen.returncode

    def end(self):
        try:
            if self in self.servers:
                self.check_it_runs()
        finally:
            if not self.has_gone():
                self.signal(signal.SIGKILL)
                self.popen.wait()
            for stream in (self.popen.stdin, self.popen.stdout, self._stderr):
                if stream is not None:
                    stream.close()


class Node(Process):
    """A cachenode, listening; it serves after join()."""

    def __init__(self, name, *arguments, **options):
        super().__init__(CACHENODE, "--control", "--listen", f"{LOOPBACK}:0", "--name", name,
                         *arguments, stdin=subprocess.PIPE, **options)
        self.name = name
        self.address, = self.await_words("listening", name)

    def join(self, peers):
        self.popen.stdin.write(f"peers {peers}\n")
        self.popen.stdin.flush()
        self.await_words("serving", self.name)


class ToolTest(unittest.TestCase):
    """Ends what a test has started, however the test ends."""

    def run(self, result=None):
        self._began = slow_motion.cpu_times()  # pylint: disable=attribute-defined-outside-init
        return super().run(result)

    def start(self, program, *arguments, **options):
        process = Process(program, *arguments, **options)
        self.addCleanup(process.end)
        return process

    def not_told(self, why):
        """Ends a test that this machine is too slow for: it passes, and has claimed nothing.

        scripts/test counts the lines of the file that RINGLAB_NOT_TOLD names.
        """
        print(f"not told (machine too slow): {self.id()}: {why}", file=sys.stderr)
        if "RINGLAB_NOT_TOLD" in os.environ:
            with open(os.environ["RINGLAB_NOT_TOLD"], "a", encoding="utf-8") as lines:
                lines.write(f"{self.id()}: {why}\n")
        self.skipTest(why)

    def tell(self, result):
        """Goes on unless requests timed out, and the CPUs had no time for them."""
        if result["totals"]["timeouts"] > 0:
            self.tell_of_cpus(f"{result['totals']['timeouts']} timeouts")

    def tell_of_cpus(self, what):
        """Goes on unless the CPUs had more to do than they could since the test began."""
        idle = slow_motion.idle_share(self._began)
        if idle < slow_motion.IDLE_MIN:
            self.not_told(f"{what}, and {100 * idle:.0f} % of the CPUs were idle")

    def rate(self, wanted):
        """So many requests a second, or as many as this machine can do with ease."""
        rate = int(min(wanted, slow_motion.WITH_EASE * machine_speed()))
        if rate < wanted / 10:
            self.not_told(f"{machine_speed():.0f} requests/s are all that it does")
        return rate

    def start_nodes(self, count, *arguments, kind=Node):
        """Nodes n0, n1 … that know each other, and the text that --targets takes."""
        nodes = []
        for i in range(count):
            nodes.append(kind(f"n{i}", *arguments))
            self.addCleanup(nodes[-1].end)
        targets = ",".join(f"{node.name}={node.address}" for node in nodes)
        for node in nodes:
            node.join(targets)
        return nodes, targets

    def assert_refused(self, program, arguments, *said):
        """Exit code 2, these words on stderr, and nothing else; returns what was run."""
        done = run(program, *arguments)
        self.assertEqual(done.returncode, 2, f"{arguments}: {done.stdout}{done.stderr}")
        for text in said:
            self.assertIn(text, done.stderr, arguments)
        self.assertEqual(done.stdout, "", arguments)
        self.assertLess(len(done.stderr.splitlines()), 5, done.stderr)  # and no stack of noise
        return done

    def assert_adds_up(self, result):
        """What holds in every result, good or bad, slow machine or fast."""
        t = result["totals"]
        self.assertEqual(t["scheduled"], t["sent"] + t["skipped"])
        self.assertEqual(t["sent"], t["ok"] + t["not_found"] + t["errors"] + t["timeouts"])
        self.assertEqual(t["wrong_values"], 0)
        failed = t["errors"] + t["timeouts"]
        for series in ("response", "service"):
            self.assertEqual(result["latency_ns"][series]["count"], t["ok"] + t["not_found"])
            self.assertEqual(result["latency_ns"][series]["failed"], failed)
        self.assertEqual(result["latency_ns"]["send_lag"]["count"], t["sent"])
        self.assertEqual(result["latency_failed_ns"]["count"], failed)
        operations = result["operations"].values()
        self.assertEqual(sum(each["requests"] for each in operations), t["sent"])
        for each in operations:
            self.assertEqual(each["service_ns"]["count"], each["requests"] - each["failed"])
        keys = result["operations"].get("get", {}).get("keys")
        if keys:
            self.assertEqual(keys["asked"], keys["ok"] + keys["not_found"] + keys["failed"])
            levels = result["levels"].values()
            self.assertEqual(sum(level["keys"] for level in levels), keys["ok"])
        nodes = result["balance"]["nodes"]
        for of in (nodes, [node["asked"] for node in nodes]):
            self.assertEqual(sum(node["requests"] for node in of), t["sent"])
            self.assertEqual(sum(node["failed"] for node in of), failed)
        for share in ("arc_share", "expected_share", "measured_share"):
            self.assertAlmostEqual(sum(node[share] for node in nodes), 1, places=6)
        series = result["series"]
        for name in ("scheduled", "sent", "ok", "not_found", "skipped"):
            self.assertEqual(sum(series[name]), t[name], name)
        self.assertEqual(sum(series["failed"]), t["errors"] + t["timeouts"])
        for name, column in series["levels"].items():
            self.assertEqual(sum(column), result["levels"][name]["keys"], name)
        ranks = result["popularity"]["ranks"]
        self.assertEqual(sum(band["requests"] for band in ranks), t["sent"])
        self.assert_valid(result)
        self.assertRegex(result["config"]["plan_hash"], "^[0-9a-f]{16}$")
        for reason in result["reasons"]:
            self.assertNotIn("does not add up", reason)

    def assert_valid(self, result):
        """`results validate` knows more sums than a test can list."""
        done = subprocess.run([RESULTS, "validate", "-"], input=json.dumps(result), text=True,
                              capture_output=True, timeout=PATIENCE_S, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def assert_sound(self, result, code):
        """A run in which nothing went wrong but, at worst, that this machine was too slow."""
        self.assert_adds_up(result)
        self.tell(result)
        for reason in result["reasons"]:
            self.assertRegex(reason, slow_motion.TOO_SLOW)
        self.assertEqual(result["verdict"], "INVALID" if result["reasons"] else "VALID")
        self.assertEqual(code, 4 if result["reasons"] else 0)

    def loadgen(self, *arguments):
        """Runs loadgen to its end; returns its JSON, its exit code and its stderr."""
        done = run(LOADGEN, *arguments, "--json", "-")
        try:
            result = json.loads(done.stdout)
        except ValueError:
            self.fail(f"no JSON, exit code {done.returncode}: {done.stdout}{done.stderr}")
        self.assert_valid(result)  # also of a run that failed
        return result, done.returncode, done.stderr
