"""A run that is shown while it goes on: a page in a real browser, metrics, rows of CSV."""
import contextlib
import csv
import http.client
import json
import os
import re
import signal
import socket
import tempfile
import time

from browser import Browser
from support import LOADGEN, PATIENCE_S, ToolTest, own_address, run, wait_until

QUICK = ("--in-process", "--nodes", "2", "--keys", "1000", "--warmup", "500ms", "--qps", "300")
PREFIX = "ringlab_loadgen_"


def get(address, path, **fields):
    host, port = address.rsplit(":", 1)
    connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)
    try:
        connection.request("GET", path, headers=fields)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    finally:
        connection.close()


def samples(text):
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name.removeprefix(PREFIX): float(value) for name, _, value in lines}


class Live(ToolTest):
    def begin(self, *arguments):
        """A run, its result's file, and what it says where it is shown."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "run.json")
        self.rows = os.path.join(folder.name, "rows.csv")
        loadgen = self.start(LOADGEN, *QUICK, *arguments, "--json", self.file)
        if "--quiet" not in arguments:
            loadgen.await_text("starting ")  # which comes after where it is shown
        return loadgen, dict(re.findall(r"(live page|metrics): http://([^/\s]+)/",
                                        loadgen.stderr()))

    def end(self, loadgen):
        _, code = loadgen.wait()
        with open(self.file, encoding="utf-8") as file:
            result = json.load(file)
        self.assert_sound(result, code)
        return result

    def test_the_last_scrape_is_the_result(self):
        loadgen, shown = self.begin("--duration", "2s", "--metrics", "127.0.0.1:0")
        last, before = None, 0
        while True:
            try:
                status, text = get(shown["metrics"], "/metrics")
            except OSError:
                break  # it has gone
            self.assertEqual(status, 200)
            last = samples(text)
            self.assertGreaterEqual(last["sent_total"], before)
            before = last["sent_total"]
            time.sleep(0.2)
        totals = self.end(loadgen)["totals"]
        self.assertEqual(last["over"], 1)
        self.assertEqual(last["in_flight"], 0)
        for name, of in (("scheduled_total", "scheduled"), ("sent_total", "sent"),
                         ("skipped_total", "skipped"), ('requests_total{result="ok"}', "ok"),
                         ('requests_total{result="not_found"}', "not_found"),
                         ('requests_total{result="error"}', "errors"),
                         ('requests_total{result="timeout"}', "timeouts")):
            self.assertEqual(last[name], totals[of], name)
        self.assertEqual(last["response_seconds_count"], totals["ok"] + totals["not_found"])

    def test_counts_go_on_from_run_to_run(self):
        loadgen, shown = self.begin("--duration", "1s", "--repeat", "3", "--metrics",
                                    "127.0.0.1:0")
        last, before = None, {}
        while True:
            try:
                last = samples(get(shown["metrics"], "/metrics")[1])
            except OSError:
                break
            for name, value in last.items():
                if name.split("{")[0].endswith(("_total", "_bucket", "_count", "_sum")):
                    self.assertGreaterEqual(value, before.get(name, 0), name)
            before = last
            time.sleep(0.1)
        loadgen.wait()
        with open(self.file, encoding="utf-8") as file:
            repeats = json.load(file)["repeats"]
        self.assertEqual(len(repeats), 3)
        self.assertEqual((last["run"], last["over"]), (3, 1))
        for name, of in (("sent_total", "sent"), ('requests_total{result="ok"}', "ok")):
            self.assertEqual(last[name], sum(each["totals"][of] for each in repeats))
        self.assertEqual(last["response_seconds_count"],
                         sum(each["latency_ns"]["response"]["count"] for each in repeats))

    def test_quiet_says_what_nobody_else_knows(self):
        for flag, what in (("--live", "live page: http://127.0.0.1:"),
                           ("--metrics", "metrics: http://127.0.0.1:")):
            done = run(LOADGEN, *QUICK, "--duration", "500ms", "--quiet", flag, "127.0.0.1:0")
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertTrue(done.stderr.startswith(what), done.stderr)
        done = run(LOADGEN, *QUICK, "--duration", "500ms", "--quiet", "--live", own_address())
        self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_an_end_by_ctrl_c_reaches_the_page(self):
        loadgen, shown = self.begin("--duration", "60s", "--live", "127.0.0.1:0")
        seen, event = 0, ""
        while "event: last" not in event:
            before = seen
            _, event = get(shown["live page"], "/events", **{"Last-Event-ID": str(seen)})
            seen = int(re.search(r"^id: (\d+)$", event, re.M)[1])
            if before < 2 <= seen:
                loadgen.signal(signal.SIGINT)
        _, code = loadgen.wait()
        self.assertEqual(code, 3)
        self.assertIn("cut short", event)

    def test_rows_are_there_while_it_runs_and_add_up(self):
        loadgen, _ = self.begin("--duration", "4s", "--live-csv", "/dev/stdout", "--quiet")
        out, code = loadgen.wait()
        with open(self.file, encoding="utf-8") as file:
            result = json.load(file)
        self.assert_sound(result, code)
        rows = list(csv.DictReader(out.splitlines()))
        self.assertEqual([float(row["at_s"]) for row in rows], [0, 1, 2, 3])
        for name in ("scheduled", "sent", "ok", "not_found", "skipped"):
            self.assertEqual([int(row[name]) for row in rows], result["series"][name], name)
        for row, p50 in zip(rows, result["series"]["response_p50_ns"]):
            self.assertEqual(int(row["response_p50_ns"]), p50)

    def test_rows_can_be_followed(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        rows = os.path.join(folder.name, "rows.csv")
        loadgen, _ = self.begin("--duration", "60s", "--live-csv", rows)

        def lines():
            with open(rows, encoding="utf-8") as file:
                return file.read().splitlines()
        self.assertTrue(wait_until(lambda: len(lines()) >= 3))
        self.assertFalse(loadgen.has_gone())

    def test_a_page_follows_the_run_to_its_end(self):
        loadgen, shown = self.begin("--duration", "6s", "--live", "127.0.0.1:0")
        browser = Browser(may_reach="127.0.0.1")
        self.addCleanup(browser.close)
        browser.open(f"http://{shown['live page']}/")

        def word():
            return browser.value("(document.querySelector('.word') || {}).textContent || ''")
        self.assertTrue(wait_until(lambda: "MEASURING" in word()))
        sent = browser.value("document.querySelector('.tiles').textContent")
        self.assertTrue(wait_until(
            lambda: browser.value("document.querySelector('.tiles').textContent") != sent))
        self.assertGreater(browser.value("document.querySelectorAll('.chart').length"), 0)
        self.assertTrue(wait_until(lambda: re.search("VALID", word())))
        result = self.end(loadgen)
        self.assertIn(result["verdict"], word())
        self.assertEqual([text for text in browser.complaints if "ERR_" not in text], [])
        self.assertEqual({url.split("/")[2] for url in browser.requests}, {shown["live page"]})

    def test_events_are_a_stream_that_a_browser_knows(self):
        loadgen, shown = self.begin("--duration", "3s", "--live", "127.0.0.1:0")
        seen, last = "0", ""
        while "event: last" not in last:
            status, last = get(shown["live page"], "/events", **{"Last-Event-ID": seen})
            self.assertEqual(status, 200)
            fields = dict(line.split(": ", 1) for line in last.strip().splitlines())
            self.assertGreater(int(fields["id"]), int(seen))
            seen = fields["id"]
            self.assertEqual(set(json.loads(fields["data"])), {"title", "header", "nav", "main"})
        self.assertGreaterEqual(int(seen), 2)
        self.end(loadgen)

    def test_who_hangs_holds_nobody_up(self):
        loadgen, shown = self.begin("--duration", "1s", "--live", "127.0.0.1:0", "--metrics",
                                    "127.0.0.1:0")
        hanging = []
        events = b"GET /events HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 99\r\n\r\n"
        page = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        for address in shown.values():
            host, port = address.rsplit(":", 1)
            for request in [b"", b"GET /metrics HT", page * 200] + [events] * 150:
                hanging.append(socket.create_connection((host, int(port)), PATIENCE_S))
                with contextlib.suppress(OSError):  # of those that are too many
                    hanging[-1].sendall(request)
                    if len(hanging) % 2 == 0:
                        hanging[-1].shutdown(socket.SHUT_WR)
        self.assertEqual(get(shown["metrics"], "/metrics")[0], 200)
        self.end(loadgen)
        for connection in hanging:
            connection.close()

    def test_what_cannot_be_shown_is_told_before_the_run(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            own = own_address()
            for arguments, *words in (
                    (("--live", f"127.0.0.1:{port}"), "--live: ", str(port), "free"),
                    (("--metrics", f"127.0.0.1:{port}"), "--metrics: ", str(port), "free"),
                    (("--live", own, "--metrics", "0.0.0.0:" + own.partition(":")[2]),
                     "--metrics: ", f'and --live: "{own}": the port is the same'),
                    (("--live-csv", "/dev/stdout"), '--live-csv: "/dev/stdout"', "--quiet"),
                    (("--live", own, "--write-trace", "x.csv"), "--live and --write-trace"),
                    (("--metrics", own, "--write-trace", "x.csv"), "--metrics and --write-trace"),
                    (("--live-csv", "x", "--write-trace", "x.csv"),
                     "--live-csv and --write-trace"),
                    (("--metrics", "nowhere"), '--metrics: "nowhere": expected', "HOST:PORT"),
                    (("--live-csv", "/no/such/folder"), '--live-csv: "/no/such/folder"'),
                    (("--live-csv", __file__, "--json", __file__), "--live-csv"),
                    (("--live-csv", "x", "--repeat", "2"), "--live-csv and --repeat"),
                    (("--live-csv", "x", "--search", "p99<5ms"), "--live-csv and --search")):
                self.assert_refused(LOADGEN, (*arguments, "--duration", "1s"), *words)
