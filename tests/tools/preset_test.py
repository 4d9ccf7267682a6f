"""Loads of published figures: what a preset sets, what a flag takes away from it, and bad input."""
import json
import os
import tempfile
import unittest

from support import LOADGEN, RESULTS, SIM, ToolTest, run

SHORT = ("--in-process", "--nodes", "2", "--qps", "1000", "--duration", "2s", "--warmup", "0s")


class Presets(ToolTest):
    def measured(self, tool, *arguments):
        """The JSON of a run, which the results tool accepts."""
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "run.json")
            done = run(tool, *arguments, "--json", file)
            self.assertIn(done.returncode, (0, 4), done.stdout + done.stderr)
            checked = run(RESULTS, "validate", file)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
            with open(file, encoding="utf-8") as text:
                return json.load(text), done.stdout

    def test_each_is_sent_as_it_says(self):
        for name, keys, zipf, source in (
                ("kvcache", 250_000, 1.0, "size=kvcache"), ("cdn", 175_000, 0.7, "size=cdn"),
                ("graph", 650_000, 0.55, "size=graph,not-found=0.556")):
            result, said = self.measured(LOADGEN, *SHORT, "--preset", name)
            config, totals = result["config"], result["totals"]
            self.assertEqual((config["preset"], config["key_size"], config["keys"],
                              config["zipf_s"], config["source"]),
                             (name, name, keys, zipf, "synthetic:latency=1ms," + source))
            self.assertIn("preset " + name, " ".join(said.split()))
            self.assertEqual(totals["wrong_values"], 0)
            self.assertEqual(totals["errors"], 0)
            absent = 0.556 if name == "graph" else 0
            self.assertAlmostEqual(totals["not_found"] / totals["sent"], absent, delta=0.06)
            writes = result["operations"].get("set", {"requests": 0})["requests"]
            self.assertAlmostEqual(writes / totals["sent"], 0.12 if name == "kvcache" else 0,
                                   delta=0.04)

    def test_what_is_given_as_well_takes_the_place_of_that_part(self):
        result, _ = self.measured(
            LOADGEN, *SHORT, "--preset", "graph", "--zipf", "1.2", "--keys", "500", "--mix",
            "get=1,set=1", "--scan", "10%", "--key-size", "30-60", "--batch", "3", "--source",
            "synthetic:size=64,not-found=0")
        config = result["config"]
        self.assertEqual((config["zipf_s"], config["keys"], config["scan"], config["key_size"]),
                         (1.2, 500, 0.1, "30-60"))
        self.assertEqual(config["mix"], {"get": 0.5, "set": 0.5, "remove": 0})
        self.assertEqual(config["source"], "synthetic:size=64,not-found=0")
        self.assertEqual(config["preset"], "graph")
        self.assertEqual(result["totals"]["wrong_values"], 0)
        for key in result["popularity"]["hottest"]:
            self.assertRegex(key["key"], r"^key-\d+\.*$")
            self.assertIn(len(key["key"]), range(30, 61))

    def test_sim_takes_popularity_and_sizes(self):
        result, _ = self.measured(SIM, "--nodes", "3", "--requests", "3000", "--preset", "graph",
                                  "--keys", "2000")
        config = result["config"]
        self.assertEqual((config["preset"], config["zipf_s"], config["keys"], config["source"]),
                         ("graph", 0.55, 2000,
                          "synthetic:latency=1ms,size=graph,not-found=0.556"))
        self.assertGreater(result["loopback"]["totals"]["not_found"], 0)
        self.assertEqual(result["loopback"]["totals"]["wrong_values"], 0)

    def test_what_cannot_be_is_refused(self):
        for tool in (LOADGEN, SIM):
            self.assert_refused(tool, ("--preset", "memcache"),
                                '--preset: "memcache": expected kvcache, cdn or graph')
        self.assert_refused(LOADGEN, ("--preset", "cdn", "--trace", "x"), "--preset and --trace")
        self.assert_refused(LOADGEN, ("--key-size", "0"), '--key-size: "0": expected bytes')
        self.assert_refused(LOADGEN, ("--source", "synthetic:size=memcache"),
                            "kvcache, cdn or graph")
        self.assert_refused(LOADGEN, ("--source", "sqlite:keys.db?table=keys", "--source-fill",
                                      "100", "--key-size", "40"), "--source-fill", "--key-size")
        self.assert_refused(SIM, ("--preset", "cdn", "--sweep", "nodes=3,4"), "--preset")


if __name__ == "__main__":
    unittest.main()
