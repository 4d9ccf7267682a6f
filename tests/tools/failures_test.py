"""Nodes in a world that runs out of things: descriptors, peers, databases, patience."""
import os
import resource
import signal
import socket
import sqlite3
import tempfile
import threading
import time
import unittest

import grpc

from certificates import Authority
from http_node import HttpNode, HttpTest, curl
from protobuf_by_hand import field, fields
from support import CACHENODE, PATIENCE_S, own_address, wait_until

GET = "/groupcachepb.GroupCache/Get"
GET_MANY = "/groupcachepb.GroupCache/GetMany"
REMOVE = "/groupcachepb.GroupCache/Remove"


def few_descriptors(limit):
    """What limits a child process to so many."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


class Failures(HttpTest):
    def connect_many(self, address, count):
        """As many connections as can be had, which say nothing."""
        host, _, port = address.rpartition(":")
        connections = []
        for _ in range(count):
            connection = socket.socket()
            self.addCleanup(connection.close)
            connection.settimeout(PATIENCE_S)
            connection.connect((host, int(port)))
            connections.append(connection)
        return connections

    def ready(self, node):
        return curl(node.url + "/readyz")[0]

    def call(self, node, method, request, timeout=PATIENCE_S, credentials=None):
        """The reply's bytes, or the status and message of the refusal."""
        channel = (grpc.insecure_channel(node.address) if credentials is None else
                   grpc.secure_channel(node.address, credentials))
        try:
            return channel.unary_unary(method)(request, timeout=timeout, wait_for_ready=True)
        except grpc.RpcError as error:
            return error.code(), error.details()
        finally:
            channel.close()

    def get(self, node, key, **options):
        reply = self.call(node, GET, field(1, b"default") + field(2, key.encode()), **options)
        return fields(reply).get(1, [b""])[0] if isinstance(reply, bytes) else reply

    def check_few_descriptors(self, engine):
        node = HttpNode("n", "--engine", engine, preexec_fn=few_descriptors(64))
        self.addCleanup(node.end)
        node.join(f"n={node.address}")
        for address in (node.address, node.http):
            connections = self.connect_many(address, 124)
            self.assertEqual(self.ready(node), 200)  # idle ones make room for a probe
            self.assertLess(len(os.listdir(f"/proc/{node.pid}/fd")), 64)
            for connection in connections:
                connection.close()
            self.assertEqual(self.ready(node), 200)
            self.assertEqual(len(self.get(node, "a")), 100)
        self.assertIn("few descriptors are left", node.stderr())

    def test_connections_beyond_the_descriptors_come_and_go(self):
        for engine in ("h2", "grpc"):
            with self.subTest(engine=engine):
                self.check_few_descriptors(engine)

    def test_certificates_outlive_a_lack_of_descriptors(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = Authority(folder)
            cert, key = authority.issue("n")
            node = HttpNode("n", "--tls-cert", cert, "--tls-key", key, "--tls-ca", authority.cert,
                            preexec_fn=few_descriptors(48))
            self.addCleanup(node.end)
            node.join(f"n={node.address}")
            connections = self.connect_many(node.address, 100) + self.connect_many(node.http, 100)
            time.sleep(2.5)  # two looks at the files
            for connection in connections:
                connection.close()
            authority.issue("n")
            node.await_text("those of the changed files are in use")
            with open(authority.cert, "rb") as roots:
                credentials = grpc.ssl_channel_credentials(roots.read())
            self.assertEqual(len(self.get(node, "a", credentials=credentials)), 100)

    def test_a_database_that_others_have_locked(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "students.db")
            node, = self.start_http_nodes(1, "--source", f"sqlite:{path}?timeout=200ms",
                                          "--source-fill", "demo")
            self.assertEqual(self.get(node, "Tom"), b"630")
            other = sqlite3.connect(path, isolation_level=None)
            self.addCleanup(other.close)
            for _ in range(2):
                other.execute("BEGIN EXCLUSIVE")
                for key in ("Jack", "Sam", "Alice", "hi", "hihi"):  # by all of its sessions
                    code, why = self.get(node, key)
                    self.assertEqual(code, grpc.StatusCode.INTERNAL, why)
                other.execute("COMMIT")
                self.assertTrue(wait_until(lambda: self.get(node, "Jack") == b"589"))
                for key, score in (("Sam", b"567"), ("Alice", b"788"), ("hi", b"1000")):
                    self.assertTrue(wait_until(lambda: self.get(node, key) == score))
                for key in (b"Jack", b"Sam", b"Alice", b"hi", b"hihi"):
                    self.call(node, REMOVE, field(1, b"default") + field(2, key))

    def test_an_owner_that_is_stopped_costs_nobody_his_deadline(self):
        nodes = self.start_http_nodes(2)
        asked, owner = nodes
        keys = [f"key-{i}" for i in range(200)]
        members = {member["name"]: member for member in asked.json("/ring")["members"]}
        self.assertEqual(set(members), {"n0", "n1"})
        for key in keys[:100]:
            self.get(asked, key)  # so that what the owner takes is known
        owner.signal(signal.SIGSTOP)
        self.addCleanup(owner.signal, signal.SIGCONT)
        answers = [self.get(asked, key, timeout=20) for key in keys[100:]]
        self.assertEqual([len(answer) for answer in answers], [100] * 100)
        group = asked.group()
        self.assertGreater(group["levels"]["peer"], 0)
        failed = sum(line.startswith('ringlab_peer_calls_failed_total{peer="n1"}')
                     for line in asked.get("/metrics")[1].decode().splitlines())
        self.assertEqual(failed, 1)
        asked.await_text("n1 fails, and is asked no more but by probes")

    def test_signals_in_any_order_cut_nobody_off(self):
        for signals in ((signal.SIGTERM, signal.SIGHUP), (signal.SIGHUP, signal.SIGTERM),
                        (signal.SIGTERM, signal.SIGHUP, signal.SIGHUP)):
            node, = self.start_http_nodes(1, "--source", "synthetic:size=100,latency=1s")
            answers = []
            caller = threading.Thread(target=lambda: answers.append(self.get(node, "slow")))
            caller.start()
            self.assertTrue(wait_until(
                lambda: node.json("/status.json")["groups"][0]["gets"] == 1))
            for number in signals:
                node.signal(number)
                time.sleep(0.05)
            caller.join()
            self.assertEqual(len(answers[0]), 100)
            self.assertEqual(node.popen.wait(PATIENCE_S), 0)
            node.end()

    def test_a_signal_ends_a_node_that_fills_a_table(self):
        with tempfile.TemporaryDirectory() as folder:
            process = self.start(CACHENODE, "--listen", own_address(), "--source",
                                 f"sqlite:{folder}/keys.db?table=keys", "--source-fill",
                                 "50000000", is_server=False)
            self.assertTrue(wait_until(lambda: os.path.exists(f"{folder}/keys.db")))
            process.signal(signal.SIGHUP)  # is no end
            time.sleep(0.2)
            self.assertFalse(process.has_gone())
            process.signal(signal.SIGTERM)
            process.popen.wait(PATIENCE_S)
            self.assertLess(os.path.getsize(f"{folder}/keys.db"), 1 << 30)

    def test_a_batch_is_bounded_before_it_is_answered(self):
        node, = self.start_http_nodes(1, "--source", "synthetic:size=1MiB", "--groups",
                                      "default:256MiB")

        def ask(keys):
            return self.call(node, GET_MANY, field(1, b"default") +
                             b"".join(field(2, key) for key in keys))
        self.assertEqual(len(fields(ask([b"k"] * 3))[1]), 3)
        code, why = ask([b"k"] * 3000)
        self.assertEqual(code, grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertIn("the answer to these 3000 keys takes", why)
        self.assertIn("a batch may take 64 MiB", why)
        resident = node.json("/status.json")["process"]["resident_bytes"]
        self.assertLess(resident, 512 << 20)

    def test_nodes_that_see_different_rings_say_so(self):
        a = HttpNode("a", "--replicas", "50")
        self.addCleanup(a.end)
        b = HttpNode("b")
        self.addCleanup(b.end)
        for node in (a, b):
            node.join(f"a={a.address},b={b.address}")
        keys = iter(range(1_000_000))

        def told():
            for _ in range(50):
                self.get(a, f"key-{next(keys)}")
                self.get(b, f"key-{next(keys)}")
            return all(f"{other} routes by another ring" in node.stderr()
                       for node, other in ((a, "b"), (b, "a")))
        self.assertTrue(wait_until(told))
        for node, other in ((a, "b"), (b, "a")):
            shown = node.json("/ring")["other_rings"]
            self.assertGreater(shown["requests"], 0)
            self.assertEqual(shown["last_of"], other)
            self.assertNotEqual(shown["fingerprint"], node.json("/ring")["fingerprint"])
            self.assertIn(b"ringlab_requests_of_other_rings_total", node.get("/metrics")[1])


if __name__ == "__main__":
    unittest.main()
