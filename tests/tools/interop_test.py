"""Our files as other people's programs read them: Java's HistogramLogProcessor, hdr-histogram-js.

RINGLAB_NPM names the folder of the npm packages. What is missing fails: scripts/setup test installs
both readers.
"""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from support import LOADGEN, ToolTest, run

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


if __name__ == "__main__":
    unittest.main()
