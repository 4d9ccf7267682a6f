"""Runs of loadgen in which nothing goes wrong."""
import json
import os
import pty
import subprocess
import sys
import tempfile
import unittest

from support import LOADGEN, ToolTest, run

BRIEF = ("--qps", "500", "--duration", "600ms", "--warmup", "100ms", "--keys", "1000")


class Run(ToolTest):
    def test_three_child_processes(self):
        qps = self.rate(2000)
        result, code, stderr = self.loadgen("--nodes", "3", "--qps", str(qps), "--duration", "2s",
                                            "--warmup", "1s")
        self.assert_sound(result, code)
        self.assertEqual(result["schema_version"], 1)
        self.assertEqual(result["tool"], "loadgen")
        self.assertFalse(result["interrupted"])
        self.assertEqual(result["config"]["nodes"], 3)
        totals = result["totals"]
        self.assertEqual(totals["sent"], totals["ok"])
        self.assert_planned(totals, 2 * qps)
        cache = result["cache"]
        self.assertEqual(cache["gets"], totals["sent"])
        self.assertEqual(cache["peer_gets"], cache["peer_loads"])
        self.assertEqual(cache["peer_errors"], 0)
        for node in result["balance"]["nodes"]:
            self.assertGreater(node["resident_bytes"], 0)
            self.assertGreater(node["cpu_cores"], 0)
        self.assertNotIn("\x1b", stderr)

    def assert_planned(self, totals, expected):
        """Of a Poisson process; seven standard deviations are enough."""
        self.assertAlmostEqual(totals["scheduled"], expected, delta=7 * expected ** 0.5)

    def test_in_process(self):
        result, code, _ = self.loadgen("--in-process", "--nodes", "3", *BRIEF)
        self.assert_sound(result, code)
        self.assertEqual(result["cache"]["gets"], result["totals"]["sent"])
        self.assertNotIn("cpu_cores", result["balance"]["nodes"][0])  # nobody can tell them apart

    def test_route_owner_forwards_nothing(self):
        result, code, _ = self.loadgen("--route", "owner", "--nodes", "3", *BRIEF)
        self.assert_sound(result, code)
        self.assertEqual(result["cache"]["peer_loads"], 0)
        self.assertEqual(result["cache"]["gets"], result["totals"]["sent"])

    def test_the_plan_depends_on_the_seed_and_not_on_the_workers(self):
        hashes = {}
        for seed, workers in (("7", "1"), ("7", "2"), ("7", "3"), ("8", "1")):
            result, code, _ = self.loadgen("--in-process", "--nodes", "2", "--seed", seed,
                                           "--workers", workers, *BRIEF)
            self.assert_sound(result, code)
            hashes[seed, workers] = (result["config"]["plan_hash"], result["totals"]["scheduled"])
            self.assertEqual(result["config"]["seed"], int(seed))
        self.assertEqual(len({hashes["7", workers] for workers in "123"}), 1, hashes)
        self.assertNotEqual(hashes["7", "1"][0], hashes["8", "1"][0])

    def test_running_targets(self):
        _, targets = self.start_nodes(3)
        result, code, _ = self.loadgen("--targets", targets, *BRIEF)
        self.assert_sound(result, code)
        self.assertEqual([node["name"] for node in result["balance"]["nodes"]], ["n0", "n1", "n2"])

    def test_targets_with_another_ring_make_the_run_invalid(self):
        _, targets = self.start_nodes(2, "--replicas", "50")
        result, code, _ = self.loadgen("--targets", targets, *BRIEF)
        self.assertEqual((result["verdict"], code), ("INVALID", 4))
        self.assertTrue(any("another ring" in reason for reason in result["reasons"]))
        result, code, _ = self.loadgen("--targets", targets, "--replicas", "50", *BRIEF)
        self.assert_sound(result, code)

    def test_a_threshold_that_does_not_hold_fails_the_run(self):
        result, code, _ = self.loadgen("--in-process", "--threshold", "p99<1ns", "--threshold",
                                       "errors<=1%", *BRIEF)
        self.assert_adds_up(result)
        self.assertEqual([t["passed"] for t in result["thresholds"]], [False, True])
        if result["verdict"] != "INVALID":  # of a machine too slow
            self.assertEqual((result["verdict"], code), ("FAILED", 1))

    def test_others_on_the_machine_are_told_from_the_run(self):
        burners = [self.start(sys.executable, "-c", "while True: pass")
                   for _ in range(os.cpu_count())]
        result, code, _ = self.loadgen("--nodes", "2", "--qps", "300", "--duration", "2s",
                                       "--warmup", "200ms", "--keys", "1000")
        self.assert_adds_up(result)
        for burner in burners:
            burner.end()
        facts = result["environment"]
        self.assertGreater(facts["others_share"], 0.1)
        told = result["reasons"] + result.get("warnings", [])
        self.assertTrue(any("other processes took" in text for text in told), told)
        if facts["others_share"] > 0.26 and facts["idle_share"] < 0.14:
            self.assertEqual((result["verdict"], code), ("INVALID", 4))
            self.assertTrue(any("other processes" in text for text in result["reasons"]))

    def test_json_to_a_file_and_the_report_to_stdout(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "result.json")
            with open(file, "w", encoding="ascii") as old:
                old.write("x" * 100_000)  # what was there is replaced
            done = run(LOADGEN, "--in-process", "--json", file, *BRIEF)
            with open(file, encoding="utf-8") as text:
                result = json.load(text)
            self.assert_sound(result, done.returncode)
            self.assertIn(result["verdict"], done.stdout)
            for code in ("\x1b", "\r"):
                self.assertNotIn(code, done.stdout + done.stderr)
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)

    def test_quiet_says_nothing(self):
        done = run(LOADGEN, "--in-process", "--quiet", *BRIEF)
        self.assertEqual(done.stdout + done.stderr, "")
        self.assertIn(done.returncode, (0, 4))

    def test_progress_on_a_terminal_alone(self):
        for settings, codes in (({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False),
                                ({"TERM": "xterm", "NO_COLOR": "1"}, False),
                                ({"TERM": "xterm", "CI": "true"}, False)):
            env = {k: v for k, v in os.environ.items() if k not in ("TERM", "NO_COLOR", "CI")}
            ours, theirs = pty.openpty()
            done = subprocess.run([LOADGEN, "--in-process", *BRIEF], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=False,
                                  env={**env, **settings})
            os.close(theirs)
            shown = os.read(ours, 1 << 16).decode()
            os.close(ours)
            self.assertEqual("\x1b[" in shown, codes, settings)
            self.assertNotIn(b"\x1b", done.stdout)

    def test_a_value_larger_than_the_budget_is_served_and_never_stored(self):
        for cluster in ((), ("--in-process",)):
            result, code, stderr = self.loadgen(*cluster, "--group-bytes", "1024", "--source",
                                                "synthetic:size=2000", *BRIEF)
            self.assert_sound(result, code)
            self.assertEqual(result["totals"]["ok"], result["totals"]["sent"])
            self.assertEqual((result["cache"]["hits"], result["cache"]["items"]), (0, 0))
            if not cluster:
                self.assertIn("stores nothing above", stderr)

    def test_absent_keys_and_failed_loads_are_counted_apart(self):
        result, code, _ = self.loadgen("--in-process", "--source",
                                       "synthetic:size=16-300,not-found=20%,error=0.1%", *BRIEF)
        self.assert_adds_up(result)
        self.assertIn(code, (0, 4))
        self.assertGreater(result["totals"]["not_found"], 0)

    def test_a_mix_of_operations_reads_what_was_written(self):
        qps = self.rate(2000)
        result, code, _ = self.loadgen("--nodes", "3", "--mix", "get=90,set=9,remove=1",
                                       "--duration", "3s", "--warmup", "1s", "--qps", str(qps),
                                       "--workers", "2")
        self.assert_sound(result, code)
        totals, operations = result["totals"], result["operations"]
        self.assertEqual(totals["sent"], totals["ok"])
        self.assert_planned(totals, 3 * qps)
        for name, share in (("get", 0.9), ("set", 0.09), ("remove", 0.01)):
            expected = share * totals["scheduled"]
            self.assertAlmostEqual(operations[name]["requests"], expected,
                                   delta=6 * (expected * (1 - share)) ** 0.5)
            self.assertEqual(operations[name]["failed"], 0)
        self.assertEqual(result["cache"]["gets"], operations["get"]["requests"])
        self.assertLessEqual({"cache", "peer", "source"}, set(result["levels"]))
        # A Get that joins a load at a node that is not the owner sees what that load sees, which
        # may have begun before a write: no reading is older than a load takes.
        staleness = result["staleness"]
        self.assertEqual(staleness["reads"], operations["get"]["requests"])
        self.assertLess(staleness["stale_reads"] + staleness["reverted"], staleness["reads"] / 100)
        if staleness["stale_reads"]:
            self.assertLessEqual(staleness["age_ns"]["max"], operations["get"]["service_ns"]["max"])

    def test_at_the_owner_no_reading_is_stale(self):
        result, code, _ = self.loadgen("--nodes", "3", "--mix", "get=70,set=20,remove=10",
                                       "--route", "owner", "--zipf", "1.2", "--duration", "2s",
                                       "--warmup", "500ms", "--qps", str(self.rate(3000)),
                                       "--threshold", "stale_reads<=0",
                                       "--threshold", "staleness.max<=0")
        self.assert_sound(result, code)
        for figure in ("stale_reads", "own_stale_reads", "reverted"):
            self.assertEqual(result["staleness"][figure], 0, figure)

    def test_batches_are_requests_of_many_keys(self):
        result, code, _ = self.loadgen("--in-process", "--mix", "get=9,set=1", "--batch", "20",
                                       "--not-found", "20%", "--ttl", "1h", "--qps", "300",
                                       "--duration", "1s", "--warmup", "200ms", "--keys", "5000")
        self.assert_sound(result, code)
        get = result["operations"]["get"]
        self.assertEqual(get["keys"]["asked"], 20 * get["requests"])
        self.assertEqual(get["keys"]["asked"], result["cache"]["gets"])
        self.assertGreater(get["keys"]["not_found"], 0)
        self.assertEqual(get["keys"]["failed"], 0)
        self.assertEqual(result["config"]["batch"], 20)
        self.assertIn("not-found=0.2", result["config"]["source"])

    def test_targets_that_hold_another_run_s_writes(self):
        _, targets = self.start_nodes(2)
        for mix in ("get=1,set=1", "get=1,set=2", "get=1"):
            result, code, _ = self.loadgen("--targets", targets, "--mix", mix, *BRIEF)
            self.assert_sound(result, code)
            self.assertEqual("staleness" in result, "set" in mix)
            if "staleness" in result:
                self.assertEqual(result["staleness"]["stale_reads"], 0)

    def test_flags_from_a_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write('qps = 500\nduration = "1s"\nwarmup = "0"\nnodes = 2\nin-process = true\n')
            file.flush()
            result, code, _ = self.loadgen("--config", file.name)
            self.assert_sound(result, code)
            self.assertEqual(result["config"]["nodes"], 2)
            self.assertEqual(result["config"]["requested_qps"], 500)


if __name__ == "__main__":
    unittest.main()
