"""One plan sent by several loadgens (--shard), and their results made one (results merge)."""
import json
import os
import signal
import tempfile
import time
import unittest

from support import LOADGEN, LOOPBACK, RESULTS, ToolTest, run

PLAN = ("--qps", "400", "--duration", "3s", "--warmup", "1s", "--keys", "2000", "--seed", "11",
        "--accept-failures", "100%")
MEASURED = (0, 4)  # VALID, or INVALID on a machine that is too busy


class Shards(ToolTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ringlab-shards-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.file(name), encoding="utf-8") as file:
            return json.load(file)

    def run_shards(self, peers, of, *flags, plan=PLAN):
        """Their files, all of them begun together; what they exited with."""
        start = str(int(time.time()) + 2)
        files = [self.file(f"shard-{i}.json") for i in range(of)]
        shards = [self.start(LOADGEN, "--targets", peers, "--shard", f"{i}/{of}", "--start-at",
                             start, *plan, *flags, "--quiet", "--json", files[i])
                  for i in range(of)]
        for shard in shards:
            _, code = shard.wait()
            self.assertIn(code, MEASURED, shard.stderr())
        return files

    def merge(self, files):
        merged = run(RESULTS, "merge", *files, "-o", self.file("all.json"))
        self.assertIn(merged.returncode, MEASURED, merged.stderr)
        valid = run(RESULTS, "validate", self.file("all.json"), *files)
        self.assertEqual(valid.returncode, 0, valid.stderr)
        return self.read("all.json"), merged.stdout

    def test_two_shards_merged_are_one_run_of_the_plan(self):
        _, peers = self.start_nodes(3, "--source", "synthetic:size=100")
        alone = run(LOADGEN, "--targets", peers, *PLAN, "--quiet", "--json", self.file("one.json"))
        self.assertIn(alone.returncode, MEASURED, alone.stderr)
        one = self.read("one.json")
        files = self.run_shards(peers, 2)
        merged, text = self.merge(files)
        self.assertEqual(merged["config"]["plan_hash"], one["config"]["plan_hash"])
        self.assertEqual(merged["totals"]["scheduled"], one["totals"]["scheduled"])
        # Where nothing was skipped, the same requests went to the same nodes in the same seconds.
        self.assertEqual(merged["totals"]["skipped"], 0)
        for node, other in zip(merged["balance"]["nodes"], one["balance"]["nodes"]):
            self.assertEqual(node["requests"], other["requests"])
            self.assertEqual(node["asked"]["requests"], other["asked"]["requests"])
        self.assertEqual(merged["series"]["scheduled"], one["series"]["scheduled"])
        self.assertEqual(merged["popularity"]["ranks"], one["popularity"]["ranks"])
        self.assertEqual(merged["cache"]["gets"], merged["totals"]["sent"])
        shards = [self.read(f"shard-{i}.json") for i in range(2)]
        rows = merged["generators"]
        self.assertEqual([row["sent"] for row in rows], [s["totals"]["sent"] for s in shards])
        for row in rows:
            self.assertIn("start_skew_ns", row)
        self.assertIn("generator", text)
        page = run(RESULTS, "report", self.file("all.json"), "--html", self.file("all.html"))
        self.assertEqual(page.returncode, 0, page.stderr)
        with open(self.file("all.html"), encoding="utf-8") as html:
            self.assertIn("Generators", html.read())
        shown = run(RESULTS, "show", files[1])
        self.assertIn("1 of 2, from 0 on", shown.stdout)

    def test_writes_of_other_shards_are_not_wrong(self):
        _, peers = self.start_nodes(3, "--source", "synthetic:size=100")
        files = self.run_shards(peers, 2, "--mix", "get=60,set=30,remove=10", "--zipf", "1.2",
                                "--source", "synthetic:size=100")
        merged, _ = self.merge(files)
        self.assertEqual(merged["totals"]["wrong_values"], 0)
        self.assertGreater(merged["staleness"]["untold"], 0)
        self.assertEqual(merged["staleness"]["reverted"], 0)

    def test_a_profile_keeps_its_phases(self):
        _, peers = self.start_nodes(3, "--source", "synthetic:size=100")
        plan = ("--profile", "step:200..400/200@1s", *PLAN[4:])
        merged, _ = self.merge(self.run_shards(peers, 2, plan=plan))
        self.assertEqual(sum(phase["totals"]["scheduled"] for phase in merged["phases"]),
                         merged["totals"]["scheduled"])

    def test_results_that_do_not_fit_are_refused_by_name(self):
        _, peers = self.start_nodes(3, "--source", "synthetic:size=100")
        files = self.run_shards(peers, 2)

        def refused(*given):
            merged = run(RESULTS, "merge", *given, "-o", self.file("no.json"))
            self.assertEqual(merged.returncode, 2, merged.stdout)
            self.assertFalse(os.path.exists(self.file("no.json")))
            return merged.stderr

        self.assertIn("of 2 shards, these are missing: 1", refused(files[0]))
        self.assertIn("already: expected each shard once", refused(files[0], files[0]))
        other = self.read("shard-1.json")
        other["config"]["keys"] = 2001
        with open(self.file("other.json"), "w", encoding="utf-8") as file:
            json.dump(other, file)
        said = refused(files[0], self.file("other.json"))
        self.assertIn("other.json\": its config/keys is 2001", said)
        self.assertIn("expected shards of one plan", said)
        self.merge(files)
        self.assertIn("merged already", refused(self.file("all.json"), files[0]))

    def test_flags_of_a_shard(self):
        targets = ("--targets", f"n0={LOOPBACK}:1")
        soon = str(int(time.time()) + 60)
        for flags, expected in (
                ((*targets, "--shard", "4/4", "--start-at", soon), "expected I/N"),
                ((*targets, "--shard", "0/4"), "expected --start-at"),
                (("--shard", "0/2", "--start-at", soon), "and start none"),
                ((*targets, "--start-at", "1000"), "it is over"),
                ((*targets, "--start-at", "tomorrow"), "a time in UTC"),
                ((*targets, "--start-at", str(int(soon) + 200_000)), "within 24 hours"),
                ((*targets, "--shard", "0/2", "--start-at", soon, "--source",
                  f"sqlite:{self.file('t.db')}?table=t", "--source-fill", "10"),
                 "before the shards begin")):
            refused = run(LOADGEN, *flags)
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertIn(expected, refused.stderr)

    def test_a_shard_that_is_not_ready_in_time_says_so(self):
        (node,), peers = self.start_nodes(1, "--source", "synthetic:size=100")
        node.signal(signal.SIGSTOP)  # it does not answer for a while, which holds the start up
        start = time.time() + 2
        late = self.start(LOADGEN, "--targets", peers, "--shard", "0/1", "--start-at",
                          f"{start:.3f}", *PLAN, "--quiet", "--json", self.file("late.json"))
        time.sleep(max(0, start + 0.5 - time.time()))
        node.signal(signal.SIGCONT)
        _, code = late.wait()
        self.assertEqual(code, 4, late.stderr())
        self.assertIn("not ready at the agreed start", self.read("late.json")["reasons"][0])


if __name__ == "__main__":
    unittest.main()
