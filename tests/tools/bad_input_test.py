"""What the tools say to what they cannot do: exit code 2, the flag, the value, what is accepted."""
import json
import os
import re
import socket
import tempfile
import unittest

from support import BIN, CACHENODE, LOADGEN, RESULTS, SIM, ToolTest, run


class BadInput(ToolTest):
    def test_flags_of_loadgen(self):
        for arguments, *said in (
                (("--bogus",), "--bogus"),
                (("stray",), "stray"),
                (("--nodes",), "--nodes"),
                (("--qps", "1", "--qps", "2"), "--qps"),
                (("--qps", "0"), '--qps: "0": expected', "above 0"),
                (("--qps", "nan"), '--qps: "nan": expected', "above 0"),
                (("--qps", "inf"), '--qps: "inf": expected'),
                (("--qps", "-5"), '--qps: "-5": expected', "above 0"),
                (("--qps=-5",), '--qps: "-5": expected', "above 0"),
                (("--qps", "2e9"), '--qps: "2e9": expected', "1e9"),
                (("--duration", "-1s"), '--duration: "-1s": expected', "duration"),
                (("--duration", "0"), '--duration: "0": expected', "duration"),
                (("--duration", "30"), '--duration: "30": expected', "such as 30s"),
                (("--duration", "2000000h"), '--duration: "2000000h": expected', "1000h"),
                (("--warmup", "2000000h"), '--warmup: "2000000h": expected', "1000h"),
                (("--nodes", "0"), '--nodes: "0": expected', "from 1 to 1000"),
                (("--nodes", "-1"), '--nodes: "-1": expected', "from 1 to 1000"),
                (("--nodes", "1001"), '--nodes: "1001": expected'),
                (("--zipf", "x"), '--zipf: "x": expected', "from 0"),
                (("--zipf", "-0.1"), '--zipf: "-0.1": expected', "from 0"),
                (("--keys", "0"), '--keys: "0": expected', "from 1"),
                (("--keys", "1.5"), '--keys: "1.5": expected', "whole number"),
                (("--seed", "-1"), '--seed: "-1": expected', "whole number"),
                (("--threshold", "rubbish"), '--threshold: "rubbish": expected', "p99<5ms"),
                (("--threshold", "p99<-5ms"), '--threshold: "p99<-5ms": expected'),
                (("--search", "p99<5"), '--search: "p99<5": expected a unit: 5 what?'),
                (("--search", "p99<5ms", "--search", "rubbish"), '--search: "rubbish": expected'),
                (("--search", "goodput_qps>9000"), '--search: "goodput_qps>9000": expected',
                 "harder to keep"),
                (("--search", "stale_reads<=0"), '--search: "stale_reads<=0": expected sets'),
                (("--search", "p99<5ms", "--search-range", "1k"), '--search-range: "1k": expected',
                 "LOW..HIGH", "1k..200k"),
                (("--search", "p99<5ms", "--search-range", "2k..1k"),
                 '--search-range: "2k..1k": expected the lower rate first'),
                (("--search", "p99<5ms", "--search-range", "1k..1k"), "the lower rate first"),
                (("--search", "p99<5ms", "--search-range", "1..1k"), '--search-range: "1..1000"',
                 "to tell", "expected a lowest rate of 10 or more"),
                (("--search", "p99<5ms", "--search-probe", "0"), '--search-probe: "0": expected'),
                (("--search", "p99<5ms", "--qps", "100"), "--qps and --search: ",
                 "--search-range"),
                (("--search", "p99<5ms", "--duration", "1s"), "--duration and --search: ",
                 "--search-probe"),
                (("--search", "p99<5ms", "--profile", "ramp:1..2@3s"), "--profile and --search: "),
                (("--search", "p99<5ms", "--requests", "9"), "--requests and --search: "),
                (("--search", "phase1.p99<5ms"), '--search: "phase1.p99<5ms": expected'),
                (("--search", "p99<5ms", "--scan", "5%"), "--scan and --search: "),
                (("--search-range", "1k..2k"), "--search-range: expected --search with it"),
                (("--search-confirm", "1s"), "--search-confirm: expected --search with it"),
                (("--arrivals", "bursty"), '--arrivals: "bursty": expected', "poisson"),
                (("--route", "best"), '--route: "best": expected', "owner"),
                (("--ring", "sha1"), '--ring: "sha1": expected', "xx64"),
                (("--replicas", "0"), '--replicas: "0": expected', "from 1"),
                (("--group", ""), '--group: "": expected'),
                (("--group", "a,b"), '--group: "a,b": expected'),
                (("--group-bytes", "-1"), '--group-bytes: "-1": expected', "64KiB"),
                (("--group-bytes", "10"), '--group-bytes: "10": expected', "256 B"),
                (("--source", "redis"), '--source: "redis": expected', "synthetic:"),
                (("--source", "mysql"), '--source: "mysql": expected', "mysql://"),
                (("--source", "synthetic:speed=1"), "--source: ", "speed"),
                (("--source", "synthetic:error=2"), "--source: error=", "from 0 to 1"),
                (("--mix", "put=1"), '--mix: "put=1": expected', "get=90,set=9,remove=1"),
                (("--mix", "get=-1"), '--mix: "get=-1": expected', "from 0 up"),
                (("--mix", "get=nan"), '--mix: "get=nan": expected'),
                (("--mix", "get=0,set=0"), '--mix: "get=0,set=0": expected', "not all of them 0"),
                (("--mix", "get=1,get=2"), '--mix: "get=1,get=2": expected', "comes twice"),
                (("--mix", "set=1", "--source", "synthetic:size=4"), "--mix", "8 bytes or more"),
                (("--mix", "set=1", "--qps", "1e6", "--duration", "10h"), "--mix", "--qps"),
                (("--batch", "0"), '--batch: "0": expected', "from 1 to 10000"),
                (("--batch", "10001"), '--batch: "10001": expected', "from 1 to 10000"),
                (("--scan", "5%", "--mix", "set=1"), "--scan: expected gets in --mix"),
                (("--batch", "2", "--mix", "set=1"), '--batch: "2": expected gets in --mix'),
                (("--ttl", "-1s"), '--ttl: "-1s": expected', "duration"),
                (("--ttl", "1s"), "--ttl: expected sets in --mix"),
                (("--not-found", "2"), '--not-found: "2": expected', "from 0 to 1"),
                (("--not-found", "1%", "--targets", "h:1"), "--not-found and --targets"),
                (("--not-found", "1%", "--source", "synthetic:not-found=2%"), "--not-found"),
                (("--threshold", "stale_reads<1ms"), '--threshold: "stale_reads<1ms": expected'),
                (("--threshold", "p99<5"), '--threshold: "p99<5": expected a unit: 5 what?'),
                (("--threshold", "p95th<5ms"), "a figure that there is", "gets_peak_to_mean"),
                (("--threshold", "stale_reads<=0"), '"stale_reads<=0": expected sets or removes'),
                (("--threshold", "staleness.max<1s", "--mix", "set=1", "--no-verify"),
                 "so no --no-verify"),
                (("--max-in-flight", "3", "--workers", "4"), '--max-in-flight: "3": expected',
                 "4 --workers"),
                (("--targets", "h:1", "--nodes", "3"), "--nodes and --targets: expected one"),
                (("--targets", "h:1", "--group-bytes", "1MB"), "--group-bytes and --targets"),
                (("--targets", "h:1", "--cachenode", "x"), "--cachenode and --targets"),
                (("--etcd", "h:1", "--nodes", "3"), "--nodes and --etcd: expected one"),
                (("--in-process", "--cachenode", "x"), "--cachenode and --in-process"),
                (("--service", "x"), "--service: expected --etcd with it"),
                (("--node-flags", "policy"), '--node-flags: "policy": expected', "--policy sieve"),
                (("--node-flags", "--ttl 1s --seed=5"), '--node-flags: "--seed": expected',
                 "own --seed"),
                (("--node-flags", "--groups a:1MB"), "own --group and --group-bytes"),
                (("--node-flags", "--listen :1"), '--node-flags: "--listen": loadgen chooses'),
                (("--workers", "0"), '--workers: "0": expected'),
                (("--targets", ""), '--targets: "": expected', "HOST:PORT"),
                (("--targets", "nohost"), '--targets: "nohost": expected', "HOST:PORT"),
                (("--targets", "a=h:1,a=h:2"), "--targets", '"a" comes twice'),
                (("--targets", "h:99999"), '--targets: "h:99999": expected', "65535"),
                (("--targets", "127.0.0.1:0"), '--targets: "127.0.0.1:0": expected'),
                (("--targets", "h:1", "--in-process"), "--targets and --in-process"),
                (("--cachenode", "/nonexistent"), '"/nonexistent"', "No such file"),
                (("--cachenode", "/bin/false"), "n0", "ended with exit code 1"),
                (("--json", "/dev/shm/x", "--hgrm", "/dev/shm/./x"), "--json and --hgrm: ",
                 "a file for each"),
                (("--json", "/nonexistent/x"), '--json: "/nonexistent/x"', "written"),
                (("--config", "/nonexistent.toml"), "--config", "/nonexistent.toml")):
            with self.subTest(arguments):
                self.assert_refused(LOADGEN, arguments, *said)

    def test_nodes_that_refuse_their_flags_say_so_once(self):
        for flags, said in (("--bogus 5", "--bogus"), ("--policy nope", '"nope"')):
            done = self.assert_refused(LOADGEN, ("--nodes", "5", "--node-flags", flags), said,
                                       f'loadgen: --node-flags: "{flags}": start node n0: ',
                                       "exit code 2")
            self.assertEqual(done.stderr.count("cachenode: "), 1, done.stderr)

    def test_no_flag_takes_an_empty_value(self):
        """It would be as if the flag had not been there. Whatever --help lists is tried."""
        file = __file__
        commands = {(CACHENODE,): (), (LOADGEN,): (), (SIM,): (), (RESULTS, "report"): (file,),
                    (RESULTS, "compare"): (file, file), (RESULTS, "merge"): (file, file),
                    (RESULTS, "baseline", "check"): (),
                    (RESULTS, "history", "append"): (file, "--to", "/nonexistent/history"),
                    (RESULTS, "history", "show"): (file,)}
        for command, rest in commands.items():
            listed = run(*command, "--help").stdout
            flags = re.findall(r"^  (?:-\w,)?(--[a-z0-9-]+) [A-Z]", listed, re.MULTILINE)
            self.assertTrue(flags, command)
            for flag in flags:
                done = run(*command, flag, "", *rest)
                self.assertEqual(done.returncode, 2, (command, flag, done.stderr))
                self.assertIn(flag, done.stderr, command)
                self.assertEqual(done.stdout, "", (command, flag))  # before any work

    def test_flags_of_cachenode(self):
        for arguments, *said in (
                (("--bogus",), "--bogus"),
                (("--groups", "a:-1"), '--groups: "a:-1": expected', "256 B"),
                (("--groups", "a"), '--groups: "a": expected', "NAME:BYTES"),
                (("--groups", "a:100"), '--groups: "a:100": expected', "256 B"),
                (("--groups", "a:1MB,a:2MB"), "--groups", '"a" comes twice'),
                (("--groups", ""), '--groups: "": expected', "NAME:BYTES"),
                (("--replicas", "0"), '--replicas: "0": expected', "from 1"),
                (("--replicas", "1e3"), '--replicas: "1e3": expected'),
                (("--name", "a b"), '--name: "a b": expected', "without spaces"),
                (("--name", ""), '--name: "": expected'),
                (("--listen", "127.0.0.1"), '--listen: "127.0.0.1": expected', "HOST:PORT"),
                (("--listen", "127.0.0.1:65536"), '--listen: "127.0.0.1:65536": expected'),
                (("--listen", "192.0.2.1:0"), '--listen: listen on "192.0.2.1:0"', "expected"),
                (("--listen", "no.invalid:0"), '--listen: listen on "no.invalid:0"', "expected"),
                (("--peers", "x"), '--peers: "x": expected', "HOST:PORT"),
                (("--peers", "127.0.0.1:9,127.0.0.1:9"), "--peers", "comes twice"),
                (("--listen", "127.0.0.1:0", "--name", "n7", "--peers", "n0=127.0.0.1:9"),
                 '--peers: "n7", this node, is not among them (n0)', "expected"),
                (("--control", "--listen", "127.0.0.1:0", "--peers", "127.0.0.1:9"), "--peers: "),
                (("--source", "synthetic:size=9-1"), '--source: size="9-1"', "LOW <= HIGH"),
                (("--load-timeout", "soon"), '--load-timeout: "soon": expected'),
                (("--grace", "-1s"), '--grace: "-1s": expected'),
                (("--log-level", "loud"), '--log-level: "loud": expected', "debug")):
            with self.subTest(arguments):
                self.assert_refused(CACHENODE, arguments, *said)

    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assert_refused(CACHENODE, ("--listen", address), "--listen", address,
                                "Address already in use", "expected")

    def test_targets_that_cannot_be_driven(self):
        with socket.socket() as closed:  # bound and not listening: nobody else gets it meanwhile
            closed.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{closed.getsockname()[1]}"
            self.assert_refused(LOADGEN, ("--targets", f"lost={address}"), "node lost", address,
                                "does not answer")
        _, targets = self.start_nodes(2, "--groups", "scores:1MiB,users:1MiB")
        self.assert_refused(LOADGEN, ("--targets", targets), '--group: "default"', "node n0",
                            "it has: scores, users")

    def test_targets_under_the_names_of_others(self):
        (first, second), targets = self.start_nodes(2)
        swapped = f"n0={second.address},n1={first.address}"
        self.assert_refused(LOADGEN, ("--targets", swapped), f'--targets: "n0={second.address}"',
                            'calls itself "n1"', f"expected n1={second.address}")
        self.assert_refused(LOADGEN, ("--targets", first.address),
                            f'--targets: "{first.address}"', f"expected n0={first.address}")
        self.assertIn(run(LOADGEN, "--targets", targets, "--qps", "100", "--duration", "300ms",
                          "--warmup", "0").returncode, (0, 4))

    def test_config_files(self):
        for text, *said in (("qqs = 5\n", '"qqs" is no flag'),
                            ("qps = 0\n", '--qps: "0": expected'),
                            ("[section]\nqps = 5\n", "section")):
            with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
                file.write(text)
                file.flush()
                for program in (LOADGEN, CACHENODE) if "qqs" in text else (LOADGEN,):
                    with self.subTest(text):
                        self.assert_refused(program, ("--config", file.name), *said)

    def test_a_run_that_cannot_begin_says_so_in_its_json(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "result.json")
            with open(file, "w", encoding="ascii") as old:
                old.write('{"verdict": "VALID"}')  # of an earlier run
            log = os.path.join(folder, "result.hlog")
            with open(log, "w", encoding="ascii") as old:
                old.write("#[of an earlier run]\n")
            self.assert_refused(LOADGEN, ("--json", file, "--hlog", log, "--cachenode",
                                          "/nonexistent"), "start")
            self.assertEqual(os.path.getsize(log), 0)
            with open(file, encoding="utf-8") as text:
                result = json.load(text)
            self.assertEqual((result["tool"], result["verdict"]), ("loadgen", "INVALID"))
            self.assertIn("/nonexistent", result["reasons"][0])

    def test_a_misspelt_flag_shows_no_password(self):
        for arguments in (("--sourc=mysql://u:hunter2@h/d",), ("mysql://u:hunter2@h/d",)):
            done = run(CACHENODE, *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn("expected", done.stderr)
            self.assertNotIn("hunter2", done.stderr + done.stdout)

    def test_files_that_are_no_results(self):
        results = os.path.join(BIN, "results")
        self.assert_refused(results, (), "expected one of show, report")
        self.assert_refused(results, ("validate", "/nonexistent"), "/nonexistent", "cannot be read")
        for text, complaint in (("{", "no JSON"), ("[]", "no result of ours"),
                                ('{"schema_version":2,"tool":"sim"}', "reads up to 1"),
                                ('{"schema_version":1,"tool":"wrk"}', "tool: expected")):
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                file.write(text)
                file.flush()
                self.assert_refused(results, ("validate", file.name), file.name, complaint)

    def test_help_and_version(self):
        for program in (LOADGEN, CACHENODE, os.path.join(BIN, "sim")):
            shown = run(program, "--help")
            self.assertEqual((shown.returncode, shown.stderr), (0, ""))
            self.assertIn("--seed", shown.stdout)
            if program != CACHENODE:
                self.assertLessEqual(max(map(len, shown.stdout.splitlines())), 100, program)
            self.assertIn("Exit codes", shown.stdout)
            version = run(program, "--version")
            self.assertEqual((version.returncode, version.stderr), (0, ""))
            self.assertIn(os.path.basename(program), version.stdout)


if __name__ == "__main__":
    unittest.main()
