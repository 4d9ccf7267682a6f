"""sim --map as its users start it: a small map, its page and result, bad input, Ctrl-C."""
import json
import os
import signal
import tempfile
import unittest

from support import RESULTS, SIM, ToolTest, run

CLUSTER = "keys=300;ttl=6s;source=4x50ms;work=4ms;horizon=12s;hold=3s"
SMALL = f"load=0.2,0.9;shock=slow:10x@5s;defence=none,all;{CLUSTER}"


class Map(ToolTest):
    def map(self, spec, *arguments):
        done = run(SIM, "--map", spec, *arguments, "--json", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_a_small_map_says_where_it_stops_coming_back(self):
        with tempfile.TemporaryDirectory() as folder:
            stored, page = os.path.join(folder, "map.json"), os.path.join(folder, "map.html")
            done = run(SIM, "--map", SMALL, "--json", stored, "--html", page)
            self.assertEqual(done.returncode, 0, done.stderr)
            words = " ".join(done.stdout.split())
            for said in ("none 0.2 0.9 slow:10x@5s", "all 0.2 0.9 slow:10x@5s", "load 1", "4 cells",
                         "after slow:10x@5s, undefended, it comes back up to load 0.2, and no "
                         "more from 0.9 on"):
                self.assertIn(said, words)
            for line in done.stdout.splitlines():
                self.assertLessEqual(len(line), 100, line)
            with open(page, encoding="utf-8") as file:
                markup = file.read()
            for said in ("From which shocks it comes back", 'id="map-1"', 'id="map-2"',
                         "not within 12.0 s"):
                self.assertIn(said, markup)
            self.assertEqual(run(RESULTS, "validate", stored).returncode, 0)
            shown = run(RESULTS, "show", stored)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertIn("undefended", shown.stdout)
            with open(stored, encoding="utf-8") as file:
                result = json.load(file)
            self.assertNotIn("rings", result)
            self.assertIn("load=0.2,0.9;", result["config"]["map"])
            cells = {(c["defence"], c["load"]): c for c in result["map"]["cells"]}
            self.assertEqual(len(cells), 4)
            self.assertTrue(cells["none", 0.2]["came_back"])
            self.assertFalse(cells["none", 0.9]["came_back"])
            self.assertLess(cells["none", 0.9]["goodput_end"], cells["none", 0.2]["goodput_end"])
            self.assertNotIn("recovery_s", cells["none", 0.9])
            for cell in cells.values():
                self.assertLessEqual(cell["answered"], cell["requests"])
                self.assertLessEqual(cell["requests"], cell["calls"])
                self.assertGreater(cell["source_loads"], 0)

    def test_the_same_seed_and_text_give_the_same_map(self):
        spec = f"load=0.6;shock=flush:1,slow:5x@2s;defence=hot;{CLUSTER}"
        maps = [self.map(text, "--seed", seed)["map"] for text, seed in (
            (spec, "7"), (";".join(reversed(spec.split(";"))), "7"), (spec, "8"))]
        for each in maps:
            del each["cpu_s"], each["took_s"]
        self.assertEqual(maps[0], maps[1])
        self.assertNotEqual(maps[0]["hash"], maps[2]["hash"])

    def test_what_is_refused(self):
        for spec, said in (("x", ("--map", '"x"', "load=")), ("", ("--map",)),
                           ("load=0.5;shock=flush:9", ("--map", "flush:9", "of 3 nodes")),
                           ("defence=luck", ("--map", "luck", "retries, admission, stale, hot")),
                           ("work=1us", ("--map", "requests a second", "a longer work="))):
            self.assert_refused(SIM, ("--map", spec), *said)
        for arguments in (("--nodes", "4"), ("--sweep", "nodes=3"), ("--virtual",),
                          ("--csv", "x.csv"), ("--threshold", "peak<2")):
            self.assert_refused(SIM, ("--map", "default", *arguments), arguments[0])
        self.assert_refused(SIM, ("--map", "default", "--swarm", "3"), "--map")

    def test_ctrl_c_reports_the_cells_so_far(self):
        loads = ",".join(f"0.{i}" for i in range(10, 26))
        sim = self.start(SIM, "--map", f"load={loads};defence=none,hot,stale,all;{CLUSTER}",
                         "--json", "-")
        sim.await_text("of 256 cells")
        sim.signal(signal.SIGINT)
        out, code = sim.wait()
        self.assertEqual(code, 3, sim.how_it_went())
        result = json.loads(out)
        self.assertTrue(result["interrupted"])
        self.assertEqual(result["map"]["asked"], 256)
        self.assertLess(len(result["map"]["cells"]), 256)
        self.assertIn("cells were run", sim.stderr())


if __name__ == "__main__":
    unittest.main()
