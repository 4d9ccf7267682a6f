"""The gate as its users meet it: files that compare and files that do not, baselines, histories."""
import json
import os
import shutil
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
        base, head = loadgen(1_000), loadgen(9_000)
        base["config"], head["config"] = {"seed": 1, "plan_hash": "a"}, {"seed": 2}
        code, out, _ = self.compare(base, head)
        self.assertEqual(code, INCONCLUSIVE, out)
        self.assertIn("INCONCLUSIVE (nothing judged)", out)
        self.assertRegex(out, r"info +response_p99 +ns +1,000 -> 9,000 +\+800.0 %")
        self.assertRegex(out, r"info +response_p50 +ns +100 -> 100 +0.0 %")
        self.assertIn("config differs: seed 1 -> 2", out)
        self.assertIn("plan_hash differs", out)
        self.assertEqual(self.compare(base, head, "--strict")[0], FAILED)

    def test_too_few_repetitions_are_inconclusive(self):
        for samples in (1, 3, 8):
            code, out, _ = self.compare(google([100] * samples), google([150] * samples))
            self.assertEqual(code, INCONCLUSIVE, out)
            self.assertRegex(out, r"INCONCLUSIVE +BM_Get .*\+50.0 % .*too few repetitions for a "
                                  f"verdict: {samples} a side, and it takes 9")

    def test_results_of_two_tools_are_no_pair(self):
        sim = {"schema_version": 1, "tool": "sim", "verdict": "VALID", "reasons": [],
               "rings": [{"ring": "xx64", "cv": 0.1, "peak_to_mean": 1.2, "min_to_mean": 0.8}]}
        kinds = {"loadgen": loadgen(1_000), "sim": sim, "bench": bench(metric("hash", 20_000)),
                 "Google Benchmark": google([1] * 9)}
        for base, of_base in kinds.items():
            for head, of_head in kinds.items():
                if base == head:
                    continue
                with self.subTest(base=base, head=head):
                    code, out, err = self.compare(of_base, of_head)
                    self.assertEqual((code, out), (USAGE, ""), err)
                    self.assertIn(f'base.json" is a result of {base}, ', err)
                    self.assertIn(f'head.json" of {head}: ', err)

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
                self.assertNotIn("[]", err)
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
            done = run(RESULTS, "history", "append", result, "--to", history, "--commit",
                       f"c0ffee{i:02}",
                       "--at", "2026-11-21T00:00:00Z")
            self.assertEqual(done.returncode, OK, done.stderr)
        with open(history, encoding="utf-8") as lines:
            self.assertEqual(len(lines.readlines()), 16)
        done = run(RESULTS, "history", "show", history)
        self.assertEqual(done.returncode, OK, done.stderr)
        self.assertRegex(done.stdout, r"hash/instructions +200 -> 240 +\(\+20.0 %.* from c0ffee08 ")
        with open(history, "a", encoding="utf-8") as lines:
            lines.write('{"schema_version": 1, "comm')
        done = run(RESULTS, "history", "append", result, "--to", history)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("line 17", done.stderr)

    def test_a_history_names_commits_that_are_some(self):
        history = os.path.join(self.folder, "micro.jsonl")
        result = self.file("run.json", bench(metric("hash", 20_000)))

        def append(*arguments, where=self.folder):
            return subprocess.run([RESULTS, "history", "append", result, "--to", history,
                                   *arguments], cwd=where, capture_output=True, text=True,
                                  check=False)
        for arguments, said in ((("--commit", "."), '--commit: ".": expected a commit'),
                                (("--commit", "HAED"), '"HAED"'), ((), "git knows no HEAD here"),
                                (("--at", "yesterday"), '--at: "yesterday": expected a time')):
            done = append(*arguments)
            self.assertEqual(done.returncode, USAGE, arguments)
            self.assertIn(said, done.stderr)
        self.assertFalse(os.path.exists(history))
        commit = self.repository({"a": "1"})[0]
        for arguments in ((), ("--commit", "HEAD"), ("--commit", "main")):
            done = append(*arguments, where=os.path.join(self.folder, "source"))
            self.assertEqual(done.returncode, OK, done.stderr)
        self.assertEqual(append("--commit", "0123456789ab+").returncode, OK)
        with open(history, encoding="utf-8") as lines:
            commits = [json.loads(line)["commit"] for line in lines]
        self.assertEqual(commits, [commit[:12]] * 3 + ["0123456789ab+"])

    def repository(self, *commits):
        """A git repository in source/ with these files, a commit each; their hashes."""
        source = os.path.join(self.folder, "source")
        os.makedirs(source)

        def git(*arguments):
            return subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org",
                                   "-C", source, *arguments], capture_output=True, text=True,
                                  check=True).stdout
        git("init", "--quiet", "--initial-branch=main")
        for files in commits:
            for name, text in files.items():
                os.makedirs(os.path.dirname(os.path.join(source, name)), exist_ok=True)
                with open(os.path.join(source, name), "w", encoding="utf-8") as out:
                    out.write(text)
            git("add", "--all")
            git("commit", "--quiet", "--message", "a step")
        return git("log", "--reverse", "--format=%H").split()

    def tool_of(self, *commits):
        """The tool in a build of another source: this repository."""
        hashes = self.repository(*commits)
        source = os.path.join(self.folder, "source")
        folder = os.path.join(source, "build", "bin")
        os.makedirs(folder)
        shutil.copy(RESULTS, folder)
        with open(os.path.join(source, "build", "CMakeCache.txt"), "w", encoding="utf-8") as cache:
            cache.write(f"CMAKE_HOME_DIRECTORY:INTERNAL={source}\nRINGLAB_TESTS:BOOL=ON\n"
                        "CMAKE_BUILD_TYPE:STRING=Release\nRINGLAB_SANITIZE:STRING=\n")
        return os.path.join(folder, "results"), hashes

    def test_a_base_that_does_not_build(self):
        project = "cmake_minimum_required(VERSION 3.20)\nproject(x LANGUAGES NONE)\n"
        broken = project + "".join(
            f"add_custom_target({name} COMMAND cmake -E echo no such header && false)\n"
            for name in ("exact_bench", "hot_bench"))
        tool, hashes = self.tool_of({"CMakeLists.txt": project}, {"CMakeLists.txt": broken},
                                    {"CMakeLists.txt": "project("})
        for base, code, said in ((hashes[1], USAGE, "it does not build"),
                                 (hashes[2], USAGE, "--base"),
                                 (hashes[0], INCONCLUSIVE, "no such benchmark in it")):
            with self.subTest(said):
                done = run(tool, "ab", "--base", base)
                self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
                self.assertIn(said, done.stderr)
                self.assertIn(base[:12], done.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "source/build/ab/base")))

    def test_a_baseline_that_is_missing_or_changed(self):
        tool, _ = self.tool_of({"results/baselines/CHANGES.md": "# Changes\n"})
        done = run(tool, "baseline", "check")
        self.assertEqual((done.returncode, done.stdout), (BASELINE, ""), done.stderr)
        self.assertIn("there is no baseline", done.stderr)
        self.assertIn("results baseline update", done.stderr)
        folder = os.path.join(self.folder, "source", "results", "baselines")
        with open(os.path.join(folder, "micro.json"), "w", encoding="utf-8") as out:
            json.dump(bench(metric("hash", 20_000), metric("hash_more", 1)), out)
        done = run(tool, "baseline", "check")
        self.assertEqual(done.returncode, BASELINE, done.stderr)
        self.assertIn("CHANGES.md has no entry for it", done.stderr)
        done = run(tool, "baseline", "accept", "hasch", "--reason", "it has to be")
        self.assertEqual((done.returncode, done.stdout), (USAGE, ""), done.stderr)
        self.assertIn('"hasch" is no metric; expected hash, hash_more', done.stderr)
        with open(os.path.join(folder, "CHANGES.md"), encoding="utf-8") as changes:
            self.assertEqual(changes.read(), "# Changes\n")
        self.assertEqual(run(tool, "baseline", "accept", "hash", "--reason", "x").returncode, OK)
        with open(os.path.join(folder, "CHANGES.md"), encoding="utf-8") as changes:
            self.assertIn("- `hash`\n", changes.read())

    def test_command_lines_that_are_none(self):
        commands = "show, report, validate, merge, compare, ab, baseline, history"
        pair = (self.file("a.json", bench(metric("hash", 1))),) * 2
        for arguments, said in (
                (("foo",), f'"foo": expected one of {commands}'),
                ((), f"expected one of {commands}"),
                (("baseline",), "baseline: expected one of update, accept, check"),
                (("baseline", "foo"), '"foo": expected one of update, accept, check'),
                (("history", "foo"), '"foo": expected one of append, show'),
                (("baseline", "check", "--suite", "x"), "--suite"),
                (("baseline", "check", "cache_hit"), "cache_hit"),
                (("compare", *pair, "--seed", "nan"), '--seed: "nan": expected'),
                (("compare", *pair, "--seed", "-1"), '--seed: "-1": expected'),
                (("compare", *pair, "--seed", "1.5"), '--seed: "1.5": expected'),
                (("compare", *pair, "--seed", ""), "--seed"),
                (("compare", *pair, "--seed", "99999999999999999999"), "--seed"),
                (("compare", *pair, "--nonsense"), "--nonsense"),
                (("compare", pair[0]), "HEAD is required"),
                (("compare", *pair, "--only", "x"), 'called like "x"'),
                (("validate",), "FILE is required")):
            with self.subTest(arguments):
                done = run(RESULTS, *arguments)
                self.assertEqual((done.returncode, done.stdout), (USAGE, ""), done.stderr)
                self.assertIn(said, done.stderr)

    def test_help_fits_100_columns(self):
        for command in ((), ("show",), ("report",), ("validate",), ("compare",), ("ab",),
                        ("baseline",), ("baseline", "update"), ("baseline", "accept"),
                        ("baseline", "check"), ("history",), ("history", "append"),
                        ("history", "show")):
            done = run(RESULTS, *command, "--help")
            self.assertEqual(done.returncode, OK, done.stderr)
            for line in done.stdout.splitlines():
                self.assertLessEqual(len(line), 100, line)

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
    def test_the_fingerprint_names_the_compiler(self):
        here = subprocess.run(["./exact_bench"], cwd=BIN, capture_output=True, check=True).stdout
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        with open(os.path.join(root, "results", "baselines", "micro.json"), "rb") as stored:
            for text in (here, stored.read()):
                self.assertRegex(json.loads(text)["fingerprint"]["compiler"],
                                 r"^(GNU|Clang) .*\b\d+\.\d+\.\d+")

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
