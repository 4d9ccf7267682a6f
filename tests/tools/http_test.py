"""HTTP as its clients speak it, and as nobody should."""
import concurrent.futures
import signal
import socket
import unittest
import urllib.parse

from http_node import HttpNode, HttpTest, curl, file_with, query
from protobuf_by_hand import fields
from support import CACHENODE, PATIENCE_S, run, wait_until

KEYS = ["a b", "a+b", "a/b", "/a//b", "..", "王五", "%2F", "a?b#c&d=e", "\x00\x7f", "k" * 10_000]


class Http(HttpTest):
    def test_what_is_set_is_got_by_every_dialect(self):
        nodes = self.start_http_nodes(3, "--groups", "scores:1MiB")
        for name, score in (("Tom", "630"), ("Alice", "788"), ("Sam", "567")):
            form = f"key={name}&value={score}&expire=10&hot=false"
            self.answer(200, "done\n", curl("-d", form, nodes[0].url + "/api/set"))
            for node in nodes:
                self.answer(200, score, node.get("/api?key=" + name))
                self.answer(200, score, node.get(f"/api?group=scores&key={name}"))
                self.answer(200, f"value={score}\n", node.get("/api/get?key=" + name))
        # At the owner alone a peer's question finds it: it goes no further.
        for base, kind in (("/_groupcache/", "application/x-protobuf"),
                           ("/_geecache/", "application/octet-stream")):
            status, reply = curl("-i", nodes[0].url + base + "scores/Tom")
            head, _, body = reply.partition(b"\r\n\r\n")
            self.assertEqual(status, 200)
            self.assertIn(f"Content-Type: {kind}".encode(), head)
            self.assertIn(1, fields(body))
        self.assertEqual(sum(node.group()["levels"]["peer"] for node in nodes), 18)

    def test_every_failure_has_the_words_of_the_reference_systems(self):
        node, = self.start_http_nodes(1, "--groups", "scores:1MiB", "--source",
                                      "synthetic:size=5,not-found=100%")
        self.assertEqual(node.get("/api?key=Bob")[0], 500)
        self.assertIn(b"Bob", node.get("/api?key=Bob")[1])
        self.answer(500, "key required\n", node.get("/api"))
        self.answer(404, "no such group: none\n", node.get("/api?key=a&group=none"))
        self.answer(400, "bad request\n", node.get("/_groupcache/scores"))
        self.answer(404, "no such group: none\n", node.get("/_geecache/none/a"))
        self.assertEqual(node.get("/_groupcache/scores/Bob")[0], 500)
        for form in ("key=a&value=1&expire=5000", "key=a&expire=-1", "key=a&expire=soon",
                     "key=a&hot=maybe", "key=%zz&value=1", "value=1", "", "key=a"):
            self.assertEqual(curl("-d", form, node.url + "/api/set")[0], 400, form)
        self.assertEqual(curl("-F", "key=a", node.url + "/api/set")[0], 400)
        self.assertEqual(node.group()["writes"], 1)  # the value without a key came to the group

    def test_a_body_that_waits_to_be_asked_for_is_asked_for(self):
        node, = self.start_http_nodes(1)
        head = ("POST /api/set HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 13\r\n"
                "Content-Type: Application/X-WWW-Form-URLencoded\r\nExpect: 100-Continue\r\n\r\n")
        with socket.create_connection(node.http.split(":"), PATIENCE_S) as connection:
            connection.sendall(head.encode())
            self.assertEqual(connection.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
            connection.sendall(b"key=a&value=1")
            self.assertTrue(connection.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n"))
        self.answer(200, "1", node.get("/api?key=a"))

    def test_a_write_under_a_foreign_name_is_refused(self):
        node, = self.start_http_nodes(1, "--http-hosts", "cache.example,other.example")
        form = ("-d", "key=a&value=1", node.url + "/api/set")
        for host in ("evil.example", "evil.example:80", "cache.example.evil.example"):
            for origin in ((), ("-H", f"Origin: http://{host}")):
                status, why = curl("-H", f"Host: {host}", *origin, *form)
                self.assertEqual(status, 403)
                self.assertIn(b"no name of this node", why)
        for host in ("cache.example", "OTHER.example:9001", "localhost", "n0", node.http):
            self.answer(200, "done\n", curl("-H", f"Host: {host}", *form))
        self.answer(200, "1", curl("-H", "Host: any.example", node.url + "/api?key=a"))

    def test_expire_is_in_minutes_and_hot_is_taken(self):
        node, = self.start_http_nodes(1)
        for expire in ("", "0", "1", "4320", "4321"):
            for hot in ("", "true", "false"):
                form = f"key=a&value=1&expire={expire}&hot={hot}"
                self.answer(200, "done\n", curl("-d", form, node.url + "/api/set"))
        self.answer(200, "1", node.get("/api?key=a"))

    def test_keys_with_every_kind_of_byte_on_every_way(self):
        nodes = self.start_http_nodes(2)
        for number, key in enumerate(KEYS):
            value = f"{number} + 100% \x00"
            form = urllib.parse.urlencode({"key": key, "value": value})
            self.answer(200, "done\n", curl("-d", form, nodes[0].url + "/api/set"))
        for number, key in enumerate(KEYS):
            for node in nodes:
                self.answer(200, f"{number} + 100% \x00", node.get("/api?" + query(key)))
            replies = [node.get("/_groupcache/default/" + urllib.parse.quote(key, safe=""))
                       for node in nodes]
            values = [fields(reply)[1][0] for status, reply in replies if status == 200]
            self.assertIn(f"{number} + 100% \x00".encode(), values, key)

    def test_wrong_methods_and_paths(self):
        node, = self.start_http_nodes(1)
        for method, path, allowed in (("POST", "/api", b"GET, HEAD"), ("PUT", "/api/set", b"POST"),
                                      ("GET", "/setpeer", b"POST"), ("DELETE", "/", b"GET, HEAD"),
                                      ("OPTIONS", "/metrics", b"GET, HEAD")):
            status, reply = curl("-i", "-X", method, node.url + path)
            self.assertEqual(status, 405)
            self.assertIn(b"Allow: " + allowed + b"\r\n", reply)
        self.assertEqual(curl("-X", "FOO", node.url + "/api")[0], 400)
        status, body = node.get("/api/")
        self.assertEqual(status, 404)
        self.assertIn(b"POST /api/set", body)
        for path in ("/api", "/", "/ring", "/metrics"):
            self.assertEqual(curl("-I", node.url + path)[0], node.get(path)[0])

    def test_bytes_that_no_client_should_send(self):
        node, = self.start_http_nodes(1, "--max-key-bytes", "100", "--max-value-bytes", "1000")
        for garbage in (b"\x16\x03\x01\x00\xa5\x01\x00", b"nonsense\r\n\r\n", b"GET\r\n\r\n",
                        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
            self.assertTrue(node.raw(garbage).startswith(b"HTTP/1.1 400 "), garbage)
        self.assertEqual(node.get("/api?key=%zz")[0], 400)
        self.assertEqual(node.get("/api?key=%")[0], 400)
        self.assertEqual(node.get("/api?" + "&".join("a=1" for _ in range(100)))[0], 400)
        self.assertEqual(node.get("/api?key=" + "k" * 101)[0], 500)  # a key over its limit
        self.assertEqual(node.get("/api?key=" + "k" * 5000)[0], 414)
        self.assertEqual(node.get("/_groupcache/default/" + "k" * 5000)[0], 414)
        self.assertEqual(curl("-d", "key=a&value=" + "v" * 1001, node.url + "/api/set")[0], 400)
        for encoding in ("Content-Type: a/b", "Transfer-Encoding: chunked"):
            with file_with(b"x" * 20_000_000) as body:
                self.assertEqual(curl("-H", encoding, "--data-binary", "@" + body,
                                      node.url + "/api/set")[0], 413)
        self.answer(200, "ok\n", node.get("/healthz"))

    def test_slow_clients_are_left_and_others_served(self):
        node, = self.start_http_nodes(1, "--http-patience", "500ms")
        slow = [socket.create_connection(node.http.split(":"), PATIENCE_S) for _ in range(50)]
        for client in slow:
            client.sendall(b"GET /api?key=a HTT")
        self.answer(200, "ok\n", node.get("/healthz"))
        for client in slow:
            self.assertEqual(client.recv(1), b"")
            client.close()

    def test_a_client_that_pipelines_and_one_that_ends_early(self):
        node, = self.start_http_nodes(1)
        answers = node.get_all(f"/api?key={number}" for number in range(100))
        self.assertEqual(answers.count(b"HTTP/1.1 200 OK\r\n"), 101)
        self.assertTrue(answers.endswith(b"ok\n"))
        self.assertEqual(node.group()["gets"], 100)
        node.raw(b"GET /api?key=1 HTTP/1.1\r\n", half_closed=True)
        self.answer(200, "ok\n", node.get("/healthz"))

    def test_too_much_work_is_turned_away_with_a_time_to_come_back(self):
        node, = self.start_http_nodes(1, "--max-in-flight", "1", "--source",
                                      "synthetic:size=5,latency=2s", "--load-timeout", "30s")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            first = pool.submit(node.get, "/api?key=a")
            self.assertTrue(wait_until(lambda: node.group()["gets"] == 1))
            status, reply = curl("-i", node.url + "/api?key=b")
            self.assertEqual(status, 503)
            self.assertIn(b"Retry-After: 1\r\n", reply)
            self.assertIn(b"Ringlab-Code: RESOURCE_EXHAUSTED\r\n", reply)
            self.assertEqual(first.result()[0], 200)

    def test_a_stop_answers_what_was_accepted(self):
        node, = self.start_http_nodes(1, "--source", "synthetic:size=5,latency=1s")
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            answers = [pool.submit(node.get, f"/api?key={i}") for i in range(20)]
            self.assertTrue(wait_until(lambda: node.group()["gets"] == 20))
            node.signal(signal.SIGTERM)
            for answer in answers:
                self.assertEqual(answer.result()[0], 200)
        self.assertEqual(node.wait()[1], 0)

    def test_health_readiness_ring_and_metrics(self):
        node = HttpNode("n0")
        self.addCleanup(node.end)
        self.answer(200, "ok\n", node.get("/healthz"))
        self.assertEqual(node.get("/readyz")[0], 503)
        other = HttpNode("n1")
        self.addCleanup(other.end)
        node.join(f"n0={node.address},n1={other.address}")
        self.answer(200, "ready\n", node.get("/readyz"))
        ring = node.json("/ring")
        self.assertEqual([each["name"] for each in ring["members"]], ["n0", "n1"])
        self.assertEqual(sum(int(each["units"]) for each in ring["members"]), 2 ** 64)
        self.assertAlmostEqual(sum(each["share"] for each in ring["members"]), 1)
        self.assertEqual((ring["self"], ring["dialect"], ring["replicas"]), ("n0", "xx64", 160))
        text = node.get("/metrics")[1].decode()
        self.assertIn('ringlab_gets_total{group="default",from="caller"} ', text)
        # Leaving: still answered, and not ready.
        other.join(f"n0={node.address},n1={other.address}")
        node.signal(signal.SIGTERM)
        self.assertTrue(wait_until(lambda: node.get("/readyz")[0] == 503))

    def test_a_peer_is_added(self):
        node, = self.start_http_nodes(1)
        for form in ("", "peer=", "peer=x", "peer=a=h:1,b=h:2", "peer=%"):
            self.assertEqual(curl("-d", form, node.url + "/setpeer")[0], 400, form)
        other = HttpNode("n1")
        self.addCleanup(other.end)
        peer = "n1=" + other.address
        self.answer(200, f"set peer {peer} successful\n",
                    curl("-d", "peer=" + peer, node.url + "/setpeer"))
        self.assertEqual(len(node.json("/ring")["members"]), 2)
        self.assertEqual(curl("-d", "peer=" + peer, node.url + "/setpeer")[0], 200)
        self.assertEqual(curl("-H", "Origin: http://evil.example", "-d", "peer=n2=h:1",
                              node.url + "/setpeer")[0], 403)
        self.assertEqual(len(node.json("/ring")["members"]), 2)

    def test_flags(self):
        taken = HttpNode("n0")
        self.addCleanup(taken.end)
        for flags, words in ((("--http", "nowhere"), '--http: "nowhere": expected HOST:PORT'),
                             (("--http", taken.http), "--http: listen on"),
                             (("--http", "no.host.invalid:80"), "--http: listen on"),
                             (("--http-threads", "0"), "--http-threads"),
                             (("--http-patience", "0s"), "--http-patience"),
                             (("--peers", "http://h:1/x"), 'http://h:1/x": expected')):
            done = run(CACHENODE, "--listen", "127.0.0.1:0", *flags)
            self.assertEqual(done.returncode, 2, flags)
            self.assertIn(words, done.stderr)

    def test_a_token_is_asked_of_all_but_probes(self):
        with file_with(b"secret-1\n") as file:
            node, = self.start_http_nodes(1, "--token-file", file)
        self.answer(200, "ok\n", node.get("/healthz"))
        self.answer(200, "ready\n", node.get("/readyz"))
        for path in ("/api?key=a", "/_groupcache/default/a", "/status", "/metrics", "/ring"):
            self.assertEqual(node.get(path)[0], 401, path)
            for token in ("secret-1x", "secret", "SECRET-1"):
                bearer = "Authorization: Bearer " + token
                self.assertEqual(curl("-H", bearer, node.url + path)[0], 401)
            self.assertEqual(curl("-H", "Authorization: Bearer secret-1", node.url + path)[0], 200)
        self.assertNotIn("secret-1", node.stderr())


if __name__ == "__main__":
    unittest.main()
