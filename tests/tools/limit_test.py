"""What a run could not have gone faster for, where a test has seen to it."""
import contextlib
import json
import os
import signal
import tempfile
import threading
import time
import unittest
import xml.etree.ElementTree

from support import LOADGEN, ToolTest

BOUND = ("--threshold", "p99<1us")  # which nothing holds: so that the run says why
RUN = ("--warmup", "500ms", "--duration", "4s", "--qps", "400")


class Limits(ToolTest):
    @contextlib.contextmanager
    def mostly_stopped(self, process, stopped_s=0.04, runs_s=0.01):
        """As if it got a fifth of a core."""
        over = threading.Event()

        def stop_and_go():
            while not over.is_set():
                process.popen.send_signal(signal.SIGSTOP)
                time.sleep(stopped_s)
                process.popen.send_signal(signal.SIGCONT)
                time.sleep(runs_s)
        thread = threading.Thread(target=stop_and_go)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def limit(self, *arguments):
        result, _, _ = self.loadgen(*RUN, *BOUND, *arguments)
        stages = result["stages"]
        self.assertAlmostEqual(sum(stages["share"].values()), 1, places=3)
        means = sum(stage.get("mean", 0) for stage in stages["stage_ns"].values())
        self.assertAlmostEqual(means / stages["response_ns"]["mean"], 1, delta=0.01)
        p99 = result["latency_ns"]["response"].get("p99")
        if p99 is not None and "slowest" in stages:
            self.assertEqual(stages["slowest"]["from_ns"], p99)
        if result["limit"]["what"] == "machine-cpu":
            self.tell_of_cpus("machine-cpu was the limit")
        return result

    def test_a_slow_source(self):
        result = self.limit("--nodes", "3", "--in-process", "--keys", "1000000", "--source",
                            "synthetic:size=100,latency=10ms")
        self.assertEqual(result["limit"]["what"], "source", result["limit"])
        self.assertGreater(result["stages"]["slowest"]["share"]["source"], 0.5)

    def test_a_node_that_gets_a_fifth_of_a_core(self):
        nodes, targets = self.start_nodes(3, "--source", "synthetic:size=100")
        with self.mostly_stopped(nodes[1]):
            result = self.limit("--targets", targets, "--keys", "1000")
        self.assertEqual(result["limit"]["what"], "node-cpu", result["limit"])
        self.assertEqual(result["limit"]["node"], "n1")
        self.assertIn("n1 is slow", result["limit"]["why"])

    def test_a_hot_key_of_a_slow_node(self):
        nodes, targets = self.start_nodes(3, "--source", "synthetic:size=100", "--hot", "off")
        hottest, _, _ = self.loadgen("--targets", targets, "--keys", "1000", "--zipf", "2",
                                     "--duration", "1s", "--warmup", "0s", "--qps", "100")
        owner = hottest["popularity"]["hottest"][0]["owner"]
        with self.mostly_stopped(nodes[int(owner[1:])]):
            result = self.limit("--targets", targets, "--keys", "1000", "--zipf", "2")
        self.assertEqual((result["limit"]["what"], result["limit"].get("node")),
                         ("node-cpu", owner), result["limit"])
        self.assertIn("a hot key", result["limit"]["why"])

    def test_loadgen_itself(self):
        _, targets = self.start_nodes(3, "--source", "synthetic:size=100")
        loadgen = self.start(LOADGEN, *RUN, *BOUND, "--targets", targets, "--keys", "1000",
                             "--json", "-", "--workers", "1")
        loadgen.await_text("measuring")
        with self.mostly_stopped(loadgen):
            time.sleep(3)
        out, code = loadgen.wait()
        result = json.loads(out)
        self.assertNotEqual(code, 0)
        if result["limit"]["what"] != "loadgen":
            self.tell_of_cpus(f"the limit was {result['limit']}")
        self.assertEqual(result["limit"]["what"], "loadgen", result["stages"]["slowest"])

    def test_a_flame_graph_of_the_nodes(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "nodes.svg")
            result, _, _ = self.loadgen("--nodes", "2", "--qps", str(self.rate(2000)), "--warmup",
                                        "200ms", "--duration", "2s", "--profile-cpu", file)
            self.assertEqual([text for text in result.get("warnings", []) if "perf" in text], [])
            graph = xml.etree.ElementTree.parse(file).getroot()
        names = [title.text.rpartition(": ")[0]
                 for title in graph.iter("{http://www.w3.org/2000/svg}title")]
        self.assertIn("n0", names)
        self.assertIn("n1", names)
        ours = [name for name in names if "Connection::" in name or "EventLoop::" in name]
        self.assertTrue(ours, names[:50])

    def test_requests_under_way_agree_with_littles_law(self):
        result, code, _ = self.loadgen("--in-process", "--nodes", "2", "--keys", "1000000",
                                       "--qps", str(self.rate(1000)), "--duration", "5s",
                                       "--warmup", "500ms", "--source",
                                       "synthetic:size=100,latency=20ms")
        self.assert_sound(result, code)
        law = result["littles_law"]
        # Some 5 seconds of arrivals know the mean to 2 %; tests/loadgen knows it better.
        self.assertAlmostEqual(law["seen"] / law["expected"], 1, delta=0.1)


if __name__ == "__main__":
    unittest.main()
