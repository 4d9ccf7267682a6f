"""The checked-in scenarios: each file says what must hold, and it does.

Those without a defence show what it is for. They say nothing of the code that defends, so they are
played where a scenario has changed (RINGLAB_THOROUGH, docs/ci.md).

Where this machine is too slow to tell, even in slow motion, the test says so and claims nothing.
"""
import glob
import json
import os
import sys
import tempfile
import unittest

from support import BIN, THOROUGH, ToolTest, machine_speed, run, slow_motion

FOLDER = os.path.join(os.path.dirname(__file__), "../../results/scenarios")
LONG_S = 120  # a scenario at the slowest pace


class Scenarios(ToolTest):
    def run_once(self, tool, name, flags):
        """The result, whatever it is worth; a busy machine may make it INVALID."""
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "result.json")
            done = run(os.path.join(BIN, tool), "--config", f"{FOLDER}/{tool}/{name}.toml",
                       "--quiet", "--json", out, *flags, timeout=LONG_S)
            self.assertIn(done.returncode, (0, 1, 4), f"{name}: {done.stderr}")
            with open(out, encoding="utf-8") as text:
                return json.load(text)

    def play(self, tool, name):
        """The result of a scenario, whose bounds must hold."""
        result, why = slow_motion.play(f"{FOLDER}/{tool}/{name}.toml", machine_speed(),
                                       lambda flags: self.run_once(tool, name, flags))
        if why is not None:
            self.not_told(f"{name}: {why}")
        self.assertEqual(slow_motion.broken(result), [], (name, result["reasons"]))
        self.assertNotEqual(result["verdict"], "FAILED", result["reasons"])
        self.assertGreater(len(result["thresholds"]), 0, name)
        print(f"{name} at pace {result['pace']}: {result['verdict']}", file=sys.stderr)
        return result

    def holds_of(self, holds, *results):
        """What is said of several results, unless one tells nothing."""
        for why in [] if holds else filter(None, map(slow_motion.not_up_to_it, results)):
            self.not_told(why)
        self.assertTrue(holds, [result["totals"] for result in results])

    def test_a_cold_key_is_loaded_once(self):
        self.play("loadgen", "cold-key")

    def test_a_flood_of_missing_keys_is_kept_from_the_source(self):
        defended = self.play("loadgen", "missing-key-flood")
        if not THOROUGH:
            return
        undefended = self.play("loadgen", "missing-key-flood-undefended")
        shares = [result["cache"]["source_loads"] / result["cache"]["gets"]
                  for result in (defended, undefended)]
        self.holds_of(shares[1] > 2 * shares[0], defended, undefended)

    def test_a_hot_key_is_shared_out(self):
        self.play("loadgen", "hot-key")
        if THOROUGH:
            self.play("loadgen", "hot-key-undefended")

    def test_jitter_spreads_a_mass_expiry(self):
        spread = self.play("loadgen", "mass-expiry-jitter")
        if not THOROUGH:
            return
        together = self.play("loadgen", "mass-expiry")
        peaks = [max(result["node_series"]["source_loads"]) / result["pace"]
                 for result in (together, spread)]
        self.holds_of(peaks[0] > 1.3 * peaks[1], together, spread)

    def test_a_node_that_joins_or_leaves_hands_over(self):
        for name in ("node-joins", "node-drains", *(("node-joins-cold",) if THOROUGH else ())):
            self.play("sim", name)

    def test_a_node_that_is_killed_fails_nobody(self):
        for name in ("owner-killed", "changing-rings"):
            self.play("sim", name)

    def test_an_overload_leaves_the_goodput(self):
        capacity, overload = (self.play("loadgen", name) for name in ("capacity", "overload"))
        goodput = [result["totals"]["ok"] / result["totals"]["elapsed_s"] / result["pace"]
                   for result in (capacity, overload)]
        self.holds_of(goodput[1] > 0.9 * goodput[0], capacity, overload)
        self.assertGreater(overload["totals"]["errors"], overload["totals"]["ok"])

    def test_a_scan_by_two_policies(self):
        # The others: scripts/scenarios
        results = {policy: self.play("loadgen", f"scan-{policy}") for policy in ("lru", "sieve")}
        ratios = {policy: result["cache"]["hit_ratio"] for policy, result in results.items()}
        self.holds_of(min(ratios, key=ratios.get) == "lru", *results.values())

    def test_uneven_sizes_and_writes(self):
        for name in ("uneven-sizes", "writes"):
            self.play("loadgen", name)

    def test_a_flood_is_over_when_it_is_over(self):
        self.play("loadgen", "flood")

    def test_every_file_is_played_here(self):
        with open(__file__, encoding="utf-8") as text:
            here = text.read()
        for file in glob.glob(f"{FOLDER}/*/*.toml"):
            name = os.path.basename(file)[:-len(".toml")]
            self.assertTrue(name in here or name.startswith("scan-"), name)


if __name__ == "__main__":
    unittest.main()
