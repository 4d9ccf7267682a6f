"""Runs in which nodes stall or die, or loadgen itself is told to stop."""
import json
import os
import signal
import time
import unittest

from support import LOADGEN, ToolTest, children_of, runs, wait_until


class Trouble(ToolTest):
    def start_loadgen(self, *arguments, nodes=0):
        """A run that is sending; `nodes` is how many children it must have then."""
        process = self.start(LOADGEN, "--json", "-", *arguments)
        process.await_text(" sent ")
        self.assertEqual(len(children_of(process.pid)), nodes)
        return process

    def result_of(self, process):
        out, code = process.wait()
        return json.loads(out), code

    def test_a_stopped_node_shows_in_the_tail_and_nothing_is_lost(self):
        nodes, targets = self.start_nodes(3)
        qps = self.rate(2000)
        process = self.start_loadgen("--targets", targets, "--qps", str(qps), "--duration", "6s",
                                     "--warmup", "500ms")
        time.sleep(2.5)
        nodes[1].signal(signal.SIGSTOP)
        time.sleep(1)
        nodes[1].signal(signal.SIGCONT)
        result, code = self.result_of(process)
        self.assert_adds_up(result)
        self.assertIn(code, (0, 4))
        slowest = max(result["latency_ns"]["response"]["p99"],
                      result["latency_failed_ns"].get("max", 0))
        self.assertGreaterEqual(slowest, 400e6)
        # Open loop: the plan went on meanwhile. Seven standard deviations are enough.
        self.assertAlmostEqual(result["totals"]["scheduled"], 6 * qps, delta=7 * (6 * qps) ** 0.5)

    def test_a_target_that_dies(self):
        nodes, targets = self.start_nodes(3)
        process = self.start_loadgen("--targets", targets, "--qps", str(self.rate(1000)),
                                     "--duration", "3s",
                                     "--warmup", "200ms")
        time.sleep(1.5)
        nodes[2].signal(signal.SIGKILL)
        result, code = self.result_of(process)
        self.assert_adds_up(result)
        self.assertEqual((result["verdict"], code), ("INVALID", 3))  # cut short
        self.assertTrue(result["gone"][0].startswith("target n2 went: "), result["gone"])
        self.assertFalse(result["interrupted"])
        self.assertGreater(result["totals"]["errors"], 0)
        self.assertTrue(any("failed" in reason for reason in result["reasons"]), result["reasons"])
        self.assertNotIn("cache", result)  # a sum without one node would mislead
        self.assertIn("n2 could not be asked after the run", result["cache_missing"])
        failed = {}
        for cell in result["failures"]:
            failed[cell["node"]] = failed.get(cell["node"], 0) + cell["requests"]
        self.assertEqual(max(failed, key=failed.get), "n2")
        self.assertEqual(sum(failed.values()),
                         result["totals"]["errors"] + result["totals"]["timeouts"])

    def test_a_child_that_dies(self):
        process = self.start_loadgen("--nodes", "3", "--qps", str(self.rate(1000)), "--duration",
                                     "3s", "--warmup", "200ms", nodes=3)
        time.sleep(1.5)
        children = children_of(process.pid)
        signal_child(children[0], signal.SIGKILL)
        result, code = self.result_of(process)
        self.assert_adds_up(result)
        self.assertEqual((result["verdict"], code), ("INVALID", 4))
        self.assertTrue(any("ended by signal 9" in reason for reason in result["reasons"]))
        self.assertFalse(any(map(runs, children)))

    def test_ctrl_c_ends_the_run_and_the_report_still_comes(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.start_loadgen("--nodes", "2", "--qps", "500", "--duration", "1h",
                                         "--warmup", "0", nodes=2)
            children = children_of(process.pid)
            time.sleep(1.5)
            process.signal(number)
            out, code = process.wait()
            result = json.loads(out)
            self.assertTrue(result["interrupted"])
            self.assertEqual(code, 3)
            totals = result["totals"]
            self.assertEqual(totals["scheduled"], totals["sent"] + totals["skipped"])
            self.assertEqual(totals["sent"], sum(totals[end] for end in (
                "ok", "not_found", "errors", "timeouts")))
            self.assertGreater(totals["ok"], 0)
            self.assertFalse(any(map(runs, children)))

    def test_a_long_plan_does_not_hold_up_the_report(self):
        process = self.start_loadgen("--nodes", "1", "--qps", "300", "--duration", "1000h",
                                     "--warmup", "0", nodes=1)
        time.sleep(0.7)
        process.signal(signal.SIGINT)  # a billion requests are left
        result, _ = self.result_of(process)
        self.assertTrue(result["interrupted"])
        self.assertGreater(result["totals"]["sent"], 0)

    def test_ctrl_c_in_the_warm_up_measures_nothing(self):
        process = self.start_loadgen("--nodes", "2", "--qps", "500", "--duration", "1s", "--warmup",
                                     "1h", nodes=2)
        time.sleep(1)
        process.signal(signal.SIGINT)
        result, code = self.result_of(process)
        self.assertTrue(result["interrupted"])
        self.assertEqual((result["verdict"], code), ("INVALID", 3))
        self.assertEqual(result["totals"]["sent"], 0)
        self.assertIn("warm-up", result["reasons"][0])

    def test_a_run_of_which_nothing_was_answered_has_no_fast_answers(self):
        nodes, targets = self.start_nodes(1)
        process = self.start_loadgen("--targets", targets, "--qps", "500", "--duration", "2s",
                                     "--warmup", "2s", "--accept-failures", "100%",
                                     "--threshold", "p99<5ms", "--threshold", "failed<=1",
                                     "--threshold", "errors<=1")
        nodes[0].signal(signal.SIGKILL)  # in the warm-up
        result, code = self.result_of(process)
        self.assert_adds_up(result)
        totals = result["totals"]
        self.assertEqual(totals["ok"], 0)
        self.assertNotEqual(result["verdict"], "VALID")
        self.assertIn(code, (1, 3, 4))
        self.assertFalse(result["thresholds"][0]["passed"])
        self.assertNotIn("measured_ns", result["thresholds"][0])
        self.assertEqual(result["thresholds"][1]["measured"],
                         (totals["errors"] + totals["timeouts"]) / totals["scheduled"])
        self.assertEqual(result["thresholds"][2]["measured"],
                         totals["errors"] / totals["scheduled"])
        self.assertEqual(result["latency_ns"]["response"],
                         {"count": 0, "failed": totals["sent"]})
        self.assertGreater(result["latency_failed_ns"]["max"], 0)
        self.assertTrue(all(p99 is None for p99 in result["series"]["response_p99_ns"]))
        self.assertEqual(result["series"]["heat"]["bounds_ns"], [])

    def test_an_interrupted_run_is_as_long_as_it_was(self):
        process = self.start_loadgen("--nodes", "1", "--qps", "50", "--duration", "1h", "--warmup",
                                     "0", nodes=1)
        time.sleep(1.5)
        process.signal(signal.SIGINT)
        result, code = self.result_of(process)
        self.assert_adds_up(result)
        self.assertEqual(code, 3)
        elapsed = result["totals"]["elapsed_s"]
        lengths = result["series"]["length_s"]
        self.assertAlmostEqual(sum(lengths), elapsed, places=6)
        self.assertEqual(lengths[:-1], [1.0] * (len(lengths) - 1))
        self.assertAlmostEqual(result["totals"]["achieved_qps"], result["totals"]["sent"] / elapsed)

    def test_answers_that_take_their_time_do_not_hold_up_the_end(self):
        process = self.start_loadgen("--nodes", "1", "--qps", "50", "--duration", "1h", "--warmup",
                                     "0", "--timeout", "200s", "--source",
                                     "synthetic:latency=100s", "--node-flags",
                                     "--load-timeout 200s", nodes=1)
        time.sleep(0.7)
        process.signal(signal.SIGINT)
        result, code = self.result_of(process)  # within the patience, which is not 200 s
        self.assert_adds_up(result)
        self.assertEqual(code, 3)
        cancelled = sum(cell["requests"] for cell in result["failures"]
                        if cell["code"] == "CANCELLED")
        self.assertEqual(cancelled, result["totals"]["sent"])

    def test_a_second_signal_loses_nothing(self):
        process = self.start_loadgen("--nodes", "1", "--qps", "200", "--duration", "1h", "--warmup",
                                     "0", nodes=1)
        time.sleep(0.7)
        process.signal(signal.SIGINT)
        process.signal(signal.SIGINT)
        result, code = self.result_of(process)
        self.assertTrue(result["interrupted"])
        self.assertEqual(code, 3)

    def test_killed_loadgen_takes_its_nodes_along(self):
        for stopped in (None, 0, 2):
            process = self.start_loadgen("--nodes", "3", "--qps", "200", "--duration", "1h",
                                         nodes=3)
            children = children_of(process.pid)
            time.sleep(0.5)
            if stopped is not None:
                signal_child(children[stopped], signal.SIGSTOP)
            process.signal(signal.SIGKILL)
            process.wait()
            self.assertTrue(wait_until(lambda: not any(map(runs, children)), 20), children)

    def test_a_stopped_child_does_not_hold_up_the_end(self):
        process = self.start_loadgen("--nodes", "2", "--qps", "200", "--duration", "1500ms",
                                     "--warmup", "0", nodes=2)
        children = children_of(process.pid)
        time.sleep(0.5)
        signal_child(children[1], signal.SIGSTOP)
        result, code = self.result_of(process)
        self.assert_adds_up(result)
        self.assertEqual(code, 4)
        self.assertFalse(any(map(runs, children)))

    def test_a_signal_to_a_node_stops_it_gracefully(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            nodes, _ = self.start_nodes(1)
            nodes[0].signal(number)
            _, code = nodes[0].wait()
            self.assertEqual(code, 0)
            self.assertIn("stops: received " + number.name, nodes[0].stderr())


def signal_child(pid, number):
    """For a process of a process of ours, by the pid that our own named."""
    os.kill(pid, number)


if __name__ == "__main__":
    unittest.main()
