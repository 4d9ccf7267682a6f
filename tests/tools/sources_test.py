"""Nodes whose origin is a real database: what they read, how they fail, what they never tell."""
import json
import os
import signal
import tempfile
import time
import unittest

import grpc

from databases import PASSWORD, SHOWN_PARTS, MariaDb, PostgreSql
from protobuf_by_hand import field, fields
from support import BIN, CACHENODE, LOADGEN, PATIENCE_S, ToolTest, children_of, run, wait_until

GET = "/groupcachepb.GroupCache/Get"
NOT_FOUND, INTERNAL = grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INTERNAL


def command_line(pid):
    with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
        return file.read()


class Sources(ToolTest):
    def start_node(self, source, *arguments):
        node = self.start_nodes(1, "--source", source, *arguments)[0][0]
        self.channel = grpc.insecure_channel(node.address)
        self.addCleanup(self.channel.close)
        return node

    def get(self, key):
        """The value, or the status and message of the refusal."""
        key = key if isinstance(key, bytes) else key.encode()
        request = field(1, b"default") + field(2, key)
        try:
            reply = self.channel.unary_unary(GET)(request, timeout=PATIENCE_S)
            return fields(reply).get(1, [b""])[0]
        except grpc.RpcError as error:
            return error.code(), error.details()

    def is_loaded(self, key):
        """Whether a key, or the word that there is none, came from the cache or the database."""
        answer = self.get(key)
        return isinstance(answer, bytes) or answer[0] == NOT_FOUND

    def server(self, kind):
        server = kind()
        self.addCleanup(server.end)
        return server

    def assert_silent(self, *texts):
        """No part of the password in any of them."""
        for text in texts:
            for part in SHOWN_PARTS:
                self.assertNotIn(part, text)

    def refusal(self, source, *arguments):
        """What a cachenode that must not start says."""
        done = run(CACHENODE, "--listen", "127.0.0.1:0", "--source", source, *arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assert_silent(done.stdout, done.stderr)
        return done.stderr

    def check_the_student_table(self, source):
        """The worked example: the reference systems' rows and words."""
        self.start_node(source, "--source-fill", "demo")
        for _ in range(2):  # the second time from the cache
            self.assertEqual([self.get(name) for name in ("Tom", "Alice", "Sam", "Jack")],
                             [b"630", b"788", b"567", b"589"])
            self.assertEqual(self.get("王五"), b"10000")
            self.assertEqual(self.get("NotExist"), (NOT_FOUND, "NotExist not exist"))

    def check_keys(self):
        """Keys that no row can have, or that a database would be tempted to take for another."""
        for key in ("tom", "Tom ", "Tom\0", "\0", "' OR ''='", "Robert'); DROP TABLE Student;--",
                    '"', "\\", "%", "x" * 10_000, b"\xff\xfe", b"Tom\xff", "a:b", ":key", "?",
                    "$1"):
            answer = self.get(key)
            self.assertEqual(answer[0], NOT_FOUND, (key, answer))
        self.assertEqual(self.get("Tom"), b"630")

    def check_values(self, server, source, binary):
        """NULL, bytes, numbers, and the first row of several."""
        server("CREATE TABLE Odd (name VARCHAR(50), score " + binary + ")")
        every_byte = bytes(range(256))
        unhex = {"BYTEA": "decode('{}', 'hex')", "BLOB": "x'{}'"}[binary]
        server(f"INSERT INTO Odd VALUES ('bytes', {unhex.format(every_byte.hex())}), "
               f"('empty', {unhex.format('')}), ('null', NULL)")
        table = "odd" if binary == "BYTEA" else "Odd"  # which folds what is not quoted
        self.start_node(f"{source}?table={table}")
        self.assertEqual(self.get("bytes"), every_byte)
        self.assertEqual(self.get("empty"), b"")
        self.assertEqual(self.get("null"), (NOT_FOUND, "null not exist: its score is NULL"))
        server("CREATE TABLE numbers (id INT, half DOUBLE PRECISION, word CHAR(9))")
        server("INSERT INTO numbers VALUES (7, 0.5, 'seven'), (0, 1.5, 'zero'), (9, 2.5, 'nine'), "
               "(9, 2.5, 'nine')")
        self.start_node(f"{source}?table=numbers&key=id&value=half")
        self.assertEqual([self.get("7"), self.get("9")], [b"0.5", b"2.5"])
        for key in ("abc", "07", " 7", "7.0", "99999999999999999999", ""):
            answer = self.get(key)
            self.assertIn(answer[0], (NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT), (key, answer))
        self.start_node(f"{source}?table=numbers&key=word&value=id&not-found=record%20not%20found")
        self.assertEqual(self.get("seven"), b"7")
        self.assertEqual(self.get("six"), (NOT_FOUND, "record not found"))

    def check_refusals(self, source):
        missing = self.refusal(f"{source}?table=Missing")
        self.assertIn("--source: read from ", missing)
        self.assertIn("Missing", missing)
        self.assertNotRegex(missing, "backend::|Cannot |Fatal|ERROR")  # SOCI's words
        self.assertIn("missing", self.refusal(f"{source}?value=missing"))
        self.assertIn("missing", self.refusal(f"{source}?key=missing"))
        self.assertIn("expected letters, digits", self.refusal(f"{source}?table=a%20b"))
        self.assertIn('parameter "tabel": expected table=', self.refusal(f"{source}?tabel=x"))

    def check_server_refusals(self, server):
        self.check_refusals(server.url())
        self.assertRegex(self.refusal(server.url(password="wrong")), "[Pp]assword|denied")
        self.assertRegex(self.refusal(server.url(user="nobody")), "nobody")
        self.assertRegex(self.refusal(server.url(database="nothing")), "nothing")
        with tempfile.NamedTemporaryFile("w", suffix=".password") as file:
            file.write(PASSWORD + "\n")
            file.flush()
            self.start_node(server.url(f"?password-file={file.name}", password=None))
            self.assertEqual(self.get("Sam"), b"567")
        self.assertIn("cannot be read", self.refusal(
            server.url("?password-file=nothing", password=None)))

    def check_contract(self, server):
        """The C++ suite that every source passes, over this one."""
        done = run(os.path.join(BIN, "sql_tests"), "a database keeps the source contract",
                   env={**os.environ, "RINGLAB_CONTRACT_SOURCE": server.url()})
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("All tests passed", done.stdout)

    def check_stop_and_start(self, server):
        """The server goes away under load and comes back: nodes serve on, and load again."""
        source = server.url("?table=keys&key=k&value=v&timeout=1s")
        lives = ("--ttl", "1s", "--stale", "0")
        process = self.start(LOADGEN, "--json", "-", "--nodes", "3", "--source", source,
                             "--source-fill", "4000,size=10-300", "--keys", "5000", "--zipf", "0",
                             "--qps", str(self.rate(400)), "--warmup", "500ms", "--duration", "1h",
                             "--accept-failures", "100%", "--node-flags", " ".join(lives))
        process.await_text(" sent ")
        shown = [command_line(child) for child in children_of(process.pid)]
        self.assertEqual(len(shown), 3)
        process.await_text("measuring")
        self.start_node(source, *lives)  # as those of the run, and it can be asked
        time.sleep(1.5)
        server.stop()
        away = time.monotonic()
        self.assertTrue(wait_until(lambda: self.is_loaded("key-1") is False))
        time.sleep(1.5)
        server.start()
        for key in range(20):
            self.assertTrue(wait_until(lambda key=key: self.is_loaded(f"key-{key}")))
        # Who finds it away waits before it asks again, no longer than it has been away, and up to
        # five seconds; then a whole second when all is well.
        time.sleep(min(5, time.monotonic() - away) + 2)
        process.signal(signal.SIGINT)
        out, code = process.wait()
        result = json.loads(out)
        self.assert_silent(out, process.stderr(), *shown)
        self.assert_adds_up(result)  # no wrong value among it
        self.assertEqual(code, 3)  # it was cut short
        totals, failed = result["totals"], result["series"]["failed"]
        self.assertGreater(totals["errors"], 0)
        self.assertGreater(totals["not_found"], 0)
        self.assertGreater(result["cache"]["source_loads"], 0)
        if failed[0] + failed[-1] > 0:
            self.tell_of_cpus(f"{failed} failed")
        self.assertEqual((failed[0], failed[-1]), (0, 0), failed)  # before, and all is well again
        return result

    def check_away_at_the_start(self, server):
        """A node starts without its database, and finds it when it comes."""
        server.stop()
        node = self.start_node(server.url("?timeout=1s"))
        self.assertIn("loads fail until it is there", node.stderr())
        code, message = self.get("Tom")
        self.assertEqual(code, INTERNAL)
        self.assertIn(f'load "Tom": connect to {server.scheme}: ', message)
        for secret in (server.host, server.port, "ringlab"):  # where, and as whom
            self.assertNotIn(secret, message)
            self.assertIn(secret, node.stderr())
        self.assert_silent(message, node.stderr())
        server.start()
        self.assertTrue(wait_until(lambda: self.get("Tom") == b"630"))
        server.process.signal(signal.SIGSTOP)  # there, and silent: no load waits for ever
        answer = self.get("Alice")  # after the query's timeout, or --load-timeout
        if answer != b"788":  # by a session's process, which PostgreSQL's own does not stop
            self.assertIn(answer[0], (INTERNAL, grpc.StatusCode.DEADLINE_EXCEEDED), answer)
        server.process.signal(signal.SIGCONT)
        self.assertTrue(wait_until(lambda: self.get("Alice") == b"788"))

    def test_sqlite(self):
        with tempfile.TemporaryDirectory(prefix="ringlab ") as folder:
            file = os.path.join(folder, "a b=c.db").replace(" ", "%20")
            source = f"sqlite:{file}"
            self.assertIn("there is no such file", self.refusal(source))
            self.check_the_student_table(source)
            self.check_keys()
            self.check_refusals(source)
            with open(os.path.join(folder, "noise"), "wb") as noise:
                noise.write(b"this is no database" * 1000)
            noise = f"sqlite:{noise.name}".replace(" ", "%20")
            self.assertIn("not a database", self.refusal(noise))

            def execute(text):
                run("sqlite3", os.path.join(folder, "a b=c.db"), text).check_returncode()
            self.check_values(execute, source, "BLOB")

    def test_mariadb(self):
        server = self.server(MariaDb)
        self.check_the_student_table(server.url())
        self.check_keys()
        self.check_values(server.sql, server.url(), "BLOB")
        self.check_server_refusals(server)
        self.check_contract(server)
        self.check_stop_and_start(server)
        self.check_away_at_the_start(server)

    def check_case_hints(self, server):
        """Names that PostgreSQL has folded."""
        server.sql("CREATE TABLE Folded (Name VARCHAR(50), Score INT)")
        hint = "names made without quotes are in lower case: ?"
        self.assertIn(f"{hint}table=folded)", self.refusal(server.url("?table=Folded")))
        self.assertIn(f"{hint}value=score)",
                      self.refusal(server.url("?table=folded&value=Score")))
        self.assertIn(f"{hint}key=name)", self.refusal(server.url("?table=folded&key=Name")))
        self.assertNotIn(hint, self.refusal(server.url("?table=missing")))

    def test_postgresql(self):
        server = self.server(PostgreSql)
        self.check_the_student_table(server.url())
        self.check_keys()
        self.check_values(server.sql, server.url(), "BYTEA")
        self.check_case_hints(server)
        self.check_server_refusals(server)
        self.check_contract(server)
        self.check_stop_and_start(server)
        self.check_away_at_the_start(server)

    def test_loadgen_checks_what_it_filled_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            source = f"sqlite:{folder}/keys.db?table=keys"
            common = ("--source", source, "--keys", "300", "--qps", "500", "--warmup", "0",
                      "--duration", "1s", "--in-process")
            result, code, _ = self.loadgen(*common, "--source-fill", "250,size=8-90,version=4")
            self.assert_sound(result, code)
            self.assertEqual(result["config"]["source"], source)
            self.assertGreater(result["totals"]["not_found"], 0)
            run("sqlite3", f"{folder}/keys.db",
                "UPDATE keys SET score = 'wrong'").check_returncode()
            result, code, _ = self.loadgen(*common)  # nobody said what is in it
            self.assertEqual(result["totals"]["wrong_values"], 0)
            result, code, _ = self.loadgen(*common, "--source-fill", "250,size=8-90,version=4")
            self.assert_sound(result, code)  # it was filled again
        done = run(LOADGEN, "--source-fill", "10")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--source-fill: expected a database in --source", done.stderr)


if __name__ == "__main__":
    unittest.main()
