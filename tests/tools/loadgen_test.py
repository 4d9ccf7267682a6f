"""loadgen on a cluster of its own: the main job, the plan, the thresholds, the forms of output."""

import json
import os
import tempfile
import unittest

import tools

SHORT = ("--duration", "2s", "--warmup", "500ms", "--qps", "1500")


class Loadgen(unittest.TestCase):
    def test_the_main_job(self):
        code, result = tools.loadgen_json("--nodes", "3", *SHORT)
        tools.invalid_only_for_noise(self, code, result)
        tools.check_accounting(self, result)
        self.assertEqual(result["schema_version"], 1)
        self.assertEqual(len(result["balance"]["nodes"]), 3)
        self.assertGreater(result["cache"]["hits"], 0)
        self.assertEqual(result["cache"]["gets"], result["totals"]["sent"])
        self.assertIn("ks", result["arrivals"])
        for node in result["balance"]["nodes"]:
            self.assertGreater(node["cpu_cores"], 0)
            self.assertGreater(node["resident_bytes"], 1 << 20)

    def test_the_plan_depends_on_the_seed_and_not_on_the_workers(self):
        def plan(*arguments):
            return tools.loadgen_json(*SHORT, *arguments)[1]["config"]["plan_hash"]
        one = plan("--seed", "7", "--workers", "1")
        self.assertRegex(one, "^[0-9a-f]{16}$")
        self.assertEqual(plan("--seed", "7", "--workers", "2"), one)
        self.assertEqual(plan("--seed", "7", "--workers", "3", "--in-process"), one)
        self.assertNotEqual(plan("--seed", "8", "--workers", "1"), one)

    def test_routes_and_nodes_in_this_process(self):
        for arguments in (["--route", "owner"], ["--in-process"],
                          ["--in-process", "--route", "owner", "--arrivals", "constant"]):
            with self.subTest(arguments):
                code, result = tools.loadgen_json(*SHORT, *arguments)
                tools.invalid_only_for_noise(self, code, result)
                tools.check_accounting(self, result)
                if "owner" in arguments:
                    self.assertEqual(result["cache"]["peer_loads"], 0)
                else:
                    self.assertGreater(result["cache"]["peer_loads"], 0)

    def test_a_threshold_that_does_not_hold(self):
        code, result = tools.loadgen_json(*SHORT, "--threshold", "p99<1ns", "--threshold",
                                          "errors<1%")
        self.assertIn(code, (1, 4))  # 4: the machine was busy, and INVALID wins
        self.assertEqual([row["passed"] for row in result["thresholds"]], [False, True])
        self.assertTrue(any("p99<1ns" in reason for reason in result["reasons"]))

    def test_absent_keys_and_failures_are_counted_apart(self):
        code, result = tools.loadgen_json(
            *SHORT, "--source", "synthetic:size=16-300,not-found=20%,error=0.2%")
        tools.check_accounting(self, result)
        self.assertIn(code, (0, 4))
        self.assertGreater(result["totals"]["not_found"], 0)

    def test_a_value_larger_than_the_budget_is_served_and_not_stored(self):
        done = tools.run("loadgen", "--in-process", *SHORT, "--group-bytes", "1KiB", "--source",
                         "synthetic:size=4KiB", "--json", "-")
        result = json.loads(done.stdout)
        tools.check_accounting(self, result)
        self.assertEqual(result["totals"]["ok"], result["totals"]["sent"])
        self.assertEqual(result["cache"]["hits"], 0)
        self.assertEqual(result["cache"]["items"], 0)

    def test_output_for_pipes_and_files(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "run.json")
            done = tools.run("loadgen", *SHORT, "--json", file)
            with open(file, encoding="utf-8") as written:
                self.assertEqual(json.load(written)["tool"], "loadgen")
        self.assertIn(done.returncode, (0, 4))
        self.assertTrue(done.stdout.startswith("verdict"))
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertNotIn("\r", done.stdout + done.stderr)

        quiet = tools.run("loadgen", *SHORT, "--quiet")
        self.assertEqual((quiet.stdout, quiet.stderr), ("", ""))


if __name__ == "__main__":
    tools.main()
