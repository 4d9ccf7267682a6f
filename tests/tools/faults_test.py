"""Nodes whose system calls fail at random: they answer or refuse, never die, and are whole after.

RINGLAB_FAULTS_SEED and RINGLAB_FAULTS_S play another sequence, or for longer.
"""
import os
import random
import signal
import tempfile
import time
import unittest

import grpc

from certificates import Authority
from faults import Faults
from http_node import HttpNode, HttpTest, curl
from protobuf_by_hand import field, fields
from support import PATIENCE_S, wait_until

SEED = int(os.environ.get("RINGLAB_FAULTS_SEED", "1"))
SECONDS = float(os.environ.get("RINGLAB_FAULTS_S", "5"))
SHARES = (0.001, 0.02, 0.2, 0.9)  # of calls that fail, from seldom to nearly all
SOON = (("grpc.max_reconnect_backoff_ms", 1000),)  # a client that has given up comes back
SERVICE = "/groupcachepb.GroupCache/"
NAMES = ("Tom", "Jack", "Sam", "Alice", "hi", "hihi", "Nobody")


class FaultsTest(HttpTest):
    def start_cluster(self, *arguments):
        """Three nodes whose calls can be made to fail."""
        self.faults = Faults(self, SEED)
        nodes = []
        for i in range(3):
            nodes.append(HttpNode(f"n{i}", *arguments, env=self.faults.environment()))
            self.addCleanup(nodes[-1].end)
        for node in nodes:
            node.join(",".join(f"{each.name}={each.address}" for each in nodes))
        return nodes

    def channels(self, nodes, credentials=None):
        for node in nodes:
            channel = (grpc.insecure_channel(node.address, SOON) if credentials is None else
                       grpc.secure_channel(node.address, credentials, SOON))
            self.addCleanup(channel.close)
            yield channel

    def call(self, channel, method, request, timeout=2):
        try:
            return channel.unary_unary(SERVICE + method)(request, timeout=timeout)
        except grpc.RpcError as error:
            return error.code()

    def get(self, channel, key):
        reply = self.call(channel, "Get", field(1, b"default") + field(2, key.encode()))
        return fields(reply).get(1, [b""])[0] if isinstance(reply, bytes) else reply

    def play(self, nodes, channels, also=lambda: None):
        """Every kind of call while system calls fail, more and more of them."""
        luck = random.Random(SEED)
        for share in SHARES:
            self.faults.fail(share)
            until = time.monotonic() + SECONDS / len(SHARES)
            while time.monotonic() < until:
                key = luck.choice(NAMES).encode()
                channel = luck.choice(channels)
                kind = luck.randrange(5)
                asked = field(1, b"default") + field(2, key)
                if kind == 0:
                    self.call(channel, "Set", asked + field(3, b"1" * luck.randrange(10_000)), 0.5)
                elif kind == 1:
                    self.call(channel, "Remove", asked, 0.5)
                elif kind == 2:
                    self.call(channel, "GetMany", asked * 3, 0.5)
                else:
                    self.call(channel, "Get", asked, 0.5)
                node = luck.choice(nodes)
                try:
                    curl("-m", "1", node.url + luck.choice(("/api?key=Tom", "/metrics", "/readyz")))
                except AssertionError:
                    pass  # no answer is an answer here
                also()
            for node in nodes:
                node.check_it_runs()
        self.faults.fail(0)

    def check_whole(self, nodes):
        """As if nothing had been."""
        for node in nodes:
            node.check_it_runs()
            self.assertNotIn("check failed", node.stderr())
            self.assertTrue(wait_until(lambda node=node: self.ready(node)), node.stderr()[-2000:])
        failed = self.faults.failed()
        self.assertGreater(sum(failed.values()), 100)
        print(f"seed {SEED}: {sum(failed.values())} calls failed: {failed}")

    def ready(self, node):
        try:
            return curl("-m", "1", node.url + "/readyz")[0] == 200
        except AssertionError:
            return False

    def check_answers(self, channels):
        for channel in channels:
            for name, score in (("Jack", b"589"), ("Sam", b"567")):
                asked = field(1, b"default") + field(2, name.encode())
                self.assertTrue(wait_until(lambda: self.call(channel, "Remove", asked) == b""))
                self.assertTrue(wait_until(lambda: self.get(channel, name) == score),
                                self.get(channel, name))

    def check_a_database(self, engine):
        with tempfile.TemporaryDirectory() as folder:
            nodes = self.start_cluster("--engine", engine, "--source",
                                       f"sqlite:{folder}/students.db?timeout=300ms",
                                       "--source-fill", "demo")
            channels = list(self.channels(nodes))
            self.play(nodes, channels)
            self.check_whole(nodes)
            if engine == "grpc":
                return  # it lives; but what its own epoll lost grpc++ may wait for, without an end
            self.check_answers(channels)
            for node in nodes:
                node.signal(signal.SIGTERM)
            for node in nodes:
                self.assertEqual(node.popen.wait(PATIENCE_S), 0)

    def test_nodes_on_h2_with_a_database(self):
        self.check_a_database("h2")

    def test_nodes_on_grpc_with_a_database(self):
        self.check_a_database("grpc")

    def test_nodes_with_certificates_that_change(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = Authority(folder)
            cert, key = authority.issue("n")
            nodes = self.start_cluster("--tls-cert", cert, "--tls-key", key, "--tls-ca",
                                       authority.cert)
            with open(authority.cert, "rb") as roots:
                credentials = grpc.ssl_channel_credentials(roots.read())
            channels = list(self.channels(nodes, credentials))
            turns = iter(range(1_000_000))

            def change():
                if next(turns) % 20 == 0:
                    authority.issue("n")
                    nodes[0].signal(signal.SIGHUP)
            self.play(nodes, channels, change)
            self.check_whole(nodes)
            for channel in channels:
                self.assertTrue(wait_until(lambda channel=channel: self.get(channel, "Tom")))


if __name__ == "__main__":
    unittest.main()
