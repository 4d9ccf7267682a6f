"""However loadgen ends, its nodes end with it, and what was measured is told."""

import json
import os
import signal
import subprocess
import unittest

import tools


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as listed:
        return [int(child) for child in listed.read().split()]


def runs(pid):
    """Whether a process is there and not just waiting to be reaped."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class EndOfRun(unittest.TestCase):
    def start(self, *arguments):
        process = subprocess.Popen(
            [tools.tool("loadgen"), "--nodes", "3", "--qps", "500", "--warmup", "500ms",
             "--duration", "60s", "--json", "-", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        tools.eventually(self, "three nodes start", lambda: len(children_of(process.pid)) == 3)
        return process, children_of(process.pid)

    def await_measuring(self, process):
        for line in process.stderr:
            if line.startswith("measuring"):
                return
        self.fail("loadgen never measured")

    def gone(self, nodes):
        tools.eventually(self, "the nodes end", lambda: not any(runs(node) for node in nodes))

    def test_interrupt_still_reports(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                process, nodes = self.start()
                self.await_measuring(process)
                process.send_signal(number)
                out, _ = process.communicate(timeout=tools.PATIENCE)
                result = json.loads(out)
                self.assertTrue(result["interrupted"])
                self.assertLess(result["totals"]["elapsed_s"], 60)
                totals = result["totals"]
                self.assertEqual(totals["scheduled"], totals["sent"] + totals["skipped"])
                self.gone(nodes)

    def test_a_killed_loadgen_takes_its_nodes_along(self):
        process, nodes = self.start()
        process.kill()
        self.gone(nodes)

    def test_even_a_stopped_node(self):
        process, nodes = self.start()
        os.kill(nodes[1], signal.SIGSTOP)
        process.kill()
        self.gone(nodes)

    def test_a_node_that_is_killed_is_named(self):
        process, nodes = self.start()
        self.await_measuring(process)
        os.kill(nodes[0], signal.SIGKILL)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=tools.PATIENCE)
        reasons = json.loads(out)["reasons"]
        self.assertTrue(any("n0" in reason for reason in reasons), reasons)
        self.gone(nodes)


if __name__ == "__main__":
    tools.main()
