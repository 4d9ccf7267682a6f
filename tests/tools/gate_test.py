"""The gate as its users meet it: files that compare and files that do not, baselines, histories."""
import json
import os
import subprocess
import tempfile
import time
import unittest

from support import BIN, ToolTest, children_of, run, wait_until

RESULTS = os.path.join(BIN, "results")
SANITIZED = bool(os.environ.get("RINGLAB_SANITIZE"))
OK, FAILED, USAGE, INCONCLUSIVE, INVALID, BASELINE = range(6)


def metric(name, total, measure="instructions", ops=100):
    return {"name": name, "measure": measure, "total": total, "ops": ops}


def bench(*metrics, **more):
    return {"schema_version": 1, "tool": "bench", "suite": "micro",
            "fingerprint": {"compiler": "g++"}, "metrics": list(metrics), **more}


def google(samples, **context):
    runs = [{"name": "BM_Get", "run_name": "BM_Get", "run_type": "iteration",
             "repetition_index": i, "real_time": s, "time_unit": "ns"}
            for i, s in enumerate(samples)]
    return {"context": {"library_build_type": "release", **context}, "benchmarks": runs}


def loadgen(p99, verdict="VALID"):
    return {"schema_version": 1, "tool": "loadgen", "verdict": verdict, "reasons": [],
            "totals": {"achieved_qps": 1000.0},
            "latency_ns": {"response": {"p50": 100, "p99": p99}}}


