"""A cluster on a network that fails: hosts of its own, cables cut whole and by halves, lost
packets, slow links, stopped processes, an etcd that nobody reaches; under reads and writes with
versions.

What docs/cachenode.md promises must hold once the network is whole again: all nodes answer the
same, no value that was overwritten by an acknowledged write comes back, every request is accounted
for, and no node was started again.
"""
import collections
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import grpc

from namespaces import Network
from protobuf_by_hand import field, fields
from support import CACHENODE, PATIENCE_S, Process, ToolTest, wait_until

CALLS = "/groupcachepb.GroupCache/"
NODES = ("n0", "n1", "n2")
TTL_S = 2
KEYS = 60
CALL_S = 1.0  # patience of a caller
COUNTERS = {  # of groupcachepb.GroupCounters
    "gets": 2, "invalid": 4, "hits": 5, "joined": 6, "led": 7, "refused": 8, "late_hits": 9,
    "peer_loads": 10, "peer_ok": 11, "peer_final": 12, "peer_errors": 13, "source_loads_own": 16,
    "answered_ok": 21, "answered_not_found": 22, "answered_timeout": 23, "answered_error": 24,
    "sets": 27, "removes": 28, "writes_invalid": 29, "writes_applied": 30, "writes_forwarded": 31,
    "copies_dropped": 34, "negative_hits": 37, "too_late": 38, "refreshes": 39, "peeks_found": 49,
    "writes_in_doubt": 52}


class Writer(threading.Thread):
    """The only one who writes its keys: version after version, through whichever node."""

    def __init__(self, world, keys, seed):
        super().__init__(daemon=True)
        self.world, self.keys, self.random = world, keys, random.Random(seed)
        self.tried = collections.Counter()  # the last version of a key that was sent
        self.known = collections.defaultdict(list)  # those acknowledged: when sent, when told
        self.ends = collections.Counter()
        self.sent = 0
        self.over = threading.Event()

    def run(self):
        channels = {name: grpc.insecure_channel(self.world.address(name)) for name in NODES}
        while not self.over.is_set():
            key, node = self.random.choice(self.keys), self.random.choice(self.world.doors)
            write = self.random.random() < 0.4
            self.sent += 1
            try:
                if write:
                    self.tried[key] += 1
                    version, sent = self.tried[key], time.monotonic()
                    channels[node].unary_unary(CALLS + "Set")(
                        field(1, b"default") + field(2, key) + field(3, b"v%d" % version),
                        timeout=CALL_S)
                    self.known[key].append((sent, time.monotonic(), version))
                else:
                    channels[node].unary_unary(CALLS + "Get")(
                        field(1, b"default") + field(2, key), timeout=CALL_S)
                self.ends["ok"] += 1
            except grpc.RpcError as error:
                self.ends[error.code().name] += 1
            time.sleep(0.002)
        for channel in channels.values():
            channel.close()


class Rings(threading.Thread):
    """Notes when a node's ring changed: until all have, two may each take a key's writes."""

    STEP_S, MARGIN_S = 0.05, 0.5

    def __init__(self, ring):
        super().__init__(daemon=True)
        self.ring, self.over, self.changed = ring, threading.Event(), []
        self.before = None

    def run(self):
        while not self.over.wait(self.STEP_S):
            rings = [self.ring(name) for name in NODES]
            if rings != self.before:
                self.changed.append(time.monotonic())
            self.before = rings

    def settled(self, begin, end):
        """From the sending of a write until it was acknowledged, and somewhat around."""
        return not any(begin - self.MARGIN_S < when < end + self.MARGIN_S
                       for when in self.changed)


