"""sim --mrc as its users start it: curves of drawn and recorded requests, bad input, Ctrl-C."""
import json
import os
import signal
import tempfile
import unittest

from support import RESULTS, SIM, ToolTest, run

SMALL = ("--keys", "5000", "--requests", "100000", "--nodes", "3")


class Mrc(ToolTest):
    def curves(self, *arguments, exit_code=0):
        done = run(SIM, "--mrc", *arguments, "--json", "-")
        self.assertEqual(done.returncode, exit_code, done.stderr)
        return json.loads(done.stdout)

    def check_curves(self, result, policies, nodes):
        self.assertEqual(len(result["curves"]), policies * (nodes + 1))
        for curve in result["curves"]:
            self.assertEqual(len(curve["bytes"]), len(curve["hit_ratio"]))
            self.assertEqual(curve["bytes"], sorted(curve["bytes"]))
            self.assertEqual("node" in curve, curve["scope"] == "node")
            if curve["policy"] == "lru":
                self.assertEqual(curve["hit_ratio"], sorted(curve["hit_ratio"]))
            for ratio, memory in curve["memory_for"].items():
                self.assertGreaterEqual(max(curve["hit_ratio"]), float(ratio))
                self.assertLessEqual(memory, curve["bytes"][-1])

    def test_every_policy_for_the_cluster_and_each_node(self):
        result = self.curves("zipf", *SMALL)
        self.check_curves(result, policies=5, nodes=3)
        self.assertEqual(result["mrc"]["requests"], 50000)
        self.assertNotIn("rings", result)
        self.assertEqual(result["config"]["mrc"], "zipf")
        at_most = {c["policy"]: c["memory_for"]["0.9"] for c in result["curves"]
                   if c["scope"] == "cluster"}
        self.assertLess(at_most["s3fifo"], at_most["lru"])

    def test_the_same_seed_gives_the_same_curves(self):
        first = self.curves("zipf", *SMALL, "--policies", "lru,sieve", "--seed", "7")
        second = self.curves("zipf", *SMALL, "--policies", "lru,sieve", "--seed", "7")
        self.assertEqual(first["curves"], second["curves"])

    def test_text_page_and_stored_result(self):
        with tempfile.TemporaryDirectory() as folder:
            stored, page = os.path.join(folder, "mrc.json"), os.path.join(folder, "mrc.html")
            done = run(SIM, "--mrc", "zipf", *SMALL, "--json", stored, "--html", page)
            self.assertEqual(done.returncode, 0, done.stderr)
            words = " ".join(done.stdout.split())
            for said in ("90 % hits:", "95 % hits:", "a node (--group-bytes", "memory of all nodes",
                         "s3fifo", "alone, for 95 % hits"):
                self.assertIn(said, words)
            for line in done.stdout.splitlines():
                self.assertLessEqual(len(line), 100, line)
            with open(page, encoding="utf-8") as file:
                markup = file.read()
            self.assertIn("How much memory", markup)
            self.assertIn("curves-cluster", markup)
            self.assertEqual(run(RESULTS, "validate", stored).returncode, 0)
            shown = run(RESULTS, "show", stored)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertIn("95 % hits:", shown.stdout)

    def test_a_recorded_trace_with_its_sizes(self):
        with tempfile.TemporaryDirectory() as folder:
            trace = os.path.join(folder, "trace.csv")
            with open(trace, "w", encoding="utf-8") as file:
                file.write("time,op,key,size\n")
                for i in range(20000):
                    file.write(f"{i // 1000},get,k{i * i % 997},{100 + i * i % 997}\n")
            result = self.curves(trace, "--nodes", "2", "--policies", "lru,lfu")
            self.check_curves(result, policies=2, nodes=2)
            self.assertEqual(result["mrc"]["requests"], 20000)
            self.assertEqual(result["mrc"]["warm_up"], 0)
            self.assertNotIn("keys", result["config"])
            last = [c for c in result["curves"] if c["scope"] == "cluster"][0]["hit_ratio"][-1]
            self.assertAlmostEqual(last, 1 - result["mrc"]["first_share"], places=3)

    def test_what_a_trace_lacks_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            def trace(name, text):
                path = os.path.join(folder, name)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                return path
            empty = trace("empty.csv", "time,op,key,size\n")
            self.assert_refused(SIM, ("--mrc", empty), "--mrc", "expected one request or more")
            sizeless = trace("sizeless.csv", "time,op,key\n0,get,a\n0,get,b\n0,get,a\n")
            self.assert_refused(SIM, ("--mrc", sizeless), "--mrc", "no request tells the size",
                                "--source")
            self.curves(sizeless, "--source", "synthetic:size=100", "--nodes", "1")
            writes = trace("writes.csv", "time,op,key,size\n0,set,a,10\n")
            self.assert_refused(SIM, ("--mrc", writes), "none of the requests is a get")
            self.assert_refused(SIM, ("--mrc", os.path.join(folder, "none.csv")), "none.csv")
            broken = trace("broken.csv", "time,op,key,size\n0,get,a,10\n1,leap,b,10\n")
            self.assert_refused(SIM, ("--mrc", broken), "broken.csv", "leap")

    def test_bad_flags(self):
        for arguments, said in (
                (("zipf", "--policies", "fifo"), ("--policies", '"fifo"', "s3fifo")),
                (("zipf", "--mrc-rate", "0"), ("--mrc-rate", '"0"', "0.000001 to 1")),
                (("zipf", "--mrc-rate", "2"), ("--mrc-rate", '"2"', "0.000001 to 1")),
                (("zipf", "--keys", "10", "--mrc-rate", "0.000001"), ("higher --mrc-rate",)),
                (("zipf", "--requests", "10"), ("--requests", '"10"', "1000 or more")),
                (("zipf", "--ring-only"), ("--ring-only", "no effect with --mrc")),
                (("zipf", "--sweep", "nodes=1,2"), ("--sweep", "no effect with --mrc")),
                (("zipf", "--ring", "all"), ("--ring", "one ring")),
                (("x.csv,format=xml",), ("--mrc", "x.csv,format=xml", "csv, twitter")),
                (("x.csv", "--zipf", "1"), ("--zipf", "--mrc x.csv")),
                (("",), ("--mrc",))):
            self.assert_refused(SIM, ("--mrc", *arguments), *said)
        self.assert_refused(SIM, ("--policies", "lru"), "--policies", "expected a --mrc")

    def test_an_early_end_reports_what_is_there(self):
        sim = self.start(SIM, "--mrc", "zipf", "--keys", "1000000", "--requests", "900000000",
                         "--nodes", "1")
        sim.await_text("curves: ")
        sim.signal(signal.SIGINT)
        out, code = sim.wait()
        self.assertEqual(code, 3, sim.how_it_went())
        self.assertIn("interrupted: curves that were not finished are left out", out)


if __name__ == "__main__":
    unittest.main()
