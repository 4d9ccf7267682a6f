"""A cluster that runs already, and what happens to it under load."""

import os
import signal
import threading
import time

import tools


class Targets(tools.ClusterTest):
    def drive(self, *arguments):
        return tools.loadgen_json("--targets", tools.targets(self.nodes), *arguments)

    def test_another_ring_makes_the_run_invalid(self):
        code, result = self.drive("--duration", "1s", "--warmup", "0", "--qps", "200",
                                  "--replicas", "50")
        self.assertEqual((code, result["verdict"]), (4, "INVALID"))
        self.assertTrue(any("another ring" in reason for reason in result["reasons"]))

    def test_a_stall_shows_and_nothing_is_lost(self):
        """Coordinated omission: a node that stands still for a second is charged to the run."""
        def stall():
            time.sleep(3)
            os.kill(self.nodes[1].process.pid, signal.SIGSTOP)
            time.sleep(1)
            os.kill(self.nodes[1].process.pid, signal.SIGCONT)

        stalling = threading.Thread(target=stall)
        stalling.start()
        _, result = self.drive("--qps", "2000", "--warmup", "1s", "--duration", "10s", "--timeout",
                               "5s")
        stalling.join()
        tools.check_accounting(self, result)
        totals = result["totals"]
        self.assertEqual(totals["skipped"], 0)
        self.assertGreater(totals["scheduled"], 19_000)
        self.assertGreaterEqual(result["latency_ns"]["response"]["p99"], 400_000_000)
        self.assertGreaterEqual(result["latency_ns"]["response"]["max"], 900_000_000)

    def test_a_node_that_dies(self):
        def die():
            time.sleep(2)
            self.nodes[2].process.kill()

        dying = threading.Thread(target=die)
        dying.start()
        code, result = self.drive("--qps", "1000", "--warmup", "500ms", "--duration", "4s")
        dying.join()
        tools.check_accounting(self, result)
        # A third of the requests go straight to the dead node; the others' owners fall back.
        self.assertEqual((code, result["verdict"]), (4, "INVALID"))
        self.assertGreater(result["totals"]["errors"], 0)
        self.assertGreater(result["totals"]["ok"], result["totals"]["errors"])
        self.assertNotIn("cache", result)  # a sum without one node would mislead


if __name__ == "__main__":
    tools.main()
