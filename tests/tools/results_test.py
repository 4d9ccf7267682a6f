"""The `results` tool on what loadgen and sim really write."""
import copy
import csv
import glob
import io
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from support import BIN, LOADGEN, PATIENCE_S, RESULTS, ToolTest, run

FORMATS = ("hgrm", "csv", "csv-latency", "md", "json", "prom", "fortio")


def with_stdin(text, program, *arguments):
    return subprocess.run([program, *arguments], input=text, capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)


class Results(ToolTest):
    @classmethod
    def setUpClass(cls):
        # pylint: disable-next=consider-using-with
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.file = os.path.join(cls.folder.name, "run.json")
        cls.hgrm = os.path.join(cls.folder.name, "run.hgrm")
        cls.done = run(LOADGEN, "--in-process", "--nodes", "2", "--qps", "1000", "--duration",
                       "1100ms", "--warmup", "100ms", "--keys", "1000", "--mix", "get=9,set=1",
                       "--threshold", "p50<10s", "--json", cls.file, "--hgrm", cls.hgrm)
        if cls.done.returncode not in (0, 4):
            raise AssertionError(cls.done.stdout + cls.done.stderr)
        with open(cls.file, encoding="utf-8") as text:
            cls.result = json.load(text)

    def report(self, *arguments):
        done = run(RESULTS, "report", self.file, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
        return done.stdout

    def assert_refused(self, done, *said):
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        for text in said:
            self.assertIn(text, done.stderr)
        self.assertLess(len(done.stderr.splitlines()), 5, done.stderr)

    def test_show_says_what_the_tool_said(self):
        shown = run(RESULTS, "show", self.file)
        self.assertEqual((shown.returncode, shown.stdout), (0, self.done.stdout))
        with open(self.file, encoding="utf-8") as text:
            self.assertEqual(with_stdin(text.read(), RESULTS, "show", "-").stdout, shown.stdout)

    def test_what_the_tools_write_is_sound(self):
        sim = os.path.join(self.folder.name, "sim.json")
        done = run(os.path.join(BIN, "sim"), "--nodes", "4", "--ring", "all", "--requests", "5000",
                   "--json", sim)
        self.assertEqual(done.returncode, 0, done.stderr)
        sweep = os.path.join(self.folder.name, "sweep.json")
        done = run(os.path.join(BIN, "sim"), "--sweep", "nodes=2,4", "--seeds", "3", "--json",
                   sweep)
        self.assertEqual(done.returncode, 0, done.stderr)
        none = os.path.join(self.folder.name, "none.json")
        self.assertEqual(run(LOADGEN, "--cachenode", "/nonexistent", "--json", none).returncode, 2)
        done = run(RESULTS, "validate", self.file, sim, sweep, none)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.count("a sound result of"), 4)
        for file in (sim, sweep, none):
            shown = run(RESULTS, "show", file)
            self.assertEqual((shown.returncode, shown.stderr), (0, ""))
            self.assertIn("verdict", shown.stdout)

    def test_what_the_repository_stores_is_sound(self):
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
        files = [file for folder in ("baselines", "runs")
                 for file in sorted(glob.glob(os.path.join(root, "results", folder, "*.json")))]
        self.assertGreater(len(files), 20)
        done = run(RESULTS, "validate", *files)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_spoilt_result_is_refused_by_the_path_of_its_fault(self):
        for path, value, said in (("totals/ok", "many", "/totals/ok: expected a whole number"),
                                  ("totals/skipped", 5, "/totals/scheduled is"),
                                  ("series/ok/0", 10 ** 6, "the sum of /series/ok"),
                                  ("histograms/service/hdr_v2", "HISTF", "base64"),
                                  ("balance/nodes/0/arc_share", 0.9, "add up to"),
                                  ("totals/achieved_qps", 5, "sent / elapsed_s"),
                                  ("cache/hit_ratio", 0.123, "hits / gets"),
                                  ("balance/peak_to_mean", 1.9, "/balance/peak_to_mean is 1.9"),
                                  ("thresholds/0/passed", False, "/thresholds/0/passed is false"),
                                  ("verdict", "FAILED", "/reasons has none"),
                                  ("reasons", ["rain"], "1 reason why not")):
            spoilt = copy.deepcopy(self.result)
            if path in ("verdict", "reasons"):  # a busy machine makes the run INVALID
                spoilt.update(verdict="VALID", reasons=[])
            *way, last = path.split("/")
            at = spoilt
            for step in way:
                at = at[int(step) if isinstance(at, list) else step]
            at[int(last) if isinstance(at, list) else last] = value
            text = json.dumps(spoilt)
            for command in (("validate", "-"), ("show", "-"), ("report", "-", "--format", "md")):
                with self.subTest(path=path, command=command):
                    done = with_stdin(text, RESULTS, *command)
                    self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                    self.assertIn(said, done.stderr)

    def test_files_that_cannot_be_read(self):
        with open(self.file, encoding="utf-8") as text:
            whole = text.read()
        for text, said in ((whole[:2000], "it ends in the middle"),
                           (whole.replace('"cv": ', '"cv": NaN, "x": ', 1), "a bare NaN"),
                           (whole.replace('"tool"', '"tool": "loadgen", "tool"', 1), "twice"),
                           (whole.replace('"schema_version": 1', '"schema_version": 2'), "up to 1"),
                           ('{"context": {}, "benchmarks": []}', "no result of ours")):
            for command in (("validate", "-"), ("show", "-"), ("report", "-", "--format", "csv")):
                with self.subTest(said=said, command=command):
                    self.assert_refused(with_stdin(text, RESULTS, *command), said)
        self.assert_refused(run(RESULTS, "show", self.folder.name), "cannot be read")

    def test_flags(self):
        for arguments, *said in ((("report", self.file), "expected --html FILE, --format FORMAT"),
                                 (("report", self.file, "--format", "xml"),
                                  '--format: "xml": expected one of hgrm'),
                                 (("report", self.file, "--format", "hgrm", "--histogram", "put"),
                                  'no histogram "put"', "response"),
                                 (("report", self.file, "--format", "md", "--out", "/none/x"),
                                  '--out: "/none/x": cannot be written'),
                                 (("show",), "FILE is required")):
            with self.subTest(arguments):
                self.assert_refused(run(RESULTS, *arguments), *said)
        for where in (("--hlog", "/nonexistent/x"), ("--hgrm", "/nonexistent/x")):
            self.assert_refused(run(LOADGEN, *where), where[0] + ': "/nonexistent/x"', "written")
        self.assert_refused(run(LOADGEN, "--json", "-", "--hlog", "-"), "one of them on stdout")

    def test_every_format(self):
        for name in FORMATS:
            out = os.path.join(self.folder.name, "out")
            self.assertEqual(self.report("--format", name, "--out", out), "")
            with open(out, encoding="utf-8") as text:
                self.assertEqual(text.read(), self.report("--format", name), name)
        with open(self.hgrm, encoding="utf-8") as text:
            self.assertEqual(self.report("--format", "hgrm"), text.read())
        self.assertEqual(json.loads(self.report("--format", "json")), self.result)
        rows = list(csv.DictReader(io.StringIO(self.report("--format", "csv"))))
        self.assertEqual([int(row["sent"]) for row in rows], self.result["series"]["sent"])
        fortio = json.loads(self.report("--format", "fortio", "--histogram", "get"))
        bars = fortio["DurationHistogram"]["Data"]
        self.assertEqual(sum(bar["Count"] for bar in bars),
                         self.result["operations"]["get"]["requests"])

    def test_prometheus_own_checker_finds_nothing(self):
        self.assertIsNotNone(shutil.which("promtool"), "promtool: scripts/setup test installs it")
        checked = with_stdin(self.report("--format", "prom"), "promtool", "check", "metrics")
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
