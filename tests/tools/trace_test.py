"""Recorded traces: written by loadgen, played by it, and refused when they are broken."""
import gzip
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest

from support import LOADGEN, RESULTS, ToolTest, run

PLAN = ("--qps", "1000", "--duration", "2s", "--warmup", "0s", "--keys", "500")


class Traces(ToolTest):
    def setUp(self):
        super().setUp()
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)
        return self.path(name)

    def written(self, name, *arguments):
        """What --write-trace says of it: requests, plan hash, order hash."""
        done = run(LOADGEN, "--write-trace", name, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        words = done.stdout.replace(",", "").split()
        return int(words[0]), words[words.index("plan") + 2], words[words.index("order") + 2]

    def played(self, trace, *arguments):
        """The JSON of a run, which the results tool accepts."""
        file = self.path("run.json")
        done = run(LOADGEN, "--in-process", "--nodes", "2", "--trace", trace, "--json", file,
                   *arguments)
        self.assertIn(done.returncode, (0, 4), done.stdout + done.stderr)
        self.assertIn(os.path.basename(trace.partition(",")[0]), done.stdout)
        checked = run(RESULTS, "validate", file)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        with open(file, encoding="utf-8") as text:
            return json.load(text)

    def refused(self, *arguments):
        done = run(LOADGEN, "--in-process", *arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertLess(len(done.stderr.splitlines()), 5, done.stderr)
        return done.stderr

    def test_a_plan_is_the_same_in_every_format_and_at_every_speed(self):
        plan = {}
        for kind in ("csv", "twitter", "kvcache", "oracle"):
            count, plan_hash, order_hash = self.written(f"{self.path(kind)},format={kind}", *PLAN)
            plan[kind] = (count, plan_hash, order_hash)
        self.assertEqual(len(set(plan.values())), 1, plan)
        count, plan_hash, order_hash = plan["csv"]
        for kind in plan:
            own, fast = self.played(self.path(kind)), self.played(self.path(kind) + ",speed=10")
            for result, speed in ((own, 1), (fast, 10)):
                config = result["config"]
                self.assertEqual(config["order_hash"], order_hash, kind)
                known = config["trace"]["sizes"]  # those of the 500 that are asked for
                self.assertTrue(200 < known <= 500, known)
                self.assertEqual(config["trace"],
                                 {"file": self.path(kind), "format": kind, "compression": "none",
                                  "times": "own", "speed": speed, "requests": count,
                                  "sizes": known})
                self.assertEqual(result["totals"]["scheduled"], count)
                self.assertEqual(result["totals"]["wrong_values"], 0)
                self.assertNotIn("popularity", result)
            self.assertEqual(own["config"]["plan_hash"] == plan_hash, kind == "csv")
            self.assertAlmostEqual(own["config"]["duration_s"],
                                   10 * fast["config"]["duration_s"], delta=0.02)

    def test_a_trace_that_is_not_written_to_its_end_changes_nothing(self):
        before = self.file("t.csv", "what was there")
        with subprocess.Popen([LOADGEN, "--write-trace", before, "--qps", "1M", "--duration",
                               "1h"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as writing:
            while len(os.listdir(self.folder)) < 2 and writing.poll() is None:
                time.sleep(0.01)
            writing.send_signal(signal.SIGINT)
            out, err = writing.communicate(timeout=60)
        self.assertEqual((writing.returncode, out), (3, ""), err)
        self.assertIn("interrupted", err)
        self.assertEqual(os.listdir(self.folder), ["t.csv"])
        with open(before, encoding="utf-8") as text:
            self.assertEqual(text.read(), "what was there")

    def test_a_trace_at_our_rate_and_by_many_workers(self):
        trace = self.file("t.csv", "key\n" + "".join(f"user:{i % 50}\n" for i in range(800)))
        one = self.played(trace, "--qps", "1000")
        self.assertEqual(one["config"]["trace"]["times"], "rate")
        self.assertEqual(one["config"]["arrivals"], "poisson")
        three = self.played(trace, "--qps", "1000", "--workers", "3")
        self.assertEqual(one["config"]["plan_hash"], three["config"]["plan_hash"])
        self.assertEqual(three["totals"]["scheduled"], 800)
        self.assertEqual(three["totals"]["wrong_values"], 0)

    def test_sets_and_removes_of_a_trace_that_is_packed(self):
        text = "".join(f"{i // 200},user:{i % 40},9,{20 + i % 9},1,"
                       f"{('get', 'set', 'gets', 'delete', 'incr')[i % 5]},0\n"
                       for i in range(600))
        with gzip.open(self.path("t.gz"), "wt") as out:
            out.write(text)
        subprocess.run(["zstd", "-q", self.file("t", text), "-o", self.path("t.zst")], check=True)
        packed = {kind: self.played(self.path(name))
                  for kind, name in (("gzip", "t.gz"), ("zstd", "t.zst"))}
        for kind, result in packed.items():
            self.assertEqual(result["config"]["trace"]["compression"], kind)
            self.assertEqual({name: row["requests"] for name, row in result["operations"].items()},
                             {"get": 240, "set": 240, "remove": 120})
            self.assertEqual(result["totals"]["wrong_values"], 0)
            self.assertIn("staleness", result)
        self.assertEqual(*(result["config"]["plan_hash"] for result in packed.values()))

    def used_bytes(self, *arguments):
        """What the nodes hold after a run, and of how many keys the source knew the sizes."""
        file = self.path("run.json")
        done = run(LOADGEN, "--nodes", "2", "--json", file, *arguments)
        self.assertIn(done.returncode, (0, 4), done.stdout + done.stderr)
        with open(file, encoding="utf-8") as text:
            result = json.load(text)
        self.assertEqual(result["totals"]["wrong_values"], 0)
        self.assertEqual(result["totals"]["errors"], 0)
        return result["cache"]["used_bytes"], result["config"]["trace"].get("sizes")

    def test_what_a_get_loads_has_the_size_that_the_trace_says(self):
        keys, large, small = 200, 20_000, 100
        trace = self.file("t.csv", "".join(f"{i / 1000:.3f},get,u{i % keys},{large},0\n"
                                           for i in range(600)))
        owner = ("--trace", trace, "--route", "owner")
        for where in ((), ("--in-process",)):
            used, known = self.used_bytes(*owner, *where)
            self.assertEqual(known, keys)
            self.assertGreater(used, keys * large)
            self.assertLess(used, 1.5 * keys * large)
        told, known = self.used_bytes(*owner, "--source", f"synthetic:size={small}")
        self.assertIsNone(known)
        self.assertLess(told, keys * 10 * small)
        # For nodes that are not ours, or plans that are no trace's: the sizes as a file.
        done = run(LOADGEN, "--trace", trace, "--write-trace", self.path("sizes,format=sizes"))
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertIn(f"{keys} keys", done.stdout)
        by_file, _ = self.used_bytes(*owner, "--source", "synthetic:sizes=" + self.path("sizes"))
        self.assertGreater(by_file, keys * large)

    def test_a_part_of_a_trace(self):
        trace = self.file("t.csv", "".join(f"{i / 100:.3f},get,k{i},1,0\n" for i in range(400)))
        result = self.played(trace, "--warmup", "500ms", "--duration", "1s")
        self.assertEqual(result["config"]["trace"]["requests"], 150)
        self.assertEqual(result["totals"]["scheduled"], 100)
        beyond = self.played(trace, "--warmup", "3s", "--duration", "1h")
        self.assertEqual(beyond["totals"]["scheduled"], 100)
        self.assertIn("--warmup: \"4.00 s\": expected less than the trace takes",
                      self.refused("--trace", trace, "--warmup", "4s"))

    def test_broken_traces_and_flags_are_refused(self):
        good = self.file("good.csv", "1,get,a,1,0\n2,get,b,1,0\n")
        no_times = self.file("order.csv", "key\na\n")
        for arguments, said in (
                (("--trace", self.path("none")), ("none: there is no such file",)),
                (("--trace", self.file("a", "2,get,a,1,0\n1,get,a,1,0\n")),
                 ("a: line 2", "never go back")),
                (("--trace", self.file("b", "1,get,a,1,0\n1,get," + "k" * 1_000_000 + ",1,0\n")),
                 ("b: line 2", "65536 bytes")),
                (("--trace", self.file("c", "1,get,a,b,1\n")), ("c: line 1", "whole bytes")),
                (("--trace", self.file("d", "a picture\n")), ("d: is of no kind", "format=csv")),
                (("--trace", no_times), ("has no times", "--qps 10000")),
                (("--trace", good + ",format=tape"), ("format=csv, twitter, kvcache or oracle",)),
                (("--trace", good + ",speed=0"), ("speed= from 0.001",)),
                (("--trace", good + ",speed=2", "--qps", "5"), ("speed= or --qps",)),
                (("--trace", good, "--keys", "5"), ("--keys and --trace",)),
                (("--trace", good, "--mix", "get=1"), ("--mix and --trace",)),
                (("--trace", good, "--write-trace", good), ("another file than --trace reads",)),
                (("--write-trace", "x,format=tape"),
                 ("format=csv, twitter, kvcache or oracle, or sizes",)),
                (("--source", "synthetic:sizes=/nowhere/x"),
                 ("sizes=\"/nowhere/x\": No such file",)),
                (("--write-trace", "/nowhere/x"), ("cannot write \"/nowhere/x\"",))):
            stderr = self.refused(*arguments)
            for text in said:
                self.assertIn(text, stderr)


if __name__ == "__main__":
    unittest.main()
