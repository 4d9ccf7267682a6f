"""sim-mpi under the real mpirun: one sweep, dealt over ranks, and the result of sim."""
import json
import os
import signal
import tempfile
import unittest

from mpi_ranks import (ENVIRONMENT, IS_OPEN_MPI, MPIRUN, program, ranks_of, run_ranks, run_unlike,
                       words)
from support import RESULTS, SIM, ToolTest, run, wait_until

PROGRAM = program("sim-mpi")
SWEEP = ("--sweep", "replicas=1,10,50", "--sweep", "ring=xx64,jump", "--sweep", "zipf=0,1.1",
         "--seeds", "5", "--keys", "1000")
# Some minutes of work for a core, in rings that take a moment each.
LONG_SWEEP = ("--sweep", "replicas=160,200", "--sweep", "nodes=100,101,102,103", "--seeds", "10000")


class SimMpi(ToolTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ringlab-sim-mpi-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.result = os.path.join(folder.name, "sweep.json")

    def read(self):
        with open(self.result, encoding="utf-8") as file:
            return json.load(file)

    def text_without(self, *keys):
        """The result as text, but for what may differ from run to run."""
        result = self.read()
        for key in ("started_at", "environment", *keys):
            del result[key]
        return json.dumps(result)

    def start_long_sweep(self, ranks):
        """Ranks in the middle of a sweep, of which some rings are measured."""
        mpirun = self.start(MPIRUN, *words(PROGRAM, ranks), *LONG_SWEEP, "--json", self.result,
                            env=ENVIRONMENT, is_server=False)
        mpirun.await_text("sweep: ")
        self.assertTrue(wait_until(lambda: len(ranks_of(mpirun.pid, PROGRAM)) == ranks))
        return mpirun

    def test_results_do_not_depend_on_the_ranks(self):
        alone = run(SIM, *SWEEP, "--json", self.result)
        self.assertEqual(alone.returncode, 0, alone.stderr)
        of_sim = self.text_without("command")
        texts = set()
        for ranks in (1, 2, 5):
            done = run_ranks(PROGRAM, ranks, *SWEEP, "--json", self.result)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, alone.stdout)
            texts.add(self.text_without())
            self.assertEqual(self.text_without("command"), of_sim)
        self.assertEqual(len(texts), 1)
        valid = run(RESULTS, "validate", self.result)
        self.assertEqual(valid.returncode, 0, valid.stderr)

    def test_a_swarm_finds_the_same_by_any_number_of_ranks(self):
        swarm = ("--swarm", "12", "--seed", "7", "--json", self.result)
        found = []
        for ranks in (0, 1, 3):
            done = run_ranks(PROGRAM, ranks, *swarm) if ranks else run(SIM, *swarm)
            self.assertEqual(done.returncode, 0, done.stderr)
            report = self.read()["swarm"]
            self.assertEqual(report["seeds"], 12)
            for of_the_machine in ("cpu_s", "took_s"):
                del report[of_the_machine]
            found.append(json.dumps(report))
        self.assertEqual(len(set(found)), 1)

    def test_a_map_is_the_same_by_any_number_of_ranks(self):
        spec = ("load=0.3,0.5;shock=flush:1,flush:2;defence=none;keys=300;ttl=6s;source=2x50ms;"
                "work=4ms;horizon=12s;hold=3s")
        maps = []
        for ranks in (0, 1, 3):
            flags = ("--map", spec, "--json", self.result)
            done = run_ranks(PROGRAM, ranks, *flags) if ranks else run(SIM, *flags)
            self.assertEqual(done.returncode, 0, done.stderr)
            report = self.read()["map"]
            self.assertEqual(len(report["cells"]), 4)
            for of_the_machine in ("cpu_s", "took_s"):
                del report[of_the_machine]
            maps.append(json.dumps(report))
        self.assertEqual(len(set(maps)), 1)

    def test_flags_that_ranks_cannot_have(self):
        for flags, expected in (
                ((), "expected --sweep, --swarm or --map: "),
                (("--replay", "3"), "expected --sweep, --swarm or --map: "),
                (("--sweep", "replicas=x"), '"x"'),
                (("--sweep", "nodes=3", "--qps", "5"), "no effect with --sweep"),
                (("--sweep", "nodes=3", "--json", "/no/such/folder/x"), "rank 0 of 2 on ")):
            refused = run_ranks(PROGRAM, 2, *flags)
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertEqual(refused.stderr.count(expected), 1, refused.stderr)
            self.assertEqual(refused.stdout, "")
        helped = run_ranks(PROGRAM, 2, "--help")
        self.assertEqual((helped.returncode, helped.stdout.count("--sweep AXIS")), (0, 1),
                         helped.stderr)

    def test_a_ring_that_cannot_be_built_is_refused_once(self):
        refused = run_ranks(PROGRAM, 3, "--sweep", "ring=rendezvous", "--sweep", "nodes=1000000",
                            "--seeds", "3", "--keys", "1000")
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertEqual(refused.stderr.count("--sweep: "), 1, refused.stderr)
        self.assertIn("1000000 nodes", refused.stderr)

    def test_ranks_with_different_flags_or_files_are_refused(self):
        refused = run_unlike(PROGRAM, ("--sweep", "nodes=3"), ("--sweep", "nodes=4"))
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("rank 1 was started with other flags", refused.stderr)
        # The same flags, but each finds a file of its own by that name.
        for folder, seed in (("a", 1), ("b", 2)):
            os.mkdir(os.path.join(self.folder, folder))
            with open(os.path.join(self.folder, folder, "f.toml"), "w", encoding="utf-8") as file:
                file.write(f"seed = {seed}\n")
        ranks = []
        for folder in ("a", "b"):
            wdir = ("-wdir", os.path.join(self.folder, folder))
            command = [*wdir, *words(PROGRAM, 1)[-3:], "--sweep", "nodes=3", "--config", "f.toml"]
            ranks += [*([":"] if ranks else words(PROGRAM, 1)[:-3]), *command]
        refused = run(MPIRUN, *ranks, env=ENVIRONMENT)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertRegex(refused.stderr, r"rank 1 of 2 on .* has another configuration, .*seed.*2")

    def test_a_rank_that_dies_is_named(self):
        with open(self.result, "w", encoding="utf-8") as file:
            file.write("{}")  # of an earlier run: it must not pass for this one's
        mpirun = self.start_long_sweep(2)
        os.kill(ranks_of(mpirun.pid, PROGRAM)[1], signal.SIGKILL)
        out, code = mpirun.wait()
        self.assertNotEqual(code, 0)
        self.assertRegex(out + mpirun.stderr(), r"rank 1|BAD TERMINATION")
        if IS_OPEN_MPI:  # MPICH's launcher kills all at once
            self.assertIn("rank 1 of 2", self.read()["reasons"][0])
            self.assertEqual(self.read()["verdict"], "INVALID")

    def test_one_rank_that_is_ended_ends_all_and_the_result_says_so(self):
        mpirun = self.start_long_sweep(3)
        os.kill(ranks_of(mpirun.pid, PROGRAM)[2], signal.SIGTERM)
        out, _ = mpirun.wait()
        result = self.read()
        self.assertTrue(result["interrupted"], result["reasons"])
        self.assertEqual(result["reasons"], [])
        self.assertLess(result["sweep"][-1]["seeds"] if result["sweep"] else 0, 10_000)
        self.assertIn("of 8 cells were measured", out)

    def test_an_end_of_the_launcher_keeps_what_was_measured(self):
        mpirun = self.start_long_sweep(2)
        mpirun.signal(signal.SIGINT)
        mpirun.wait()
        if IS_OPEN_MPI:
            result = self.read()
            self.assertTrue(result["interrupted"])
            self.assertLess(len(result["sweep"]), 8)


if __name__ == "__main__":
    unittest.main()
