"""Searches of loadgen for the highest rate: how they end, what they report, what others make of it.

The rates are so low that a machine of any speed serves them; the bounds are what ends a search.
"""
import json
import os
import signal
import tempfile
import unittest

from support import LOADGEN, RESULTS, ToolTest, run

QUICK = ("--search-probe", "500ms", "--search-confirm", "1s", "--warmup", "0")


class Search(ToolTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "search.json")
        _, self.targets = self.start_nodes(2)

    def search(self, *arguments):
        done = run(LOADGEN, "--targets", self.targets, *QUICK, "--search-range", "50..200",
                   *arguments, "--json", self.file)
        with open(self.file, encoding="utf-8") as file:
            result = json.load(file)
        checked = run(RESULTS, "validate", self.file)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        return result, done

    def test_the_highest_rate_that_holds_is_confirmed_and_reported(self):
        page = self.file + ".html"
        result, done = self.search("--search", "mean<10s", "--search", "failed<50%",
                                   "--html", page)
        search = result["search"]
        self.assertEqual((search["end"], done.returncode), ("highest-holds", 0), done.stdout)
        self.assertEqual((search["rate_qps"], result["config"]["requested_qps"]), (200, 200))
        self.assertEqual([(probe["purpose"], probe["qps"]) for probe in search["probes"]],
                         [("climb", 50), ("climb", 100), ("climb", 200), ("confirm", 200)])
        self.assertEqual([t["threshold"] for t in result["thresholds"]], ["mean<10s", "failed<50%"])
        self.assertIn("at least 200 requests/s: mean<10s and failed<50% hold", done.stdout)
        for probe in ("50/s", "100/s", "200/s"):  # a line each, on stderr
            self.assertRegex(done.stderr, rf"(?m)^ +{probe}  mean<10s holds: ")
        shown = run(RESULTS, "show", self.file)
        self.assertEqual(shown.stdout, done.stdout)
        with open(page, encoding="utf-8") as file:
            self.assertIn('id="search"', file.read())

    def test_a_lowest_rate_that_breaks_fails(self):
        result, done = self.search("--search", "mean<1ns")
        self.assertEqual((result["search"]["end"], done.returncode), ("lowest-breaks", 1))
        self.assertEqual(len(result["search"]["probes"]), 2)
        self.assertEqual(result["search"]["binding"], "mean<1ns")
        self.assertNotIn("rate_qps", result["search"])
        self.assertRegex(done.stdout, r"mean<1ns does not hold at 50\s+requests/s, the lowest rate")

    def test_an_edge_inside_of_the_range(self):
        # What the nodes load is a figure of the rate alone: no machine is too slow for it.
        _, targets = self.start_nodes(1, "--ttl", "1ms", "--hot", "off")
        done = run(LOADGEN, "--targets", targets, "--search", "source_qps<60", "--search-range",
                   "20..320", "--search-probe", "1s", "--search-confirm", "2s", "--warmup", "0",
                   "--arrivals", "constant", "--json", self.file)
        with open(self.file, encoding="utf-8") as file:
            result = json.load(file)
        search = result["search"]
        self.assertEqual((search["end"], done.returncode), ("found", 0), done.stdout)
        self.assertEqual(search["binding"], "source_qps<60")
        self.assertLess(abs(search["rate_qps"] / 60 - 1), 0.1)
        self.assertLessEqual(search["low_qps"], search["rate_qps"])
        self.assertLessEqual(search["rate_qps"], search["high_qps"])
        self.assertTrue(search["way_down"]["holds"])
        self.assertEqual({probe["purpose"] for probe in search["probes"]},
                         {"climb", "narrow", "confirm", "overload", "way-down"})
        self.assertEqual(run(RESULTS, "validate", self.file).returncode, 0)

    def test_ctrl_c_keeps_what_was_probed(self):
        process = self.start(LOADGEN, "--targets", self.targets, *QUICK, "--search-range",
                             "50..1M", "--search", "mean<10s", "--json", self.file)
        process.await_text("100/s  mean<10s holds")
        process.signal(signal.SIGINT)
        _, code = process.wait()
        self.assertEqual(code, 3)
        with open(self.file, encoding="utf-8") as file:
            result = json.load(file)
        self.assertEqual(result["search"]["end"], "interrupted")
        self.assertGreaterEqual(len(result["search"]["probes"]), 2)
        self.assertTrue(result["interrupted"])
        self.assertGreaterEqual(result["search"]["low_qps"], 100)
        self.assertEqual(run(RESULTS, "validate", self.file).returncode, 0)

    def test_a_spoilt_search_is_refused_by_the_path_of_its_fault(self):
        result, _ = self.search("--search", "mean<10s")
        for spoil, said in (
                (lambda s: s.update(rate_qps=150), "/search/rate_qps"),
                (lambda s: s.update(low_qps=300), "/search/rate_qps"),
                (lambda s: s["probes"][0]["bounds"][0].update(passed=False), "/search/probes/0"),
                (lambda s: s["probes"][1].update(verdict="INVALID"), "/search/probes/1"),
                (lambda s: s["probes"][1].pop("qps"), "/search/probes/1/qps")):
            spoilt = json.loads(json.dumps(result))
            spoil(spoilt["search"])
            with open(self.file, "w", encoding="utf-8") as file:
                json.dump(spoilt, file)
            done = run(RESULTS, "validate", self.file)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(said, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