class Gate(ToolTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(content if isinstance(content, str) else json.dumps(content))
        return path

    def compare(self, base, head, *arguments):
        done = run(RESULTS, "compare", self.file("base.json", base), self.file("head.json", head),
                   *arguments)
        return done.returncode, done.stdout, done.stderr

    def test_compare_says_what_became_worse(self):
        base = bench(metric("hash", 20_000), metric("find", 30_000),
                     functions={"hash": {"HashKey": 20_000}})
        head = bench(metric("hash", 30_000), metric("find", 30_000),
                     functions={"hash": {"HashKey": 30_000}})
        code, out, _ = self.compare(base, head)
        self.assertEqual(code, FAILED, out)
        self.assertRegex(out, r"FAIL +hash +Ir/op +200 -> 300 +\+50.0 %")
        self.assertIn("HashKey +100.0", out)
        code, out, _ = self.compare(head, base)
        self.assertEqual(code, OK, out)
        self.assertIn("IMPROVED", out)
        code, out, _ = self.compare(base, base)
        self.assertEqual(code, OK, out)
        self.assertEqual(self.compare(base, head, "--only", "find")[0], OK)

    def test_compare_writes_every_figure(self):
        files = {kind: os.path.join(self.folder, "gate." + kind) for kind in ("json", "html", "md")}
        base, head = google([100] * 10), google([150] * 10)
        code, _, err = self.compare(base, head, *[part for kind, path in files.items()
                                                  for part in ("--" + kind, path)])
        self.assertEqual(code, FAILED, err)
        with open(files["json"], encoding="utf-8") as text:
            gate = json.load(text)
        self.assertEqual((gate["tool"], gate["verdict"]), ("gate", "FAIL"))
        self.assertEqual(gate["rows"][0]["head_samples"], [150] * 10)
        self.assertAlmostEqual(gate["rows"][0]["ratio"], 1.5)
        with open(files["html"], encoding="utf-8") as text:
            page = text.read()
        self.assertIn("BM_Get", page)
        self.assertNotRegex(page, r"\bsrc=|href=\"(?!#)|@import")
        with open(files["md"], encoding="utf-8") as text:
            self.assertIn("| FAIL | `BM_Get` |", text.read())

    def test_single_runs_are_shown_and_never_judged(self):
        code, out, _ = self.compare(loadgen(1_000), loadgen(9_000))
        self.assertEqual(code, OK, out)
        self.assertRegex(out, "info +response_p99")
        self.assertEqual(self.compare(google([100]), google([300]))[0], OK)

    def test_files_that_must_not_be_compared(self):
        good = bench(metric("hash", 20_000))
        text = json.dumps(good)
        unreadable = {
            "truncated": text[:-20], "empty": "", "foreign": '{"a": 1}', "no json": "hello",
            "newer schema": text.replace('"schema_version": 1', '"schema_version": 2'),
            "a number that is none": text.replace("20000", "NaN"),
            "no metrics": bench(),
            "a name twice": bench(metric("hash", 1), metric("hash", 1)),
            "a benchmark twice": {**google([1]), "benchmarks": google([1])["benchmarks"] * 2},
        }
        for what, content in unreadable.items():
            with self.subTest(what):
                for code, _, err in (self.compare(good, content), self.compare(content, good)):
                    self.assertEqual(code, USAGE, err)
                    self.assertIn(".json", err)
        invalid = {
            "a benchmark that went": bench(metric("other", 20_000)),
            "a debug build": google([1] * 9, library_build_type="debug"),
            "a time that is no number": json.dumps(google([1])).replace('"real_time": 1',
                                                                        '"real_time": NaN'),
            "an invalid run": loadgen(1, verdict="INVALID"),
        }
        for what, content in invalid.items():
            with self.subTest(what):
                code, out, err = self.compare(good, content)
                self.assertEqual(code, INVALID, out + err)
        code, out, err = self.compare(bench(metric("hash", 0)), good)
        self.assertEqual(code, INVALID, out + err)
        self.assertIn("baseline of 0", out)
        missing = run(RESULTS, "compare", "no-such-file.json", self.file("good.json", good))
        self.assertEqual(missing.returncode, USAGE)
        self.assertIn("no-such-file.json", missing.stderr)

    def test_another_environment_only_warns(self):
        other = bench(metric("hash", 30_000))
        other["fingerprint"]["compiler"] = "g++ of tomorrow"
        code, out, _ = self.compare(bench(metric("hash", 20_000)), other)
        self.assertEqual(code, OK, out)
        self.assertIn("environment changed", out)
        self.assertEqual(self.compare(bench(metric("hash", 20_000)), other, "--strict")[0], FAILED)

    def test_a_history_grows_by_lines_and_shows_shifts(self):
        history = os.path.join(self.folder, "micro.jsonl")
        for i in range(16):
            result = self.file("run.json", bench(metric("hash", 20_000 if i < 8 else 24_000)))
            done = run(RESULTS, "history", "append", result, "--to", history, "--commit", f"c{i}",
                       "--at", "2026-11-21T00:00:00Z")
            self.assertEqual(done.returncode, OK, done.stderr)
        with open(history, encoding="utf-8") as lines:
            self.assertEqual(len(lines.readlines()), 16)
        done = run(RESULTS, "history", "show", history)
        self.assertEqual(done.returncode, OK, done.stderr)
        self.assertRegex(done.stdout, r"hash/instructions +200 -> 240 +\(\+20.0 %.* from c8 ")
        with open(history, "a", encoding="utf-8") as lines:
            lines.write('{"schema_version": 1, "comm')
        done = run(RESULTS, "history", "append", result, "--to", history)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("line 17", done.stderr)

    def test_a_base_that_cannot_be_measured(self):
        done = run(RESULTS, "ab", "--base", "no-such-revision")
        if SANITIZED:
            self.assertEqual(done.returncode, INVALID, done.stderr)
            self.assertIn("its figures mean nothing", done.stderr)
            return
        self.assertEqual(done.returncode, USAGE, done.stderr)
        self.assertIn("no-such-revision", done.stderr)
        for arguments, part in ((("--pairs", "2"), "--pairs"), (("--class", "x"), "--class"),
                                (("--json", "/no/such/folder/x"), "--json")):
            done = run(RESULTS, "ab", "--base", "HEAD", *arguments)
            self.assertEqual(done.returncode, USAGE, done.stderr)
            self.assertIn(part, done.stderr)
        done = run(RESULTS, "baseline", "update", "--reason", " ")
        self.assertEqual(done.returncode, USAGE, done.stderr)
        self.assertIn("--reason", done.stderr)

    @unittest.skipIf(SANITIZED, "a build with a sanitizer is not measured")
    def test_ctrl_c_leaves_no_child_and_no_checkout(self):
        source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        git = ["git", "-c", "safe.directory=*", "-C", source]
        if subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, check=False).returncode:
            self.skipTest("not a git repository")
        process = self.start(RESULTS, "ab", "--base", "HEAD")
        checkout = os.path.join(source, "build", "ab", "base")
        self.assertTrue(wait_until(lambda: os.path.exists(checkout)))
        time.sleep(0.5)  # into the configuring
        children = children_of(process.pid)
        process.signal(2)
        _, code = process.wait()
        self.assertEqual(code, USAGE, process.stderr())
        self.assertIn("interrupted", process.stderr())
        self.assertFalse(os.path.exists(checkout))
        for child in children:
            self.assertFalse(os.path.exists(f"/proc/{child}/exe"))
        worktrees = subprocess.run([*git, "worktree", "list"], capture_output=True, text=True,
                                   check=True).stdout
        self.assertNotIn(checkout, worktrees)


if __name__ == "__main__":
    unittest.main()