class Chaos(ToolTest):
    def setUp(self):
        super().setUp()
        try:
            self.network = Network(("etcd", *NODES))
        except OSError as error:
            self.not_told(f"it makes no network namespaces: {error}")
        self.addCleanup(self.network.close)
        folder = tempfile.mkdtemp(prefix="ringlab-chaos-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.doors = NODES  # where callers knock
        at = self.network.addresses["etcd"]
        self.etcd = Process(*self.network.command(
            "etcd", "etcd", "--data-dir", folder, "--listen-client-urls", f"http://{at}:2379",
            "--advertise-client-urls", f"http://{at}:2379", "--listen-peer-urls",
            f"http://{at}:2380"), stdout=subprocess.STDOUT, is_server=True)
        self.addCleanup(self.etcd.end)
        self.nodes = {}
        for name in NODES:
            address = self.network.addresses[name]
            node = Process(*self.network.command(
                name, CACHENODE, "--name", name, "--listen", f"{address}:7000", "--etcd",
                f"{at}:2379", f"--etcd-ttl={TTL_S}s", "--service", "cache"),
                is_server=True)
            self.addCleanup(node.end)
            self.nodes[name] = node
        self.await_whole_ring()

    def address(self, name):
        return f"{self.network.addresses[name]}:7000"

    def stats(self, name, patience_s=PATIENCE_S):
        with grpc.insecure_channel(self.address(name)) as channel:
            return fields(channel.unary_unary(CALLS + "Stats")(b"", timeout=patience_s))

    def ring(self, name, patience_s=0.3):
        """Empty when it does not answer."""
        try:
            return [each.decode() for each in fields(self.stats(name, patience_s)[3][0])[3]]
        except grpc.RpcError:
            return []

    def await_whole_ring(self):
        if not wait_until(lambda: all(self.ring(name) == list(NODES) for name in NODES)):
            self.fail({name: (self.ring(name), node.stderr()[-500:])
                       for name, node in self.nodes.items()})

    def value(self, name, key):
        with grpc.insecure_channel(self.address(name)) as channel:
            return fields(channel.unary_unary(CALLS + "Get")(
                field(1, b"default") + field(2, key), timeout=PATIENCE_S)).get(1, [b""])[0]

    def play(self, trouble, seconds, doors=NODES):
        """Traffic while there is trouble, then a whole network, then what is left of the writes."""
        self.doors = doors
        writers = [Writer(self, [b"key-%d" % k for k in range(KEYS) if k % 3 == n], n)
                   for n in range(3)]
        rings = Rings(self.ring)
        for thread in (rings, *writers):
            thread.start()
        time.sleep(1)
        trouble()
        time.sleep(seconds)
        self.network.mend()
        for node in self.nodes.values():
            node.signal(signal.SIGCONT)
        self.await_whole_ring()
        time.sleep(2)  # what is acknowledged now, too, nothing that the trouble did may undo
        for thread in (rings, *writers):
            thread.over.set()
            thread.join()
        for writer in writers:
            self.assertEqual(sum(writer.ends.values()), writer.sent)
            self.assertGreater(writer.ends["ok"], 0)
        time.sleep(1.5)  # copies of hot keys have run out
        lost = 0
        for writer in writers:
            for key in writer.keys:
                lost += self.judge(key, writer, rings)
        self.account()
        sent = sum(writer.sent for writer in writers)
        ends = sum((writer.ends for writer in writers), collections.Counter())
        print(f"{sent} calls: {dict(ends)}; {lost} of {KEYS} keys have the source's value again")
        return lost

    def judge(self, key, writer, rings):
        """1 when the key has the source's value again, as it may; 0 when the last one written."""
        if not writer.tried[key]:
            return 0
        seen = set()

        def agree():  # a copy, or a load that had begun, may be older for a moment
            seen.clear()
            seen.update(self.value(name, key) for name in NODES)
            return len(seen) == 1
        self.assertTrue(wait_until(agree, 5), f"{key}: {seen}")
        value, = seen
        written = re.fullmatch(rb"v(\d+)", value)
        if written is None:
            return 1
        known = max((version for sent, told, version in writer.known[key]
                     if rings.settled(sent, told)), default=0)
        self.assertGreaterEqual(int(written[1]), known, f"{key} went back")
        return 0

    def account(self):
        """No call is under way: each that a node took must be in exactly one counter."""
        for name, node in self.nodes.items():
            self.assertFalse(node.has_gone(), node.stderr()[-2000:])

            def broken(name=name):
                group = fields(self.stats(name)[4][0])
                c = {each: group.get(number, [0])[0] for each, number in COUNTERS.items()}
                sums = {
                    "paths": (c["gets"] + c["refreshes"], c["invalid"] + c["hits"] +
                              c["negative_hits"] + c["too_late"] + c["joined"] + c["led"] +
                              c["refused"]),
                    "ends": (c["gets"], c["answered_ok"] + c["answered_not_found"] +
                             c["answered_timeout"] + c["answered_error"]),
                    "loads": (c["led"], c["late_hits"] + c["peer_loads"] + c["source_loads_own"] +
                              c["peeks_found"]),
                    "writes": (c["sets"] + c["removes"], c["writes_invalid"] +
                               c["writes_in_doubt"] + c["writes_applied"] +
                               c["writes_forwarded"] + c["copies_dropped"])}
                return {what: both for what, both in sums.items() if both[0] != both[1]}
            self.assertTrue(wait_until(lambda now=broken: not now(), 10), broken())

    def test_a_node_cut_off_from_etcd_alone(self):
        self.play(lambda: self.network.cut("n2", "etcd"), 2.5 * TTL_S)

    def test_a_node_cut_off_from_everybody(self):
        # Its own callers would write what nobody else sees, and what is lost with it.
        self.play(lambda: self.network.cut("n2", "etcd", "n0", "n1"), 2.5 * TTL_S, ("n0", "n1"))

    def test_two_nodes_cut_off_from_each_other(self):
        self.assertEqual(self.play(lambda: self.network.cut("n0", "n1"), TTL_S), 0)

    def test_an_etcd_that_nobody_reaches(self):
        lost = self.play(lambda: self.network.cut("etcd", *NODES), 2.5 * TTL_S)
        self.assertEqual(lost, 0)  # nobody took anybody's keys

    def test_a_stopped_node(self):
        self.play(lambda: self.nodes["n1"].signal(signal.SIGSTOP), 2.5 * TTL_S, ("n0", "n2"))

    def test_lost_packets_and_a_slow_link(self):
        def trouble():
            self.network.lose("n1", 15)
            self.network.slow("n2", "1mbit")
        self.play(trouble, 2 * TTL_S)


if __name__ == "__main__":
    unittest.main()
