"""The real binaries as processes, for end-to-end tests: started here, and ended here by their pids.

RINGLAB_BIN names the folder of the binaries. Ports are always the system's choice.
"""
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BIN = os.environ["RINGLAB_BIN"]
LOADGEN = os.path.join(BIN, "loadgen")
CACHENODE = os.path.join(BIN, "cachenode")
RESULTS = os.path.join(BIN, "results")
PATIENCE_S = 60  # for what will surely come


def run(program, *arguments, stdin=subprocess.DEVNULL, timeout=PATIENCE_S, env=None):
    """Runs a program to its end; returns it with text in stdout and stderr."""
    return subprocess.run([program, *arguments], stdin=stdin, capture_output=True, text=True,
                          timeout=timeout, check=False, env=env)


def wait_until(holds, patience_s=PATIENCE_S):
    give_up = time.monotonic() + patience_s
    while time.monotonic() < give_up:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def free_port():
    """A port that nobody has a moment ago, for servers that cannot choose one and tell."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
    """A program that runs beside the test. stderr goes to a file, so that it never fills a pipe."""

    def __init__(self, program, *arguments, stdin=subprocess.DEVNULL):
        self._stderr = tempfile.TemporaryFile()
        # pylint: disable-next=consider-using-with
        self.popen = subprocess.Popen([program, *arguments], stdin=stdin, stdout=subprocess.PIPE,
                                      stderr=self._stderr, text=True)
        self.pid = self.popen.pid

    def signal(self, number):
        os.kill(self.pid, number)

    def stderr(self):
        self._stderr.seek(0)
        return self._stderr.read().decode(errors="replace")

    def wait(self):
        """The rest of stdout and the exit code, negative for a signal."""
        out, _ = self.popen.communicate(timeout=PATIENCE_S)
        return out, self.popen.returncode

    def end(self):
        if self.popen.poll() is None:
            self.signal(signal.SIGKILL)
            self.popen.wait()
        for stream in (self.popen.stdin, self.popen.stdout, self._stderr):
            if stream is not None:
                stream.close()


class Node(Process):
    """A cachenode, listening; it serves after join()."""

    def __init__(self, name, *arguments):
        super().__init__(CACHENODE, "--control", "--listen", "127.0.0.1:0", "--name", name,
                         *arguments, stdin=subprocess.PIPE)
        self.name = name
        self.address = self._await("listening")

    def _await(self, word):
        line = self.popen.stdout.readline().split()
        if line[:2] != [word, self.name]:
            raise AssertionError(f"expected {word} {self.name}, got {line}: {self.stderr()}")
        return line[2]

    def join(self, peers):
        self.popen.stdin.write(f"peers {peers}\n")
        self.popen.stdin.flush()
        self._await("serving")


class ToolTest(unittest.TestCase):
    """Ends what a test has started, however the test ends."""

    def start(self, program, *arguments, **options):
        process = Process(program, *arguments, **options)
        self.addCleanup(process.end)
        return process

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

    def assert_adds_up(self, result):
        """What holds in every result, good or bad, slow machine or fast."""
        t = result["totals"]
        self.assertEqual(t["scheduled"], t["sent"] + t["skipped"])
        self.assertEqual(t["sent"], t["ok"] + t["not_found"] + t["errors"] + t["timeouts"])
        self.assertEqual(t["wrong_values"], 0)
        for series in ("response", "service"):
            self.assertEqual(result["latency_ns"][series]["count"], t["sent"])
        self.assertEqual(result["latency_ns"]["send_lag"]["count"], t["sent"])
        operations = result["operations"].values()
        self.assertEqual(sum(each["requests"] for each in operations), t["sent"])
        for each in operations:
            self.assertEqual(each["service_ns"]["count"], each["requests"])
        keys = result["operations"].get("get", {}).get("keys")
        if keys:
            self.assertEqual(keys["asked"], keys["ok"] + keys["not_found"] + keys["failed"])
            levels = result["levels"].values()
            self.assertEqual(sum(level["keys"] for level in levels), keys["ok"])
        nodes = result["balance"]["nodes"]
        self.assertEqual(sum(node["requests"] for node in nodes), t["sent"])
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
        for reason in result["reasons"]:
            self.assertRegex(reason, "send lag|fell behind|was the limit|other processes")
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
