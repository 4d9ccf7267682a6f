"""The checked-in scenarios: each file says what must hold, and it does."""
import glob
import json
import os
import tempfile
import unittest

from support import BIN, ToolTest, run

FOLDER = os.path.join(os.path.dirname(__file__), "../../results/scenarios")


class Scenarios(ToolTest):
    def play(self, tool, name, *flags):
        """The result of a scenario, whose bounds must hold; a busy machine may make it INVALID."""
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "result.json")
            done = run(os.path.join(BIN, tool), "--config", f"{FOLDER}/{tool}/{name}.toml",
                       "--quiet", "--json", out, *flags)
            self.assertIn(done.returncode, (0, 4), f"{name}: {done.stderr}")
            with open(out, encoding="utf-8") as text:
                result = json.load(text)
        broken = [bound for bound in result["thresholds"] if not bound["passed"]]
        self.assertEqual(broken, [], name)
        self.assertGreater(len(result["thresholds"]), 0, name)
        return result

    def test_a_cold_key_is_loaded_once(self):
        self.play("loadgen", "cold-key")

    def test_a_flood_of_missing_keys_is_kept_from_the_source(self):
        defended = self.play("loadgen", "missing-key-flood")
        undefended = self.play("loadgen", "missing-key-flood-undefended")
        self.assertGreater(undefended["cache"]["source_loads"],
                           2 * defended["cache"]["source_loads"])

    def test_a_hot_key_is_shared_out(self):
        for name in ("hot-key", "hot-key-undefended"):
            self.play("loadgen", name)

    def test_jitter_spreads_a_mass_expiry(self):
        together = self.play("loadgen", "mass-expiry")["node_series"]["source_loads"]
        spread = self.play("loadgen", "mass-expiry-jitter")["node_series"]["source_loads"]
        self.assertGreater(max(together), 1.3 * max(spread))

    def test_a_node_that_joins_or_leaves_hands_over(self):
        for name in ("node-joins", "node-joins-cold", "node-drains"):
            self.play("sim", name)

    def test_a_node_that_is_killed_fails_nobody(self):
        for name in ("owner-killed", "changing-rings"):
            self.play("sim", name)

    def test_an_overload_leaves_the_goodput(self):
        capacity = self.play("loadgen", "capacity")["totals"]
        overload = self.play("loadgen", "overload")["totals"]
        self.assertGreater(overload["ok"] / overload["elapsed_s"],
                           0.9 * capacity["ok"] / capacity["elapsed_s"])
        self.assertGreater(overload["errors"], overload["ok"])

    def test_a_scan_by_two_policies(self):
        ratios = {}
        for policy in ("lru", "sieve"):  # the others: scripts/scenarios
            result = self.play("loadgen", f"scan-{policy}")
            ratios[policy] = result["cache"]["hit_ratio"]
        self.assertEqual(min(ratios, key=ratios.get), "lru", ratios)

    def test_uneven_sizes_and_writes(self):
        for name in ("uneven-sizes", "writes"):
            self.play("loadgen", name)

    def test_every_file_is_played_here(self):
        with open(__file__, encoding="utf-8") as text:
            here = text.read()
        for file in glob.glob(f"{FOLDER}/*/*.toml"):
            name = os.path.basename(file)[:-len(".toml")]
            self.assertTrue(name in here or name.startswith("scan-"), name)


if __name__ == "__main__":
    unittest.main()
