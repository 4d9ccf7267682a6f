"""loadgen at rates that change, with popularity that moves, and for a number of requests."""
import json
import os
import signal
import tempfile
import time
import unittest

from support import LOADGEN, ToolTest, run

QUICK = ("--in-process", "--nodes", "2", "--keys", "1000", "--warmup", "300ms")


class Profile(ToolTest):
    def test_each_phase_has_its_figures_and_its_bounds(self):
        result, code, _ = self.loadgen(*QUICK, "--profile", "step:200..600/200@1s,mirror",
                                       "--threshold", "phase3.failed<50%", "--threshold",
                                       "phase2.p50<1ns")
        self.tell(result)
        phases = result["phases"]
        self.assertEqual([phase["name"] for phase in phases], [f"phase{i}" for i in range(1, 6)])
        self.assertEqual([phase["planned"] for phase in phases], [200, 400, 600, 400, 200])
        for phase in phases:  # Poisson: so far off has a chance of one in ten million
            self.assertAlmostEqual(phase["totals"]["scheduled"], phase["planned"],
                                   delta=5.4 * phase["planned"] ** 0.5)
        self.assertEqual([t["threshold"] for t in phases[2]["thresholds"]], ["phase3.failed<50%"])
        self.assertTrue(phases[2]["thresholds"][0]["passed"])
        self.assertFalse(phases[1]["thresholds"][0]["passed"])
        self.assertEqual(result["config"]["duration_s"], 5)
        self.assertEqual(result["config"]["requested_qps"], 360)
        self.assertIn(code, (1, 4))
        self.assertIn("step:200..600/200@1s,mirror", result["command"])
        self.assertIn("phase2.p50<1ns does not hold", "\n".join(result["reasons"]))

    def test_constant_arrivals_are_the_integral_of_the_rate(self):
        result, _, _ = self.loadgen(*QUICK, "--profile", "ramp:0..800@2s", "--arrivals", "constant")
        self.assertAlmostEqual(result["totals"]["scheduled"], 800, delta=1)
        for i, phase in enumerate(result["phases"]):
            self.assertAlmostEqual(phase["totals"]["scheduled"], 8 * (2 * i + 1), delta=1)

    def test_a_profile_shows_in_the_report(self):
        done = run(LOADGEN, *QUICK, "--profile", "spike:100,500@500ms+500ms", "--drift",
                   "walk:10@100ms")
        self.assertIn("plan spike:100,500@500ms+500ms; poisson arrivals; Zipf 0.99 over 1,000 "
                      "keys, drift walk:10@100ms;", " ".join(done.stdout.split()))
        for phase in ("phase1", "phase2", "phase3"):
            self.assertRegex(done.stdout, rf"(?m)^{phase} +[\d.]+ ")

    def test_so_many_requests_are_measured(self):
        for arrivals in ("poisson", "constant"):
            result, _, _ = self.loadgen(*QUICK, "--requests", "777", "--qps", "1500", "--arrivals",
                                        arrivals)
            self.assertEqual(result["totals"]["scheduled"], 777)

    def test_a_run_ends_when_it_has_shown_enough(self):
        result, code, _ = self.loadgen(*QUICK, "--qps", "300", "--duration", "forever", "--source",
                                       "synthetic:error=100%", "--abort-on", "failed>90% for 2s",
                                       "--timeout", "500ms", "--accept-failures", "100%")
        self.assertEqual(code, {"FAILED": 1, "INVALID": 4}[result["verdict"]])
        self.assertIn("failed>90% for 2s: it held from ", result["aborted"])
        self.assertIn("ended by --abort-on failed>90% for 2s", "\n".join(result["reasons"]))
        if result["verdict"] == "INVALID":  # others on the machine
            self.tell_of_cpus("a run that is INVALID")
        self.assertGreaterEqual(result["config"]["duration_s"], 2)

    def test_a_run_without_an_end_is_ended_and_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "run.json")
            loadgen = self.start(LOADGEN, *QUICK, "--qps", "300", "--duration", "forever",
                                 "--json", path)
            loadgen.await_text("measuring")
            time.sleep(2)
            loadgen.signal(signal.SIGINT)
            loadgen.wait()
            with open(path, encoding="utf-8") as file:
                result = json.load(file)
        self.assert_valid(result)
        self.assertFalse(result["interrupted"])
        self.assertEqual(loadgen.popen.returncode, 0 if result["verdict"] == "VALID" else 4)
        self.assertNotIn("plan_hash", result["config"])  # of a plan without an end
        self.assertLess(result["config"]["duration_s"], 60)
        self.assertGreater(result["totals"]["ok"], 0)

    def test_a_plan_that_drifts_is_another_one(self):
        hashes = {drift: self.loadgen(*QUICK, "--qps", "500", "--duration", "1s", "--workers",
                                      workers, *drift)[0]["config"]["plan_hash"]
                  for drift, workers in (((), "1"), (("--drift", "walk:1@100ms"), "1"),
                                         (("--drift", "turnover:50%@1s"), "1"))}
        again = self.loadgen(*QUICK, "--qps", "500", "--duration", "1s", "--workers", "2",
                             "--drift", "turnover:50%@1s")[0]["config"]["plan_hash"]
        self.assertEqual(len(set(hashes.values())), 3)
        self.assertEqual(hashes["--drift", "turnover:50%@1s"], again)

    def test_what_does_not_fit_is_refused(self):
        for arguments, *words in (
                (("--profile", "slope:1k..2k"), '--profile: "slope:1k..2k": expected', "step:"),
                (("--profile", "ramp:1k..2k"), '--profile: "ramp:1k..2k": expected a time such as '
                 "10s (it is missing)"),
                (("--profile", "ramp:1k..2x@5s"), 'expected a rate such as 5k where "2x" stands'),
                (("--profile", "sine:1k+-2k/1s"), "--profile", "below 0"),
                (("--profile", "ramp:1..2@1s", "--qps", "5"), "--qps and --profile"),
                (("--profile", "ramp:1..2@1s", "--requests", "5"), "--requests and --profile"),
                (("--requests", "5", "--duration", "1s"), "--requests and --duration"),
                (("--requests", "0"), '--requests: "0"'),
                (("--threshold", "phase1.p99<1s"), "--threshold", "--profile"),
                (("--profile", "spike:1,2@1s+1s", "--threshold", "phase4.p99<1s"), "from 1 to 3"),
                (("--threshold", "phase1.hit_ratio>1%"), "of a phase"),
                (("--abort-on", "p99>5ms"), "--abort-on", "for 10s"),
                (("--abort-on", "mean>5ms for 1s"), "--abort-on", "percentile or max"),
                (("--drift", "jump:1@1s"), '--drift: "jump:1@1s": expected walk:'),
                (("--drift", "shuffle:60@1s", "--keys", "100"), "--drift", "half of the keys")):
            self.assert_refused(LOADGEN, arguments, *words)


if __name__ == "__main__":
    unittest.main()
