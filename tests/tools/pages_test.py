"""The pages of results, in a real browser: drawn, quiet, on their own, and readable without script.

RINGLAB_SCREENSHOTS=FOLDER leaves a screenshot of each there.
"""
import json
import os
import pathlib
import tempfile
import unittest

import sample_results
from browser import Browser
from support import BIN, LOADGEN, run

RESULTS = os.path.join(BIN, "results")
SIM = os.path.join(BIN, "sim")
HOSTILE = "</script><img src=x onerror=\"document.title='owned'\">"

# The sections of a page whose drawing nobody could see, by id: an area, a circle or a strip of 0.
UNSEEN = """[...document.querySelectorAll('.area > svg, .circle, .strip')]
  .filter(each => each.getBoundingClientRect().width < 20 ||
                  each.getBoundingClientRect().height < 5)
  .filter(each => !each.closest('details:not([open])'))
  .map(each => each.closest('section').id)"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
IDS = "[...document.querySelectorAll('section')].map(each => each.id)"
TIP = "document.querySelector('.tip').hidden ? '' : document.querySelector('.tip').innerText"


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.folder = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    def page_of(self, result, name, *more):
        file = pathlib.Path(self.folder.name, name + ".json")
        file.write_text(json.dumps(result), encoding="utf-8")
        page = file.with_suffix(".html")
        done = run(RESULTS, "report", str(file), "--html", str(page), *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return page

    def look_at(self, page, name, **options):
        """Opens a page and checks what holds of each, however it is opened."""
        self.assertLess(page.stat().st_size, 1_000_000)
        self.browser.open(page, **options)
        self.assertEqual(self.browser.requests, [page.resolve().as_uri()])
        self.assertEqual(self.browser.complaints, [])
        self.assertEqual(self.browser.value(UNSEEN), [])
        self.assertFalse(self.browser.value(TOO_WIDE), "the page itself scrolls sideways")
        self.browser.screenshot(name)

    def look_at_all_ways(self, page, name):
        self.look_at(page, name)
        self.look_at(page, name + "-dark", dark=True)
        self.look_at(page, name + "-narrow", width=390)
        self.look_at(page, name + "-print", width=760, media="print")

    def test_a_result_with_everything_and_its_baseline(self):
        older = pathlib.Path(self.folder.name, "older.json")
        older.write_text(json.dumps(sample_results.run(30, seed=2)), encoding="utf-8")
        page = self.page_of(sample_results.run(60), "full", "--baseline", str(older))
        self.look_at_all_ways(page, "full")
        self.assertEqual(self.browser.value(IDS), [
            "identity", "thresholds", "percentiles", "spectrum", "latency-over-time", "rate",
            "heat", "errors", "balance", "cache", "popularity", "raw"])

    def test_a_search(self):
        page = self.page_of({**sample_results.run(30), "search": sample_results.search()},
                            "search")
        self.look_at_all_ways(page, "search")
        self.assertEqual(self.browser.value(IDS)[0], "search")
        text = self.browser.value("document.querySelector('#search').innerText")
        for said in ("8,950 requests/s is the highest rate at which p99<5ms holds",
                     "the probe held", "a bound was broken", "found: 8,950/s"):
            self.assertIn(said, text)

    def test_what_loadgen_writes(self):
        page = pathlib.Path(self.folder.name, "run.html")
        done = run(LOADGEN, "--nodes", "3", "--qps", "500", "--duration", "3s", "--warmup", "1s",
                   "--mix", "get=90,set=9,remove=1", "--html", str(page), "--quiet")
        self.assertIn(done.returncode, (0, 4), done.stderr)
        self.look_at(page, "run")
        self.assertIn("scripts/run loadgen --nodes 3",
                      self.browser.value("document.querySelector('#command').innerText"))

    def test_what_sim_writes(self):
        for name, *flags in (("ring", "--replicas", "50", "--requests", "20000"),
                             ("rings", "--ring", "all", "--ring-only"),
                             ("sweep", "--sweep", "replicas=1,10,50", "--sweep", "nodes=8,40",
                              "--seeds", "5", "--keys", "1000")):
            page = pathlib.Path(self.folder.name, name + ".html")
            done = run(SIM, *flags, "--html", str(page), "--quiet")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.look_at_all_ways(page, name)
            if name == "ring":
                self.assertIn("where it really lies",
                              self.browser.value("document.querySelector('#ring-0').innerText"))

    def test_a_comparison_of_the_gate(self):
        self.look_at_all_ways(self.page_of(sample_results.gate(), "gate"), "gate")

    def test_an_hour_with_a_thousand_nodes(self):
        page = self.page_of(sample_results.run(3600, nodes=1000, qps=20), "hour")
        self.look_at(page, "hour")

    def test_hostile_names_do_nothing(self):
        result = sample_results.run(10)
        result["reasons"] = result["command"] = HOSTILE
        result["config"][HOSTILE] = HOSTILE
        for node in result["balance"]["nodes"]:
            node["name"] += HOSTILE
        for key in result["popularity"]["hottest"]:
            key["key"] = HOSTILE + "x" * 5000
        self.look_at(self.page_of(result, "hostile"), "hostile")
        self.assertNotEqual(self.browser.value("document.title"), "owned")
        self.assertEqual(self.browser.value("document.querySelectorAll('img').length"), 0)
        self.browser.value("document.querySelector('#nodes, .strip').scrollIntoView()")
        box = self.browser.value("(({x, y}) => [x, y])(document.querySelector('#balance .strip')"
                                 ".getBoundingClientRect())")
        self.browser.move_to(box[0] + 5, box[1] + 5)
        self.assertIn("<img", self.browser.value(TIP))
        self.assertEqual(self.browser.value("document.querySelectorAll('img').length"), 0)

    def test_without_scripts_everything_can_be_read(self):
        page = self.page_of(sample_results.run(20), "still")
        self.look_at(page, "still", scripts=False)
        text = self.browser.value("document.body.innerText")
        for said in ("FAILED", "p99<5ms", "Latency over time", "response p99", "100 ms",
                     "view the source of this page"):
            self.assertIn(said, text)
        for not_for_them in ("Save the JSON", "service p99"):  # nothing that cannot be used
            self.assertNotIn(not_for_them, text)

    def test_the_pointer_reads_out_and_keys_switch_lines(self):
        page = self.page_of(sample_results.run(20), "live")
        self.look_at(page, "live")
        value = self.browser.value

        def read_at(chart, across, down):
            value(f"document.querySelector('{chart}').scrollIntoView()")
            x, y, width, height = value(
                "(({x, y, width, height}) => [x, y, width, height])"
                f"(document.querySelector('{chart} .area').getBoundingClientRect())")
            self.browser.move_to(x + width * across, y + height * down)
            return value(TIP)

        said = read_at("#latency-chart", 0.5, 0.5)
        for name in ("response p50", "response p99", "response max"):
            self.assertIn(name, said)
        self.assertRegex(said, r"\d ms")
        self.assertNotIn("service p99", said)
        value("[...document.querySelectorAll('#latency-chart .key')]"
              ".find(key => key.textContent == 'service p99').click()")
        self.assertIn("service p99", read_at("#latency-chart", 0.5, 0.4))
        self.assertRegex(read_at("#heat-chart", 0.3, 0.8), r"\d+ requests")
        self.assertRegex(read_at("#spectrum-chart", 0.5, 0.5), r"99(\.\d+)? %")
        self.assertEqual(self.browser.complaints, [])

    def test_the_button_saves_the_result(self):
        result = sample_results.run(10)
        page = self.page_of(result, "saved")
        self.look_at(page, "saved")
        kept = self.browser.value("document.getElementById('result').textContent")
        self.assertEqual(json.loads(kept), result)
        self.browser.call("Browser.setDownloadBehavior", behavior="allow",
                          downloadPath=self.folder.name)
        self.browser.value("document.getElementById('save').click()")
        saved = pathlib.Path(self.folder.name, "result.json")
        self.assertTrue(self.browser.wait_for(saved.exists))
        self.assertEqual(json.loads(saved.read_text(encoding="utf-8")), result)

    def test_what_cannot_be_drawn_is_refused(self):
        file = pathlib.Path(self.folder.name, "bad.json")
        page = pathlib.Path(self.folder.name, "bad.html")
        good = pathlib.Path(self.folder.name, "good.json")
        good.write_text('{"schema_version": 1, "tool": "sim"}', encoding="utf-8")
        for text, said in (("{", "no JSON"), ("[]", "no result of ours"),
                           ('{"schema_version": 9, "tool": "sim"}', "schema_version 9"),
                           ('{"schema_version": 1, "tool": "x"}', "tool: expected")):
            file.write_text(text, encoding="utf-8")
            done = run(RESULTS, "report", str(file), "--html", str(page))
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr)
        file.write_text('{"schema_version": 1, "tool": "loadgen"}', encoding="utf-8")
        done = run(RESULTS, "report", str(file), "--html", str(page), "--baseline", str(good))
        self.assertEqual(done.returncode, 2)
        self.assertIn("expected one of loadgen", done.stderr)
        done = run(RESULTS, "report", str(good), "--html", "/nowhere/x.html")
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot be written", done.stderr)


if __name__ == "__main__":
    unittest.main()
