"""sim as its users start it: the ring report, the loopback cluster, churn, sweeps, bad input."""
import csv
import io
import json
import os
import signal
import tempfile
import unittest

from support import RESULTS, SIM, ToolTest, run

GOLDEN_NAMES = ",".join(f"node-{i}" for i in range(8))
GOLDEN_ARCS = [461923390, 592960897, 491910463, 620370640,
               604391443, 471672255, 607684620, 444053588]


class Sim(ToolTest):
    def report(self, *arguments, exit_code=0):
        done = run(SIM, *arguments, "--json", "-")
        self.assertEqual(done.returncode, exit_code, done.stderr)
        return json.loads(done.stdout)

    def test_the_golden_ring_bit_for_bit(self):
        result = self.report("--replicas", "50", "--ring", "crc32-prefix", "--names", GOLDEN_NAMES,
                             "--ring-only")
        ring = result["rings"][0]
        self.assertEqual([arc["units"] for arc in ring["arcs"]], GOLDEN_ARCS)
        self.assertEqual(ring["points"], 400)
        self.assertAlmostEqual(ring["cv"], 0.1320, places=4)
        self.assertNotIn("loopback", result)

    def test_a_report_and_measured_shares_with_no_other_flag(self):
        done = run(SIM, "--replicas", "50")
        self.assertEqual(done.returncode, 0, done.stderr)
        for said in ("xx64, 50 replicas: 8 nodes", "verdict", "advice", "loopback", "predicted",
                     "chi-square", "0 wrong values"):
            self.assertIn(said, " ".join(done.stdout.split()))
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        for line in done.stdout.splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_what_nodes_measure_is_what_the_ring_predicts(self):
        loopback = self.report("--nodes", "5", "--requests", "20000")["loopback"]
        totals = loopback["totals"]
        self.assertEqual(totals["sent"], 20000)
        self.assertEqual(totals["ok"], 20000)
        self.assertEqual(totals["wrong_values"], 0)
        self.assertEqual(sum(node["requests"] for node in loopback["nodes"]), 20000)
        self.assertAlmostEqual(sum(node["expected_share"] for node in loopback["nodes"]), 1)
        self.assertGreater(loopback["chi_square"]["p"], 1e-6)
        self.assertEqual(loopback["problems"], [])
        self.assertEqual(loopback["totals"]["failovers"], 0)
        self.assertEqual(loopback["hit_ratio"], loopback["hits"] / loopback["gets"])

    def test_virtual_time_tells_what_loopback_does_and_the_same_each_time(self):
        flags = ("--nodes", "5", "--requests", "30000", "--keys", "2000")
        live = self.report(*flags)["loopback"]
        one, other = (self.report(*flags, "--virtual") for _ in range(2))
        self.assertEqual(one["virtual"]["hash"], other["virtual"]["hash"])
        self.assertEqual(one["virtual"]["requests"], 30000)
        self.assertEqual(one["config"]["engine"], "virtual")
        loopback = one["loopback"]
        self.assertEqual(loopback["plan_hash"], live["plan_hash"])
        self.assertEqual(loopback["totals"]["ok"], 30000)
        self.assertEqual(loopback["problems"], [])
        # Who owns a key is the ring's to say; what is loaded once is loaded once.
        for node, of_live in zip(loopback["nodes"], live["nodes"]):
            self.assertEqual((node["name"], node["requests"]),
                             (of_live["name"], of_live["requests"]))
        self.assertEqual(loopback["source_loads"], live["source_loads"])
        self.assertNotIn("cpu_cores", loopback)
        churned = self.report("--nodes", "4", "--virtual", "--qps", "2000", "--script",
                              "kill node-2 @1s; join node-9 @3s; leave node-3 @5s")
        self.assertEqual([step["step"].split()[0] for step in churned["loopback"]["churn"]],
                         ["kill", "join", "leave"])
        self.assertEqual(churned["loopback"]["problems"], [])
        self.assertEqual(churned["loopback"]["totals"]["errors"], 0)
        for arguments in (("--latency", "1ms"), ("--virtual", "--engine", "h2"),
                          ("--virtual", "--ring-only"), ("--virtual", "--latency", "x")):
            self.assert_refused(SIM, arguments, arguments[-2] if arguments[-1] == "x" else "--")

    def test_a_swarm_is_the_same_again_and_finds_nothing(self):
        one = self.report("--swarm", "6", "--seed", "11")
        other = self.report("--swarm", "6", "--seed", "11")
        self.assertEqual(one["verdict"], "VALID")
        self.assertEqual(one["swarm"]["seeds"], 6)
        self.assertEqual(one["swarm"]["failing"], 0)
        self.assertEqual(one["swarm"]["hash"], other["swarm"]["hash"])
        self.assertEqual(one["swarm"]["requests"],
                         one["swarm"]["answered"] + one["swarm"]["failed_requests"])
        self.assertGreater(one["swarm"]["compared"], 1000)
        self.assertNotEqual(one["swarm"]["hash"],
                            self.report("--swarm", "6", "--seed", "12")["swarm"]["hash"])
        done = run(SIM, "--replay", "11/requests=50")
        self.assertEqual(done.returncode, 0, done.stderr)
        for said in ("11/requests=50", "hash", "nodes, ring", "found nothing"):
            self.assertIn(said, done.stdout)

    def test_a_case_is_drawn(self):
        with tempfile.TemporaryDirectory() as folder:
            page, file = os.path.join(folder, "case.html"), os.path.join(folder, "case.json")
            done = run(SIM, "--replay", "1", "--html", page, "--json", file)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(file, encoding="utf-8") as text:
                diagram = json.load(text)["swarm"]["diagram"]
            with open(page, encoding="utf-8") as text:
                self.assertIn("message by message", text.read())
            self.assertEqual(run(RESULTS, "validate", file).returncode, 0)
        self.assertIn("client", diagram["nodes"])
        self.assertTrue(diagram["messages"])
        self.assertTrue(diagram["faults"])  # nothing was found: it is around the first of them
        for one, other, kind, sent, _ in diagram["messages"]:
            self.assertLess(max(one, other), len(diagram["nodes"]))
            self.assertLess(kind, len(diagram["kinds"]))
            self.assertGreaterEqual(sent, diagram["from_s"])

    def test_what_a_swarm_refuses(self):
        for arguments, said in ((("--replay", "x"), "SEED[/faults=N,N...][/requests=N]"),
                                (("--replay", "1/faults=99"), "seed 1 has no fault 99"),
                                (("--replay", "1", "--swarm", "2"), "one of the two"),
                                (("--replay", "1", "--seed", "2"), "--seed"),
                                (("--shrink",), "--replay"),
                                (("--swarm", "0"), "--swarm"),
                                (("--swarm", "3", "--nodes", "4"), "--nodes"),
                                (("--swarm", "3", "--html", "x.html"), "--html")):
            self.assert_refused(SIM, arguments, said)

    def test_ctrl_c_ends_a_swarm_with_what_it_did(self):
        sim = self.start(SIM, "--swarm", "1000000", "--json", "-")
        sim.await_text("seeds, ")
        sim.signal(signal.SIGINT)
        out, code = sim.wait()
        self.assertEqual(code, 3)
        result = json.loads(out)
        self.assertTrue(result["interrupted"])
        self.assertLess(result["swarm"]["seeds"], 1000000)
        self.assertEqual(result["swarm"]["asked"], 1000000)
        self.assertIn("seeds were run", sim.stderr())

    def test_a_share_is_expected_alike_in_the_report_and_of_the_nodes(self):
        result = self.report("--nodes", "4", "--requests", "1000", "--ring", "mpch", "--keys",
                             "200000")
        of_ring = result["rings"][0]["traffic"]["nodes"]
        for expected, node in zip(of_ring, result["loopback"]["nodes"]):
            self.assertEqual(expected["node"], node["name"])
            self.assertAlmostEqual(expected["expected_share"], node["expected_share"], places=9)

    def test_naming_is_blamed_on_the_hash_that_depends_on_it(self):
        names = ("--name-pattern", "10.0.0.{i}:8080", "--nodes", "12", "--replicas", "50")
        rings = self.report(*names, "--ring", "crc32-prefix,xx64", "--ring-only")["rings"]
        self.assertEqual(rings[0]["verdict"]["ring"], "naming-dependent-hash")
        self.assertNotEqual(rings[1]["verdict"]["ring"], "naming-dependent-hash")

    def test_all_rings_side_by_side(self):
        done = run(SIM, "--ring", "all", "--ring-only")
        self.assertEqual(done.returncode, 0, done.stderr)
        table = done.stdout[done.stdout.rindex("\nring  "):]
        for ring in ("anchor", "crc32-prefix", "crc32-suffix", "envoy", "fnv1-md5", "jump",
                     "ketama", "maglev", "mpch", "rendezvous", "xx64"):
            self.assertIn(f"\n{ring} ", table)

    def test_churn_accounts_for_every_request(self):
        result = self.report("--nodes", "5", "--qps", str(self.rate(2000)), "--script",
                             "kill node-2 @2s; join node-9 @4s; leave node-1 @5.5s",
                             "--source", "synthetic:size=100")
        loopback = result["loopback"]
        totals = loopback["totals"]
        self.assertEqual(totals["scheduled"], totals["sent"] + totals["skipped"])
        self.assertEqual(totals["sent"], totals["ok"] + totals["not_found"] + totals["errors"] +
                         totals["timeouts"])
        self.assertEqual(totals["wrong_values"], 0)
        self.tell(loopback)
        self.assertEqual(loopback["problems"], [])
        events = loopback["churn"]
        self.assertEqual([event["step"].split(" @")[0] for event in events],
                         ["kill node-2", "join node-9", "leave node-1"])
        self.assertEqual([event["nodes_after"] for event in events], [4, 5, 4])
        for event in events:
            self.assertEqual(event["spurious"], 0)
            self.assertGreater(event["moved"], 0)
        self.assertGreater(totals["failovers"], 0)
        self.assertEqual(totals["errors"] + totals["timeouts"], 0)

    def test_a_rate_and_a_popularity_that_change(self):
        result = self.report("--nodes", "3", "--profile", "spike:200,1000@1s+500ms", "--drift",
                             "walk:10@100ms", "--source", "synthetic:size=100")
        self.assertEqual(result["config"]["profile"], "spike:200,1000@1s+500ms")
        self.assertEqual(result["config"]["drift"], "walk:10@100ms")
        loopback = result["loopback"]
        # 1 s of 200/s, half of one of 1,000/s, and 1 s of 200/s again, at random.
        self.assertAlmostEqual(loopback["totals"]["scheduled"], 900, delta=7 * 30)
        self.tell(loopback)
        self.assertEqual(loopback["problems"], [])
        self.assertNotIn("chi_square", loopback)  # no law says who owns the requests
        still = self.report("--nodes", "3", "--qps", "300", "--requests", "900", "--source",
                            "synthetic:size=100")
        self.assertIn("chi_square", still["loopback"])
        # A hot key that walks is loaded anew and anew.
        self.assertGreater(loopback["source_loads"],
                           still["loopback"]["source_loads"])

    def test_a_sweep_as_csv_and_json(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "sweep.csv")
            result = self.report("--sweep", "replicas=1,10,50", "--sweep", "ring=xx64,jump",
                                 "--seeds", "5", "--keys", "1000", "--csv", file)
            with open(file, encoding="utf-8") as text:
                rows = list(csv.DictReader(text))
        self.assertEqual(len(result["sweep"]), 4)
        self.assertEqual([row["replicas"] for row in rows], ["1", "10", "50", "1"])
        means = [float(row["cv"]) for row in rows]
        self.assertGreater(means[0], means[1])
        self.assertGreater(means[1], means[2])
        self.assertLess(float(rows[0]["cv_low"]), means[0])

    def test_a_threshold_that_does_not_hold_fails(self):
        arguments = ("--replicas", "5", "--ring-only", "--threshold")
        result = self.report(*arguments, "peak<1.05", exit_code=1)
        self.assertEqual(result["verdict"], "FAILED")
        self.assertIn("peak<1.05", result["reasons"][0])
        self.assertEqual(self.report(*arguments, "peak<8")["verdict"], "VALID")

    def test_ctrl_c_reports_what_was_measured(self):
        sim = self.start(SIM, "--nodes", "3", "--qps", "100", "--requests", "100000", "--json", "-")
        sim.await_text("traffic")
        sim.signal(signal.SIGINT)
        out, code = sim.wait()
        self.assertEqual(code, 3)
        loopback = json.loads(out)["loopback"]
        self.assertTrue(loopback["interrupted"])
        self.assertLess(loopback["totals"]["sent"], 100000)

    def test_ctrl_c_in_the_ring_phase_reports_the_rings_so_far(self):
        for more in (("--ring-only",), ()):
            sim = self.start(SIM, "--nodes", "100", "--ring", "rendezvous,xx64,jump", "--json", "-",
                             *more)
            sim.await_text("ring rendezvous")
            sim.signal(signal.SIGINT)
            out, code = sim.wait()
            self.assertEqual(code, 3)
            result = json.loads(out)
            self.assertTrue(result["interrupted"])
            # The ring that was being computed, if that took no longer than a moment.
            rings = [ring["ring"] for ring in result["rings"]]
            self.assertIn(rings, ([], ["rendezvous"]))
            self.assertNotIn("loopback", result)
            self.assertIn(f"interrupted: {len(rings)} of 3 rings", sim.stderr())

    def test_a_long_computation_is_ended_with_what_there_is(self):
        sim = self.start(SIM, "--nodes", "4000", "--ring", "xx64,rendezvous", "--ring-only",
                         "--json", "-")
        sim.await_text("ring rendezvous")
        sim.signal(signal.SIGINT)
        sim.signal(signal.SIGTERM)
        out, code = sim.wait()
        self.assertEqual(code, 3)
        result = json.loads(out)
        self.assertTrue(result["interrupted"])
        self.assertEqual([ring["ring"] for ring in result["rings"]], ["xx64"])

    def test_ctrl_c_in_a_sweep_says_so(self):
        sim = self.start(SIM, "--sweep", "nodes=4,8", "--seeds", "10000", "--json", "-")
        sim.await_text("sweep: ")
        sim.signal(signal.SIGINT)
        out, code = sim.wait()
        self.assertEqual(code, 3)
        result = json.loads(out)
        self.assertTrue(result["interrupted"])
        self.assertIn("interrupted: ", sim.stderr())
        self.assertEqual(result["config"]["sweep"]["nodes"], [4, 8])
        self.assertEqual(result["config"]["seeds"], 10000)

    def test_ctrl_c_during_churn_blames_nobody_else(self):
        sim = self.start(SIM, "--nodes", "3", "--qps", "200", "--script",
                         "leave node-1 @1s; join node-9 @1000s")
        sim.await_text("leave node-1 @1.00s: ")
        sim.signal(signal.SIGINT)
        out, code = sim.wait()
        self.assertEqual(code, 3)
        text = " ".join(out.split())
        self.assertIn("the run was interrupted before", text)
        self.assertNotIn("in time", text)

    def test_of_all_rings_those_that_cannot_have_weights_are_left_out(self):
        done = run(SIM, "--ring", "all", "--weights", "1,2,3", "--nodes", "3", "--ring-only",
                   "--json", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        self.assertIn("left out jump: --weights", done.stderr)
        left_out = [ring["ring"] for ring in result["left_out"]]
        self.assertEqual(left_out, ["anchor", "jump", "mpch"])
        self.assertIn("maglev", [ring["ring"] for ring in result["rings"]])
        self.assertEqual(result["config"]["weights"], [1, 2, 3])

    def test_lists_in_a_config_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "sim.toml")
            with open(file, "w", encoding="utf-8") as text:
                text.write('ring = ["xx64", "jump", "xx64"]\nnames = ["a", "b", "c"]\n')
            result = self.report("--config", file, "--ring-only")
        self.assertEqual([ring["ring"] for ring in result["rings"]], ["xx64", "jump"])
        self.assertEqual([arc["node"] for arc in result["rings"][0]["arcs"]], ["a", "b", "c"])

    def test_the_ring_flag_is_an_axis_of_a_sweep(self):
        result = self.report("--ring", "xx64,jump", "--sweep", "nodes=2,3", "--seeds", "2")
        self.assertEqual([row["ring"] for row in result["sweep"]], ["xx64", "xx64", "jump", "jump"])

    def test_a_run_that_hardly_answered_does_not_fit(self):
        done = run(SIM, "--qps", "1000000", "--requests", "5000", "--nodes", "4", "--source",
                   "synthetic:latency=5s")
        self.assertEqual(done.returncode, 4, done.stderr)
        text = " ".join(done.stdout.split())
        self.assertNotIn("the nodes serve what the ring predicts", text)
        self.assertIn("INVALID", text)

    def test_help_fits_100_columns(self):
        for line in run(SIM, "--help").stdout.splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_bad_input(self):
        for arguments, *said in (
                (("--replicas", "0"), '--replicas: "0": expected', "1 to 1000000"),
                (("--nodes", "0"), '--nodes: "0": expected'),
                (("--names", ""), "--names", "name"),
                (("--names", "a,b,a"), "--names", '"a"', "twice"),
                (("--names", "a,,b"), "--names", "empty"),
                (("--name-pattern", "node"), "--name-pattern", "{i}"),
                (("--weights", "1,2"), "--weights", "2 of them for 8 nodes"),
                (("--names", "a,b", "--weights", "0,0"), "--weights", '"0"', "1e-6"),
                (("--names", "a,b", "--weights", "1,2", "--ring", "jump", "--ring-only"), "jump",
                 "--weights: ", "weight"),
                (("--ring", "sha1"), '--ring: "sha1": expected', "xx64"),
                (("--ring", "maglev:65536", "--ring-only"), "65536", "prime"),
                (("--ring", "jump", "--remove", "node-3", "--ring-only"), "--remove: ", "node-3"),
                (("--remove", "nobody", "--ring-only"), "--remove: ", "nobody"),
                (("--nodes", "2000"), "--nodes", "--ring-only"),
                (("--script", "kill nobody @1s"), "--script", "nobody"),
                (("--script", "explode node-1 @1s"), "--script", "explode", "kill"),
                (("--script", "kill node-1"), "--script", "kill node-1"),
                (("--script", "kill node-1 @1s", "--ring-only"), "--script", "--ring-only"),
                (("--sweep", "replicas=x"), "--sweep", '"x"'),
                (("--sweep", "nodes=9999999999"), "--sweep", "1 to 1000000"),
                (("--csv", "x.csv"), "--csv", "--sweep"),
                (("--csv", "-", "--html", "-", "--sweep", "nodes=2"), "--html and --csv: expected"),
                (("--json", "/dev/shm/../shm/x", "--html", "/dev/shm/x"),
                 "--json and --html: ", "a file for each"),
                (("--nodes", "1000000"), '--nodes: "1000000"', "--ring-only"),
                (("--nodes", "1000000", "--ring-only"), "--nodes, --replicas: 1000000 nodes",
                 "134217728 points in all"),
                (("--sweep", "nodes=1000000"), "--sweep: 1000000 nodes with 160 points each"),
                (("--sweep", "nodes=2,3", "--nodes", "5"), "--nodes", "axis of nodes"),
                (("--sweep", "zipf=0,1", "--zipf", "1"), "--zipf", "axis of zipf"),
                (("--sweep", "replicas=1,2", "--replicas", "5"), "--replicas", "axis of replicas"),
                (("--sweep", "nodes=2", "--qps", "5"), "--qps", "no effect with --sweep"),
                (("--ring-only", "--requests", "5"), "--requests", "no effect with --ring-only"),
                (("--script", "kill node-1 @1s", "--requests", "5"), "--requests", "--script"),
                (("--qps", "5", "--concurrency", "5"), "--concurrency", "--qps 0"),
                (("--drift", "walk:1@1s"), "--drift: expected --qps or --profile with it"),
                (("--drift", "jump:1@1s", "--qps", "5"), '--drift: "jump:1@1s": expected walk:'),
                (("--profile", "ramp:1..2x@1s"), '--profile: "ramp:1..2x@1s": expected a rate'),
                (("--profile", "ramp:1..2@1s", "--qps", "5"), "--qps", "no effect with --profile"),
                (("--profile", "ramp:1..2@1s", "--ring-only"), "--profile", "--ring-only"),
                (("--handover", "1s"), "--handover", "--script"),
                (("--service", "x"), "--service", "--etcd"),
                (("--seeds", "5", "--ring-only"), "--seeds", "--sweep"),
                (("--sweep", "nodes=2", "--threshold", "peak<9"), "--threshold", "--sweep"),
                (("--sweep", "nodes=2", "--names", "a,b"), "--names", "--sweep"),
                (("--sweep", "nodes=2", "--weights", "1,2"), "--weights", "--sweep"),
                (("--sweep", "nodes=2", "--load-bound", "2"), "--load-bound", "--sweep"),
                (("--sweep", "nodes=2", "--add", "x"), "--add", "--sweep"),
                (("--sweep", "nodes=2", "--remove", "x"), "--remove", "--sweep"),
                (("--sweep", "ring=xx64", "--ring", "jump"), "--ring", "axis"),
                (("--names", "a,b", "--nodes", "5"), "--nodes", "--names"),
                (("--weights", ""), "--weights"),
                (("--script", ""), "--script"),
                (("--detect", "1s"), "--detect", "--script"),
                (("--ring-only", "--add", "node-0"), "--add", "node-0"),
                (("--ring", "jump", "--script", "kill node-1 @1s"), "--script", "jump"),
                (("--ring", "rendezvous", "--nodes", "100000", "--ring-only"), "--nodes", "4096"),
                (("--threshold", "p99<5ms"), "--threshold", "load_peak"),
                (("--load-bound", "1"), '--load-bound: "1": expected'),
                (("--bogus",), "--bogus")):
            done = run(SIM, *arguments)
            self.assertEqual(done.returncode, 2, f"{arguments}: {done.stdout}{done.stderr}")
            for text in said:
                self.assertIn(text, done.stderr, arguments)
            self.assertEqual(done.stdout, "", arguments)

    def test_too_many_nodes_for_the_file_limit(self):
        limited = ["-c", 'ulimit -n 100 && exec "$0" "$@"', SIM, "--nodes", "500"]
        done = run("/bin/sh", *limited)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("ulimit -Hn", done.stderr)
        self.assertIn("--nodes: ", done.stderr)
        self.assertIn("500", done.stderr)

    def test_a_thousand_nodes_come_answer_and_go(self):
        nodes = "200" if os.environ.get("RINGLAB_SANITIZE") else "1000"
        loopback = self.report("--nodes", nodes, "--requests", "20000")["loopback"]
        self.assertEqual(len(loopback["nodes"]), int(nodes))
        self.assertEqual(loopback["totals"]["ok"], 20000)
        self.assertEqual(loopback["totals"]["wrong_values"], 0)
        self.assertEqual(loopback["problems"], [])


if __name__ == "__main__":
    unittest.main()
