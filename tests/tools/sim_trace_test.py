"""Recorded traces through the loopback nodes of sim."""
import json
import os
import tempfile
import unittest
from collections import Counter

from support import LOADGEN, RESULTS, SIM, ToolTest, run

REQUESTS = 2400


class SimTrace(ToolTest):
    def setUp(self):
        super().setUp()
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def played(self, *arguments):
        """The JSON and the report of a run that is VALID, and sound."""
        file = os.path.join(self.folder, "run.json")
        done = run(SIM, "--nodes", "3", "--json", file, *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        checked = run(RESULTS, "validate", file)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        with open(file, encoding="utf-8") as text:
            result = json.load(text)
        self.assertEqual(result["loopback"]["totals"]["wrong_values"], 0)
        self.assertEqual(result["loopback"]["problems"], [])
        return result, done.stdout

    def test_nodes_own_exactly_what_the_trace_asks_for(self):
        keys = [f"user:{i * i % 97}" for i in range(REQUESTS)]
        trace = self.file("t.csv", "key\n" + "".join(f"{key}\n" for key in keys))
        result, report = self.played("--trace", trace)
        self.assertEqual(result["config"]["trace"],
                         {"file": trace, "format": "csv", "compression": "none", "times": "order",
                          "speed": 1.0, "requests": REQUESTS})
        loopback = result["loopback"]
        self.assertTrue(loopback["as_trace"])
        self.assertNotIn("chi_square", loopback)
        self.assertEqual(loopback["totals"]["ok"], REQUESTS)
        self.assertEqual(loopback["source_loads"], len(Counter(keys)))
        self.assertEqual(sum(node["requests"] for node in loopback["nodes"]), REQUESTS)
        for node in loopback["nodes"]:
            self.assertEqual(node["expected_share"], node["measured_share"])
        self.assertIn("each node owned exactly the gets that the trace has", report)
        # Another ring gives the same keys to others, and is measured as exactly.
        other, _ = self.played("--trace", trace, "--replicas", "3")
        self.assertTrue(other["loopback"]["as_trace"])
        self.assertNotEqual(other["loopback"]["nodes"], loopback["nodes"])
        self.assertEqual(other["loopback"]["plan_hash"], loopback["plan_hash"])

    def test_sets_and_removes_are_written(self):
        text = "".join(f"{i // 200},user:{i % 40},9,{20 + i % 9},1,"
                       f"{('get', 'set', 'gets', 'delete', 'incr')[i % 5]},0\n"
                       for i in range(600))
        trace = self.file("t", text)
        packed = os.path.join(self.folder, "t.gz")
        done = run("sh", "-c", 'gzip -c "$1" > "$2"', "sh", trace, packed)
        self.assertEqual(done.returncode, 0, done.stderr)
        plain, report = self.played("--trace", trace + ",format=twitter")
        totals = plain["loopback"]["totals"]
        self.assertEqual(plain["config"]["trace"]["format"], "twitter")
        self.assertEqual((totals["sent"], totals["writes"], totals["written"]), (600, 360, 360))
        self.assertEqual(plain["loopback"]["gets"], 240)
        self.assertTrue(plain["loopback"]["as_trace"])
        self.assertIn("360 of them set or removed", report)
        gzip, _ = self.played("--trace", packed)
        self.assertEqual(gzip["config"]["trace"]["compression"], "gzip")
        self.assertEqual(gzip["loopback"]["plan_hash"], plain["loopback"]["plan_hash"])

    def test_a_part_of_a_trace_at_a_rate(self):
        trace = self.file("t.csv", "key\n" + "".join(f"k{i % 50}\n" for i in range(REQUESTS)))
        result, _ = self.played("--trace", trace, "--qps", "1000", "--requests", "500")
        self.assertEqual(result["config"]["trace"]["times"], "rate")
        self.assertEqual(result["config"]["trace"]["requests"], 500)
        loopback = result["loopback"]
        self.assertEqual(loopback["totals"]["scheduled"], 500)
        self.assertEqual(loopback["latency_ns"]["response"]["count"], 500)
        self.assertEqual(sum(node["requests"] for node in loopback["nodes"]), 500)

    def test_a_trace_at_its_own_times(self):
        trace = os.path.join(self.folder, "t.csv")
        done = run(LOADGEN, "--write-trace", trace, "--qps", "1000", "--duration", "2s",
                   "--warmup", "0s", "--keys", "500")
        self.assertEqual(done.returncode, 0, done.stderr)
        result, _ = self.played("--trace", trace + ",speed=4")
        self.assertEqual((result["config"]["trace"]["times"], result["config"]["trace"]["speed"]),
                         ("own", 4))
        elapsed = result["loopback"]["totals"]["elapsed_s"]
        self.assertGreater(elapsed, 0.4)  # no sooner than planned
        self.assertGreater(result["loopback"]["latency_ns"]["response"]["count"], 1000)

    def test_broken_traces_and_flags_are_refused(self):
        good = self.file("good.csv", "key\na\nb\n")
        bad = self.file("bad.csv", "time,key\n5,a\n4,b\n")
        for arguments, *said in (
                (("--trace", good + ",format=xml"), "--trace", "csv, twitter, kvcache or oracle"),
                (("--trace", good + ",speed=0"), "--trace", "0.001 to 1000000"),
                (("--trace", self.folder + "/none"), "--trace: ", "/none"),
                (("--trace", self.file("empty.csv", "")), "--trace: "),
                (("--trace", bad), "--trace: ", "bad.csv: line 3"),
                (("--trace", good + ",speed=1"), "--trace: ", "has no times", "--qps"),
                (("--trace", good, "--drift", "walk:1@1s", "--qps", "5"), "--drift and --trace"),
                (("--trace", good, "--profile", "ramp:1..2@1s"), "--profile and --trace"),
                (("--trace", good, "--script", "kill node-1 @1s"), "--script and --trace"),
                (("--trace", bad + ",speed=2", "--qps", "5"), "--qps", "speed= of --trace"),
                (("--trace", good, "--ring-only"), "--trace", "no effect with --ring-only"),
                (("--trace", good, "--sweep", "nodes=2"), "--trace", "no effect with --sweep"),
                (("--trace", good, "--json", good), "--trace", "--json")):
            self.assert_refused(SIM, arguments, *said)


if __name__ == "__main__":
    unittest.main()
