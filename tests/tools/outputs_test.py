"""What the tools write: whole or not at all, each file for itself, never over what they read."""
import fcntl
import json
import os
import resource
import signal
import subprocess
import tempfile
import time
import unittest

from support import CACHENODE, LOADGEN, PATIENCE_S, RESULTS, SIM, ToolTest, run

SMALL = ("--in-process", "--nodes", "1", "--qps", "200", "--warmup", "0", "--keys", "100")
TALKING = (*SMALL, "--duration", "300ms")
BRIEF = (*TALKING, "--quiet")


class Outputs(ToolTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def text(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def put(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def make_result(self):
        done = run(LOADGEN, *BRIEF, "--json", self.path("run.json"))
        self.assertIn(done.returncode, (0, 4), done.stderr)
        return self.path("run.json")

    def test_each_file_is_written_whatever_became_of_the_others(self):
        done = run(LOADGEN, *BRIEF, "--json", "/dev/full", "--hlog", self.path("a"), "--html",
                   self.path("b"), "--hgrm", self.path("c"))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, 'loadgen: --json: "/dev/full": cannot be written: '
                                      "No space left on device\n")
        self.assertIn("#[Histogram log format", self.text("a"))
        self.assertIn("</html>", self.text("b"))
        self.assertIn("#[Buckets", self.text("c"))
        done = run(SIM, "--ring-only", "--nodes", "3", "--quiet", "--json", "/dev/full", "--html",
                   self.path("d"))
        self.assertEqual(done.returncode, 2)
        self.assertIn('sim: --json: "/dev/full": cannot be written: No space', done.stderr)
        self.assertIn("</html>", self.text("d"))
        done = run(RESULTS, "report", self.make_result(), "--format", "md", "--out", "/dev/full",
                   "--html", self.path("e"))
        self.assertEqual(done.returncode, 2)
        self.assertIn('--out: "/dev/full": cannot be written: No space', done.stderr)
        self.assertIn("</html>", self.text("e"))

    def test_stdout_that_cannot_be_written_is_a_failure(self):
        result = self.make_result()
        for command in ((LOADGEN, *TALKING), (LOADGEN, "--help"),
                        (SIM, "--ring-only", "--nodes", "3"), (SIM, "--version"),
                        (RESULTS, "show", result), (RESULTS, "validate", result),
                        (RESULTS, "report", result, "--format", "md"), (CACHENODE, "--help")):
            with open("/dev/full", "w", encoding="ascii") as full:
                done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=full,
                                      stderr=subprocess.PIPE, text=True, timeout=PATIENCE_S,
                                      check=False)
            self.assertEqual(done.returncode, 2, command)
            self.assertIn("stdout cannot be written", done.stderr, command)

    def test_closed_standard_files_are_not_taken_for_others(self):
        script = 'exec "$0" "$@" >&- 2>&- <&-'
        done = subprocess.run(["/bin/sh", "-c", script, LOADGEN, *TALKING, "--json",
                               self.path("run.json")], timeout=PATIENCE_S, check=False)
        self.assertEqual(done.returncode, 2)  # its text could not be written
        self.assertEqual(json.loads(self.text("run.json"))["tool"], "loadgen")

    def test_no_output_is_an_input_or_another_output_by_any_name(self):
        result = self.make_result()
        before = self.text("run.json")
        config = self.put("run.toml", 'qps = 100\n')
        os.symlink("run.json", self.path("link"))
        os.link(result, self.path("twin"))
        database = self.put("db.sqlite", "")
        for command in (
                (RESULTS, "report", result, "--html", result),
                (RESULTS, "report", result, "--html", self.path("link")),
                (RESULTS, "report", self.path("twin"), "--format", "md", "--out", result),
                (RESULTS, "report", result, "--html", self.path("x"), "--baseline", self.path("x")),
                (RESULTS, "compare", result, result, "--json", self.path("twin")),
                (RESULTS, "history", "append", result, "--to", self.path("link")),
                (LOADGEN, *BRIEF, "--config", config, "--json", config),
                (LOADGEN, *BRIEF, "--source", f"sqlite:{database}?table=T", "--html", database),
                (LOADGEN, *BRIEF, "--json", self.path("link"), "--html", result),
                (LOADGEN, *BRIEF, "--json", "-", "--html", "/dev/stdout"),
                (SIM, "--ring-only", "--config", config, "--json", config)):
            if "--baseline" in command:
                self.put("x", before)
            done = run(*command)
            self.assertEqual(done.returncode, 2, command)
            self.assertIn("expected", done.stderr, command)
        self.assertEqual(self.text("run.json"), before)
        self.assertEqual(self.text("run.toml"), "qps = 100\n")
        self.assertEqual(self.text("x"), before)
        with open(result, encoding="utf-8") as stdin:  # the same as FILE, over stdin
            done = subprocess.run([RESULTS, "report", "-", "--html", result], stdin=stdin,
                                  capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.text("run.json"), before)
        self.assertEqual(sorted(name for name in os.listdir(self.folder) if name[0] == "."), [])

    def test_json_to_stdout_by_another_name_is_alone_there(self):
        done = run(LOADGEN, *TALKING, "--json", "/dev/stdout")
        self.assertEqual(json.loads(done.stdout)["tool"], "loadgen")
        self.assertIn("verdict", done.stderr)

    def test_a_killed_run_leaves_the_old_result(self):
        old = self.put("run.json", "what was there")
        process = self.start(LOADGEN, *SMALL, "--duration", "1h", "--json", old)
        process.await_text(" sent ")
        process.signal(signal.SIGKILL)
        process.wait()
        self.assertEqual(self.text("run.json"), "what was there")

    def test_a_pipe_is_written_when_it_has_a_reader_and_refused_when_not(self):
        pipe = self.path("pipe")
        os.mkfifo(pipe)
        done = run(LOADGEN, *BRIEF, "--json", pipe)
        self.assertEqual(done.returncode, 2)
        self.assertIn("nobody reads from this pipe", done.stderr)
        reader = self.start("/bin/cat", pipe, is_server=False)
        time.sleep(0.2)
        done = run(LOADGEN, *BRIEF, "--json", pipe)
        self.assertIn(done.returncode, (0, 4), done.stderr)
        out, _ = reader.wait()
        self.assertEqual(json.loads(out)["tool"], "loadgen")

    def test_a_reader_that_does_not_read_holds_nobody_up(self):
        pipe = self.path("pipe")
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 4096)  # less than a page
        self.addCleanup(os.close, reader)
        process = self.start(LOADGEN, *SMALL, "--duration", "1h", "--html", pipe, "--json",
                             self.path("run.json"))
        process.await_text(" sent ")
        process.signal(signal.SIGINT)
        _, code = process.wait()
        self.assertEqual(code, 2)
        self.assertIn("nobody reads it", process.stderr())
        self.assertTrue(json.loads(self.text("run.json"))["interrupted"])

    def test_a_signal_while_a_table_is_filled_is_heard(self):
        database = self.path("db.sqlite")
        for number in (signal.SIGINT, signal.SIGHUP):
            process = self.start(LOADGEN, "--nodes", "1", "--source",
                                 f"sqlite:{database}?table=T&key=k&value=v", "--source-fill",
                                 "100000000", "--json", self.path("run.json"))
            process.await_text("filling the source")
            process.signal(number)
            _, code = process.wait()  # within the patience: not for a table of hours
            self.assertEqual(code, 3)
            result = json.loads(self.text("run.json"))
            self.assertEqual(result["verdict"], "INVALID")
            self.assertEqual(result["reasons"], ["interrupted before anything was measured"])

    def test_a_run_that_is_ended_at_once_leaves_older_results(self):
        for flag in ("--json", "--html", "--hlog", "--hgrm"):
            with open(self.path("old" + flag), "w", encoding="ascii") as old:
                old.write("an older result")
        outputs = [word for flag in ("--json", "--html", "--hlog", "--hgrm")
                   for word in (flag, self.path("old" + flag))]
        process = self.start(LOADGEN, "--nodes", "1", "--source",
                             f"sqlite:{self.path('d')}?table=T&key=k&value=v", "--source-fill",
                             "100000000", *outputs)
        process.await_text("filling the source")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait()[1], 3)
        for flag in ("--json", "--html", "--hlog", "--hgrm"):
            self.assertEqual(self.text("old" + flag), "an older result")

    def test_a_file_beyond_its_limit_is_a_failure_and_no_death(self):
        done = subprocess.run(["/bin/sh", "-c", 'ulimit -f 8; exec "$@"', "sh", LOADGEN, *TALKING,
                               "--json", self.path("j"), "--hgrm", self.path("h")],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE_S, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(f'--json: "{self.path("j")}"', done.stderr)
        self.assertIn("File too large", done.stderr)

    def test_a_run_that_would_use_up_the_descriptors_is_refused_with_the_figures(self):
        done = self.limited(1024, 1024, LOADGEN, "--nodes", "16", "--connections", "64", "--qps",
                            "100", "--duration", "1s", "--warmup", "0", "--json", self.path("j"))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("--nodes, --connections: 16 nodes x 64 connections each need about 11",
                      done.stderr)
        self.assertIn("may open 1024", done.stderr)
        self.assertIn("ulimit -Hn 11", done.stderr)
        self.assertEqual(json.loads(self.text("j"))["verdict"], "INVALID")

    def test_the_soft_limit_is_raised(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < 4096:
            self.skipTest(f"the hard limit is {hard}")
        done = self.limited(64, 4096, LOADGEN, "--nodes", "4", "--connections", "64", "--qps",
                            "100", "--duration", "500ms", "--warmup", "0", "--json",
                            self.path("run.json"))
        self.assertIn(done.returncode, (0, 4), done.stderr)
        result = json.loads(self.text("run.json"))
        self.assertEqual(result["totals"]["errors"], 0)

    def limited(self, soft, hard, *command):
        limit = f'ulimit -Sn {soft} && ulimit -Hn {hard} && exec "$0" "$@"'
        return run("/bin/sh", "-c", limit, *command)


if __name__ == "__main__":
    unittest.main()
