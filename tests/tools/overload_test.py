"""More load than three nodes can serve: what is served stays, nothing is lost, all of it ends."""
import unittest

from support import ToolTest


class Overload(ToolTest):
    def flood(self, qps, *nodes):
        """Sent for two seconds, whatever comes of it."""
        result, code, _ = self.loadgen(
            *nodes, "--qps", str(int(qps)), "--duration", "2s", "--warmup", "1s",
            "--timeout", "500ms", "--accept-failures", "100%")
        self.assertIn(code, (0, 4))
        self.assert_adds_up(result)
        return result

    def goodput(self, result):
        """Answered within the timeout, a second."""
        return result["totals"]["ok"] / result["totals"]["elapsed_s"]

    def test_three_and_ten_times_what_is_served_is_served_all_the_same(self):
        served = self.goodput(self.flood(500_000, "--nodes", "3"))  # beyond what two cores can
        for times in (3, 10):
            flooded = self.flood(times * served, "--nodes", "3")
            self.tell_of_cpus_of_others(flooded)
            # Half of it: here loadgen, which makes the flood, has the same cores as the nodes.
            self.assertGreaterEqual(self.goodput(flooded), served / 2, f"{times} times")
            # Who gave up did so at its own deadline: no connection was lost for it, which would be
            # all that it had under way. A node may give up an owner that is silent for long.
            others = [each for each in flooded["failures"]
                      if each["code"] not in ("DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED")]
            self.assertEqual({each["code"] for each in others} - {"UNAVAILABLE"}, set())
            self.assertLessEqual(sum(each["requests"] for each in others),
                                 0.01 * flooded["totals"]["sent"])

    def test_the_same_nodes_serve_less_of_it_right_after(self):
        _, targets = self.start_nodes(3)
        served = self.goodput(self.flood(500_000, "--targets", targets))
        after = self.flood(served / 4, "--targets", targets)
        self.tell(after)  # here the nodes are among the other processes
        self.assertLessEqual(after["totals"]["timeouts"] + after["totals"]["errors"],
                             0.01 * after["totals"]["sent"])

    def tell_of_cpus_of_others(self, result):
        """Goes on unless other processes took the cores, and with them the nodes' share."""
        others = result["environment"].get("others_share", 0)
        if others > 0.15:
            self.not_told(f"other processes took {100 * others:.0f} % of the CPUs")


if __name__ == "__main__":
    unittest.main()
