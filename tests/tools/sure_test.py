"""loadgen says how sure it is: intervals, runs that are repeated, and runs until it is sure."""
import json
import os
import tempfile
import unittest

from support import CACHENODE, LOADGEN, RESULTS, ToolTest, run

QUICK = ("--in-process", "--nodes", "2", "--keys", "1000", "--warmup", "300ms", "--qps", "300")


class Sure(ToolTest):
    def test_every_percentile_has_its_interval(self):
        result, _, _ = self.loadgen(*QUICK, "--duration", "6s")
        for name in ("response", "service"):
            summary = result["latency_ns"][name]
            shown = {key for key in summary if key[0] == "p" and key[1:].isdigit()}
            self.assertGreaterEqual(shown, {"p50", "p90", "p99"})
            self.assertEqual(set(summary["interval95"]), shown)
            self.assertEqual(set(summary["effective_samples"]), shown)
            for key, (low, high) in summary["interval95"].items():
                self.assertLessEqual(low, summary[key])
                self.assertTrue(high is None or high >= summary[key])
                self.assertLessEqual(summary["effective_samples"][key], summary["count"])
        queue = result["queue"]
        self.assertEqual(queue["at_s"], result["series"]["at_s"])
        for column in ("in_flight", "response_mean_ns", "asked"):
            self.assertEqual(len(queue[column]), len(queue["at_s"]), column)
        self.assertEqual(sum(queue["asked"]), result["totals"]["sent"])

    def test_a_short_run_has_none(self):
        result, _, _ = self.loadgen(*QUICK, "--duration", "1s")
        self.assertNotIn("interval95", result["latency_ns"]["response"])

    def test_runs_before_one_that_cannot_begin_are_kept(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        node, file = f"{folder.name}/node", f"{folder.name}/two.json"
        with open(node, "w", encoding="utf-8") as script:
            script.write("#!/bin/sh\n"
                         f"echo >> {folder.name}/starts\n"
                         f"test $(wc -l < {folder.name}/starts) -le 2 && exec {CACHENODE} \"$@\"\n"
                         "echo there is no third >&2\n"
                         "exit 1\n")
        os.chmod(node, 0o755)
        done = run(LOADGEN, "--nodes", "1", "--qps", "200", "--duration", "1s", "--warmup", "0s",
                   "--cachenode", node, "--repeat", "4", "--json", file)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("run 3 of 4: ", done.stderr)
        with open(file, encoding="utf-8") as text:
            result = json.load(text)
        self.assertEqual(len(result["repeats"]), 2)
        self.assertTrue(result["interrupted"])
        self.assertIn("run 3 of 4: ", result["warnings"][-1])

    def test_a_run_is_repeated_with_the_same_plan(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file, hgrm = f"{folder.name}/three.json", f"{folder.name}/three.hgrm"
        done = run(LOADGEN, *QUICK, "--duration", "1s", "--repeat", "3", "--json", file, "--hgrm",
                   hgrm)
        with open(file, encoding="utf-8") as text:
            result = json.load(text)
        self.assert_valid(result)
        self.assertEqual(len(result["repeats"]), 3)
        self.assertEqual({repeat["totals"]["scheduled"] for repeat in result["repeats"]},
                         {result["totals"]["scheduled"]})
        shown = [repeat for repeat in result["repeats"] if repeat.get("shown")]
        self.assertEqual([repeat["latency_ns"] for repeat in shown], [result["latency_ns"]])
        # Each had nodes of its own: nothing of an earlier run was in their caches.
        for repeat in result["repeats"]:
            self.assertGreater(repeat["cache"]["source_loads"], 0)
        p50 = result["between"]["response_p50_ns"]
        self.assertLessEqual(p50["interval95"][0], p50["mean"])
        for row in ("run 1", "run 2", "run 3", "95 % from", "95 % to"):
            self.assertIn(row, done.stdout)
        self.assertIn("with nodes of its own each", " ".join(done.stdout.split()))
        self.assertTrue(os.path.getsize(hgrm))
        if result["verdict"] == "INVALID":
            return  # results compare refuses its figures
        compared = run(RESULTS, "compare", file, file)
        # The same on both sides: no change, or too much noise to tell.
        self.assertIn(compared.returncode, (0, 3), compared.stdout + compared.stderr)
        self.assertIn("response_p50", compared.stdout)

    def test_a_run_goes_on_until_it_is_sure(self):
        result, _, _ = self.loadgen(*QUICK, "--duration", "2s", "--until", "p50+-50%,max=30s")
        until = result["until"]
        self.assertEqual((until["width"], until["at_least_s"], until["at_most_s"]),
                         ("p50+-50%", 2, 30))
        duration = result["config"]["duration_s"]
        self.assertEqual(duration, int(duration))
        self.assertGreaterEqual(duration, 6)  # fewer seconds have no interval
        self.assertEqual(until["ended_early"], duration < 30)
        self.assertEqual(len(result["series"]["at_s"]), duration)

    def test_one_that_never_is_ends_at_its_bound(self):
        result, _, _ = self.loadgen(*QUICK, "--duration", "1s", "--until", "p99+-0.1%,max=2s")
        self.assertFalse(result["until"]["ended_early"])
        self.assertEqual(result["config"]["duration_s"], 2)
        self.assertIn("--until p99+-0.1% was not reached within 2.00 s",
                      "\n".join(result["warnings"]))

    def test_what_does_not_fit_is_refused(self):
        for arguments, *words in (
                (("--until", "p99"), '--until: "p99": expected a percentile', "p99+-5%"),
                (("--until", "p99+-90%"), '--until: "p99+-90%"'),
                (("--until", "p99+-5%,max=1s", "--duration", "2s"), "--until",
                 "--duration (2.00 s)"),
                (("--until", "p99+-5%", "--requests", "5"), "--until and --requests"),
                (("--until", "p99+-5%", "--profile", "ramp:1..2@1s"), "--until and --profile"),
                (("--repeat", "2", "--search", "p99<5ms"), "--repeat and --search"),
                (("--repeat", "2", "--start-at", "2030-01-01T00:00:00Z"),
                 "--repeat and --start-at"),
                (("--until", "p99+-5%", "--search", "p99<5ms"), "--until and --search"),
                (("--until", "p99+-5%", "--start-at", "2030-01-01T00:00:00Z"),
                 "--until and --start-at"),
                (("--repeat", "0"), '--repeat: "0"'),
                (("--repeat", "1000"), '--repeat: "1000"')):
            self.assert_refused(LOADGEN, arguments, *words)


if __name__ == "__main__":
    unittest.main()
