"""Our files as other people's programs read them, Java's HistogramLogProcessor, hdr-histogram-js;
and our nodes as other people's gRPC calls them: C-core's in Python, Go's and JavaScript's.

RINGLAB_NPM names the folder of the npm packages. What is missing fails: scripts/setup test installs
the programs.
"""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import grpc

from protobuf_by_hand import field, fields
from support import BIN, LOADGEN, PATIENCE_S, ToolTest, run

JAR = "/usr/share/java/hdrhistogram.jar"
NPM = os.environ["RINGLAB_NPM"]
HERE = os.path.dirname(os.path.realpath(__file__))
PERCENTILES = ("p50", "p90", "p99", "p999")
# 20 s by hand: RINGLAB_INTEROP_RUN='--duration 20s --qps 10000'
RUN = os.environ.get("RINGLAB_INTEROP_RUN", "--duration 2500ms --qps 2000").split()


def highest_like(value):
    """The highest value of the counter that `value` is in, of 2048 and then 1024 a doubling."""
    shift = max(0, value.bit_length() - 11)
    return ((value >> shift) + 1 << shift) - 1


def java(log, *arguments):
    """The table that HistogramLogProcessor makes of a log, and its lines of intervals."""
    out = log + ".processed"
    done = run("java", "-cp", JAR, "org.HdrHistogram.HistogramLogProcessor", "-i", log, "-o", out,
               *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    with open(out, encoding="ascii") as lines, open(out + ".hgrm", encoding="ascii") as table:
        return table.read(), lines.read()


class Interop(ToolTest):
    @classmethod
    def setUpClass(cls):
        for what, there in (("java", shutil.which("java")), (JAR, os.path.exists(JAR)),
                            ("node", shutil.which("node")),
                            (NPM, os.path.isdir(os.path.join(NPM, "hdr-histogram-js")))):
            if not there:
                raise AssertionError(f"{what} is missing: scripts/setup test installs it")
        # pylint: disable-next=consider-using-with
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.log, cls.table, file = (os.path.join(cls.folder.name, name)
                                    for name in ("run.hlog", "run.hgrm", "run.json"))
        done = run(LOADGEN, "--in-process", "--nodes", "2", "--warmup", "300ms", "--keys", "5000",
                   "--mix", "get=80,set=15,remove=5", *RUN, "--json", file, "--hlog", cls.log,
                   "--hgrm", cls.table)
        if done.returncode not in (0, 4):  # of a machine too slow, what it counts holds too
            raise AssertionError(done.stdout + done.stderr)
        with open(file, encoding="utf-8") as text:
            cls.result = json.load(text)

    def requests(self):
        return {name: each["requests"] for name, each in self.result["operations"].items()}

    def test_java_reads_the_log_as_our_report_says(self):
        requests = self.requests()
        self.assertEqual(set(requests), {"get", "set", "remove"})
        for tag, count in requests.items():
            table, _ = java(self.log, "-tag", tag)
            self.assertEqual(int(re.search(r"Total count += +(\d+)", table)[1]), count, tag)
        # It sums one tag up at a time: without tags, all of them.
        with open(self.log, encoding="ascii") as text:
            untagged = re.sub(r"^Tag=\w+,", "", text.read(), flags=re.M)
        whole = self.log + ".untagged"
        with open(whole, "w", encoding="ascii") as text:
            text.write(untagged)
        table, lines = java(whole)
        head = [line for line in table.splitlines() if "[Overall" in line or "[StartTime" in line]
        with open(self.table, encoding="ascii") as ours:
            self.assertEqual(table, "".join(line + "\n" for line in head) + ours.read())
        # "T:COUNT ( 50% 90% 99% 99.9% 99.99% Max )", in milliseconds.
        count, *shown = re.findall(r"T:(\d+) \(([^)]*)\)", lines)[-1]
        shown = [float(figure) for figure in shown[0].split()]
        response = self.result["latency_ns"]["response"]
        self.assertEqual(int(count), response["count"])
        for name, figure in zip(PERCENTILES, shown):
            if name in response:
                self.assertEqual(figure, round(highest_like(response[name]) / 1e6, 3), name)
        self.assertEqual(shown[-1], round(highest_like(response["max"]) / 1e6, 3))

    def test_javascript_reads_the_log_and_the_histograms(self):
        histograms = self.result["histograms"]
        names = ("response", "service", "send_lag")
        texts = [histograms[name]["hdr_v2"] for name in names]
        done = subprocess.run(["node", os.path.join(HERE, "npm", "read_hlog.js"), self.log, NPM],
                              input="\n".join(texts), capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        read = json.loads(done.stdout)
        self.assertEqual(read["tags"], self.requests())
        series = self.result["series"]
        self.assertEqual(read["lines"], 3 * len(series["at_s"]))
        steps = [1000 * series["interval_s"] * i for i in range(len(series["at_s"]))]
        self.assertEqual([start - read["starts"][0] for start in read["starts"][::3]], steps)
        wholes = [("response", read["whole"]), *zip(names, read["texts"])]
        for name, figures in wholes:
            latency = self.result["latency_ns"][name]
            self.assertEqual(figures["count"], latency["count"], name)
            for percentile, value in zip(PERCENTILES, figures["percentiles"]):
                if percentile in latency:
                    self.assertEqual(value, highest_like(latency[percentile]), (name, percentile))


SERVICE = "/groupcachepb.GroupCache/"
HEALTH = "/grpc.health.v1.Health/"
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"


def get_request(group, key):
    return field(1, group.encode()) + field(2, key.encode())


class PythonClient:
    """What wire_go/main.go and npm/call_node.js do in their languages, on gRPC's C core."""

    def __init__(self, fast, slow):
        self.fast, self.slow = fast, slow

    def call(self, channel, path, request, timeout=PATIENCE_S):
        """The reply, or the code and the words of the error."""
        try:
            return channel.unary_unary(path)(request, timeout=timeout)
        except grpc.RpcError as error:
            return [error.code().value[0], error.details()]

    def get(self, channel, group, key, timeout=PATIENCE_S):
        return self.call(channel, SERVICE + "Get", get_request(group, key), timeout)

    def first(self, stream):
        """The first reply of a stream, which is then cancelled, as hex digits."""
        reply = next(stream).hex()
        stream.cancel()
        return reply

    def cancelled(self):
        call = self.slow.unary_unary(SERVICE + "Get").future(get_request("default", "a"))
        call.cancel()
        try:
            call.result(timeout=PATIENCE_S)
        except grpc.FutureCancelledError:
            return call.code().value[0]
        return 0

    def concurrent(self):
        get = self.fast.unary_unary(SERVICE + "Get")
        calls = [get.future(get_request("default", f"{i % 100}"), timeout=PATIENCE_S)
                 for i in range(1000)]
        replies = [call.result() for call in calls]
        return [len(replies), len({reply[:102] for reply in replies})]

    def results(self):
        value = bytes((0, 1, 0xfe, 0xff)) * (1 << 18)
        empty = self.call(self.fast, SERVICE + "Remove", get_request("default", "k"))
        self.call(self.fast, SERVICE + "Set", get_request("default", "large") + field(3, value))
        reply, call = self.fast.unary_unary(SERVICE + "Get").with_call(
            get_request("default", "Tom"), timeout=PATIENCE_S,
            metadata=[("ringlab-explain", "1")])
        self_and_ours = [self.call(self.fast, HEALTH + "Check", field(1, service)).hex()
                         for service in (b"", b"groupcachepb.GroupCache")]
        unknown = self.call(self.fast, HEALTH + "Check", field(1, b"no.Service"))
        return {
            "empty": len(empty),
            "large": fields(self.get(self.fast, "default", "large"))[1] == [value],
            "status": self.get(self.fast, "scores", "Tom"),
            "special": self.get(self.fast, SPECIAL, "Tom"),
            "unimplemented_method": self.call(self.fast, SERVICE + "Nothing", b"")[0],
            "unimplemented_service": self.call(self.fast, "/groupcachepb.Nothing/Get", b"")[0],
            "cancel": self.cancelled(),
            "deadline": self.get(self.slow, "default", "b", 0.1)[0],
            "afterwards": 0 if fields(self.call(self.slow, SERVICE + "Stats", b"")) else None,
            "metadata": [value for name, value in call.trailing_metadata()
                         if name == "ringlab-answer" and len(fields(reply)[1][0]) == 100],
            "concurrent": self.concurrent(),
            "health": [*self_and_ours, unknown[0]],
            "watch": self.first(self.fast.unary_stream(HEALTH + "Watch")(
                b"", timeout=PATIENCE_S)),
            "services": self.first(self.fast.stream_stream(REFLECTION)(
                iter([field(7, b"")]), timeout=PATIENCE_S)),
        }


class Callers(ToolTest):
    """The cases of gRPC's interop tests that a cache of unary calls has, and its own."""

    def check(self, results_of):
        """What a client tells of two nodes, the second with a slow source, on either engine."""
        for engine in ("h2", "grpc"):
            with self.subTest(engine=engine):
                (fast,), _ = self.start_nodes(1, "--engine", engine)
                (slow,), _ = self.start_nodes(1, "--engine", engine, "--source",
                                              "synthetic:size=100,latency=1h", "--load-timeout",
                                              "1h")
                self.check_results(results_of(fast.address, slow.address))

    def check_results(self, results):
        answer, = results.pop("metadata")
        self.assertRegex(answer, r"^level=\w+;owner=n0;ring=[0-9a-f]{16};.*us=\d+")
        services = fields(fields(bytes.fromhex(results.pop("services")))[6][0])[1]
        names = {fields(service)[1][0].decode() for service in services}
        self.assertLessEqual({"groupcachepb.GroupCache", "galaxycachepb.GalaxyCache",
                              "grpc.reflection.v1alpha.ServerReflection"}, names)
        self.assertEqual(results, {
            "empty": 0, "large": True, "status": [5, "no such group: scores"],
            "special": [5, "no such group: " + SPECIAL], "unimplemented_method": 12,
            "unimplemented_service": 12, "cancel": 1, "deadline": 4, "afterwards": 0,
            "concurrent": [1000, 100], "health": ["0801", "0801", 5], "watch": "0801"})

    def told_by(self, *program):
        """The client is a program that is given the two addresses and prints its results."""
        def results_of(*addresses):
            done = run(*program, *addresses)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return json.loads(done.stdout)
        return results_of

    def test_c_core_calls_both_engines(self):
        def results_of(*addresses):
            channels = [grpc.insecure_channel(address) for address in addresses]
            for channel in channels:
                self.addCleanup(channel.close)
            return PythonClient(*channels).results()
        self.check(results_of)

    def test_go_calls_both_engines(self):
        self.check(self.told_by(os.path.join(BIN, "wire_go"), "call"))

    def test_javascript_calls_both_engines(self):
        self.check(self.told_by("node", os.path.join(HERE, "npm", "call_node.js"), NPM))


if __name__ == "__main__":
    unittest.main()
