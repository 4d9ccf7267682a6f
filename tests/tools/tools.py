"""What the tests of the binaries share: starting, asking and surely ending them."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import unittest

# A generous bound for anything that should just happen; no test asserts a speed.
PATIENCE = 60

_arguments = argparse.ArgumentParser()
_arguments.add_argument("--bin", default="build/release/bin")
BIN, REST = _arguments.parse_known_args()
BIN = BIN.bin


def tool(name):
    return os.path.join(BIN, name)


def run(name, *arguments, stdin=subprocess.DEVNULL, timeout=PATIENCE):
    """Runs a tool to its end. Never raises on its exit code."""
    return subprocess.run([tool(name), *arguments], stdin=stdin, capture_output=True, text=True,
                          timeout=timeout, check=False)


def loadgen_json(*arguments, timeout=PATIENCE):
    """The exit code and the JSON result of a run."""
    done = run("loadgen", *arguments, "--json", "-", timeout=timeout)
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise AssertionError(f"exit {done.returncode}, no JSON: {done.stderr}") from error


class Node:
    """A cachenode process on a port of the system's choice, waiting for its peers."""

    def __init__(self, name, *arguments):
        self.name = name
        self.process = subprocess.Popen(
            [tool("cachenode"), "--control", "--listen", "127.0.0.1:0", "--name", name,
             "--log-level", "error", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        word, told, self.address = self.process.stdout.readline().split()
        assert (word, told) == ("listening", name), (word, told)

    def join(self, nodes):
        self.process.stdin.write("peers " + targets(nodes) + "\n")
        self.process.stdin.flush()

    def serving(self):
        assert self.process.stdout.readline().startswith("serving "), self.name

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def targets(nodes):
    return ",".join(f"{node.name}={node.address}" for node in nodes)


class ClusterTest(unittest.TestCase):
    """Three serving nodes for each test."""

    node_arguments = ()

    def setUp(self):
        self.nodes = []
        for i in range(3):
            self.nodes.append(Node(f"n{i}", *self.node_arguments))
            self.addCleanup(self.nodes[-1].stop)
        for node in self.nodes:
            node.join(self.nodes)
        for node in self.nodes:
            node.serving()


def check_accounting(test, result):
    """What must hold of any result, however the run went."""
    totals = result["totals"]
    test.assertEqual(totals["scheduled"], totals["sent"] + totals["skipped"])
    test.assertEqual(totals["sent"], totals["ok"] + totals["not_found"] + totals["errors"]
                     + totals["timeouts"])
    test.assertEqual(totals["wrong_values"], 0)
    test.assertEqual(result["latency_ns"]["response"]["count"], totals["sent"])
    for share in ("arc_share", "expected_share", "measured_share"):
        shares = [node[share] for node in result["balance"]["nodes"]]
        test.assertAlmostEqual(sum(shares), 1, places=9, msg=share)
    test.assertEqual(sum(node["requests"] for node in result["balance"]["nodes"]), totals["sent"])


def invalid_only_for_noise(test, code, result):
    """On a busy machine loadgen may be late, and must then say so; nothing else may be wrong."""
    if code == 0:
        test.assertEqual(result["verdict"], "VALID")
        return
    test.assertEqual((code, result["verdict"]), (4, "INVALID"), result["reasons"])
    for reason in result["reasons"]:
        test.assertRegex(reason, "send lag|fell behind|used .* core")


def eventually(test, what, condition):
    """Waits for a condition; fails naming it after PATIENCE."""
    give_up = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > give_up:
            test.fail(what)
        time.sleep(0.05)


def main():
    unittest.main(argv=[sys.argv[0], *REST], verbosity=2)
