"""Bad input: exit code 2, and a message that names the flag, the value and what is accepted."""

import os
import socket
import tempfile
import unittest

import tools


class BadInput(unittest.TestCase):
    def refused(self, name, arguments, *words):
        done = tools.run(name, *arguments)
        self.assertEqual(done.returncode, 2, (arguments, done.stdout, done.stderr))
        for word in words:
            self.assertIn(word, done.stderr, arguments)
        self.assertEqual(done.stdout, "", arguments)

    def test_loadgen_flags(self):
        for arguments, words in [
                (["--unknown"], ["--unknown"]),
                (["--qps", "0"], ["--qps", '"0"', "above 0"]),
                (["--qps", "nan"], ["--qps", "nan"]),
                (["--qps", "-5"], ["--qps", "-5"]),
                (["--qps", "1e999"], ["--qps"]),
                (["--duration", "-1s"], ["--duration", "-1s", "30s"]),
                (["--duration", "10"], ["--duration", '"10"']),
                (["--nodes", "0"], ["--nodes", '"0"', "1 to"]),
                (["--keys", "0"], ["--keys", '"0"']),
                (["--zipf", "x"], ["--zipf", '"x"', "0.99"]),
                (["--threshold", "rubbish"], ["--threshold", "rubbish", "p99<5ms"]),
                (["--arrivals", "sometimes"], ["--arrivals", "poisson"]),
                (["--route", "x"], ["--route", "owner"]),
                (["--group", ""], ["--group"]),
                (["--group-bytes", "1"], ["--group-bytes", '"1"']),
                (["--group-bytes", "-64MiB"], ["--group-bytes", "-64MiB"]),
                (["--source", "synthetic:size=-1"], ["--source", "-1"]),
                (["--source", "oracle:x"], ["--source", "synthetic:"]),
                (["--ring", "square"], ["--ring", "square", "xx64"]),
                (["--targets", "a=h:1,a=h:2"], ["--targets", '"a"', "twice"]),
                (["--targets", ""], ["--targets"]),
                (["--targets", "nowhere"], ["--targets", "nowhere", "HOST:PORT"]),
                (["--targets", "127.0.0.1:1", "--in-process"], ["--targets", "--in-process"]),
                (["--cachenode", "/does/not/exist"], ["/does/not/exist"]),
                (["--json", "/does/not/exist.json"], ["--json", "/does/not/exist.json"]),
        ]:
            with self.subTest(arguments):
                self.refused("loadgen", arguments, *words)

    def test_cachenode_flags(self):
        for arguments, words in [
                (["--unknown"], ["--unknown"]),
                (["--replicas", "0"], ["--replicas", '"0"', "1 to"]),
                (["--groups", "a:-1"], ["--groups", "a:-1"]),
                (["--groups", "a:10"], ["--groups", "a:10", "256 B"]),
                (["--groups", "a:1MiB,a:1MiB"], ["--groups", '"a"', "twice"]),
                (["--listen", "nowhere"], ["--listen", "nowhere", "HOST:PORT"]),
                (["--peers", "127.0.0.1:1"], ["--peers", "not among"]),
                (["--peers", "a=127.0.0.1:1,a=127.0.0.1:2"], ["--peers", '"a"', "twice"]),
                (["--log-level", "loud"], ["--log-level", "loud", "debug"]),
        ]:
            with self.subTest(arguments):
                self.refused("cachenode", arguments, *words)

    def test_unreachable_targets(self):
        self.refused("loadgen", ["--targets", "n0=127.0.0.1:1", "--duration", "1s"],
                     "n0", "127.0.0.1:1", "does not answer")

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.refused("cachenode", ["--listen", address], "--listen", address)

    def test_config_with_an_unknown_key(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
            config.write("qsp = 5\n")
            config.flush()
            self.refused("loadgen", ["--config", config.name], "qsp")

    def test_config_is_read(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
            config.write('qps = "nan"\n')
            config.flush()
            self.refused("loadgen", ["--config", config.name], "--qps", "nan")

    def test_unknown_group_of_running_targets(self):
        node = tools.Node("n0")
        self.addCleanup(node.stop)
        node.join([node])
        node.serving()
        self.refused("loadgen", ["--targets", tools.targets([node]), "--group", "nope"],
                     "--group", "nope", "default")

    def test_help_and_version(self):
        for name in ("cachenode", "loadgen"):
            self.assertIn("Exit codes", tools.run(name, "--help").stdout)
            self.assertRegex(tools.run(name, "--version").stdout, name + r" \d+\.\d+\.\d+")

    def test_what_is_not_built_says_so(self):
        for name in ("sim", "results"):
            self.assertTrue(os.path.exists(tools.tool(name)))
            self.refused(name, [], "not built yet")


if __name__ == "__main__":
    tools.main()
