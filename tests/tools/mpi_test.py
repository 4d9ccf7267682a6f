"""loadgen-mpi under the real mpirun: one plan, two ranks, one result."""
import json
import os
import re
import signal
import tempfile
import time
import unittest

from mpi_ranks import (ENVIRONMENT, IS_OPEN_MPI, MPIRUN, program, ranks_of, run_ranks, run_unlike,
                       words)
from support import LOADGEN, LOOPBACK, RESULTS, ToolTest, run, wait_until

PROGRAM = program("loadgen-mpi")
MEASURED = (0, 4)  # VALID, or INVALID on a machine that is too busy


class Mpi(ToolTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ringlab-mpi-")
        self.addCleanup(folder.cleanup)
        self.result = os.path.join(folder.name, "all.json")

    def plan(self, peers, *more):
        return ("--targets", peers, "--qps", "400", "--keys", "2000", "--seed", "11",
                "--accept-failures", "100%", *more)

    def read(self):
        with open(self.result, encoding="utf-8") as file:
            return json.load(file)

    def mpirun(self, ranks, *flags):
        return run_ranks(PROGRAM, ranks, *flags)

    def start_long_run(self, ranks):
        """Two ranks in the middle of a run."""
        _, peers = self.start_nodes(2, "--source", "synthetic:size=100")
        plan = self.plan(peers, "--duration", "60s", "--warmup", "0s")
        mpirun = self.start(MPIRUN, *words(PROGRAM, ranks), *plan, "--json", self.result,
                            env=ENVIRONMENT, is_server=False)
        mpirun.await_text("measuring")
        self.assertTrue(wait_until(lambda: len(ranks_of(mpirun.pid, PROGRAM)) == ranks))
        time.sleep(1)
        return mpirun

    def test_two_ranks_send_one_plan(self):
        _, peers = self.start_nodes(2, "--source", "synthetic:size=100")
        plan = self.plan(peers, "--duration", "3s", "--warmup", "1s")
        alone = run(LOADGEN, *plan, "--quiet", "--json", self.result)
        self.assertIn(alone.returncode, MEASURED, alone.stderr)
        one = self.read()
        both = self.mpirun(2, *plan, "--json", self.result)
        self.assertIn(both.returncode, MEASURED, both.stderr)
        merged = self.read()
        self.assertEqual(merged["config"]["plan_hash"], one["config"]["plan_hash"])
        self.assertEqual(merged["totals"]["scheduled"], one["totals"]["scheduled"])
        self.assertEqual(merged["series"]["scheduled"], one["series"]["scheduled"])
        self.assertEqual(merged["cache"]["gets"], merged["totals"]["sent"])
        rows = merged["generators"]
        self.assertEqual([row["index"] for row in rows], [0, 1])
        for row in rows:
            self.assertGreater(row["sent"], 0)
            self.assertIn("start_skew_ns", row)
        self.assertEqual(rows[0]["skew_bound_ns"], 0)
        self.assertGreater(rows[1]["skew_bound_ns"], 0)
        self.assertIn("generator", both.stdout)
        valid = run(RESULTS, "validate", self.result)
        self.assertEqual(valid.returncode, 0, valid.stderr)

    def test_flags_that_ranks_cannot_have(self):
        for flags, expected in (
                (("--nodes", "3"), "expected --targets or --etcd"),
                (("--targets", f"n0={LOOPBACK}:1", "--shard", "0/2"), "the ranks are the shards"),
                (("--targets", f"n0={LOOPBACK}:1", "--qps", "-1"), "--qps"),
                (("--targets", f"n0={LOOPBACK}:1", "--duration", "1s", "--json", self.result),
                 "rank 0 of 2 on .*does not answer")):
            refused = self.mpirun(2, *flags)
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertEqual(len(re.findall(expected, refused.stderr)), 1, refused.stderr)
        self.assertEqual(self.read()["verdict"], "INVALID")

    def test_ranks_with_different_flags_are_refused(self):
        flags = ("--targets", f"n0={LOOPBACK}:1")
        first, second = (*flags, "--keys", "100"), (*flags, "--keys", "101")
        refused = run_unlike(PROGRAM, first, second)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("rank 1 was started with other flags", refused.stderr)

    def test_a_rank_that_dies_is_named(self):
        with open(self.result, "w", encoding="utf-8") as file:
            file.write("{}")  # of an earlier run: it must not pass for this one's
        mpirun = self.start_long_run(2)
        os.kill(ranks_of(mpirun.pid, PROGRAM)[1], signal.SIGKILL)
        out, code = mpirun.wait()
        self.assertNotEqual(code, 0)
        self.assertRegex(out + mpirun.stderr(), r"rank 1|BAD TERMINATION")
        if IS_OPEN_MPI:  # MPICH's launcher kills all at once
            self.assertIn("rank 1 of 2", self.read()["reasons"][0])
            self.assertEqual(self.read()["verdict"], "INVALID")

    def test_one_rank_that_is_ended_ends_all_and_the_result_says_so(self):
        mpirun = self.start_long_run(2)
        os.kill(ranks_of(mpirun.pid, PROGRAM)[1], signal.SIGTERM)
        mpirun.wait()
        result = self.read()
        self.assertTrue(result["interrupted"], result["reasons"])
        self.assertEqual(len(result["generators"]), 2)
        self.assertLess(result["totals"]["elapsed_s"], 50)

    def test_an_end_of_the_launcher_is_told_by_all(self):
        mpirun = self.start_long_run(2)
        mpirun.signal(signal.SIGINT)
        mpirun.wait()
        if IS_OPEN_MPI:
            result = self.read()
            self.assertTrue(result["interrupted"])
            self.assertEqual(len(result["generators"]), 2)


if __name__ == "__main__":
    unittest.main()
