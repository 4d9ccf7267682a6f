"""Nodes that come and go under traffic, as processes: what their users notice of it."""
import itertools
import os
import signal
import threading
import unittest

import grpc

from protobuf_by_hand import field, fields
from support import PATIENCE_S, ToolTest, wait_until

SERVICE = "/groupcachepb.GroupCache/"
KEYS = 500
DRAIN = "12s" if os.environ.get("RINGLAB_SANITIZE") else "4s"  # for each key to be asked for once


class Handover(ToolTest):
    def stats(self, channel):
        """source_loads and peeks_found of a node, and how many nodes it sees."""
        stats = fields(channel.unary_unary(SERVICE + "Stats")(b"", timeout=PATIENCE_S))
        group = fields(stats[4][0])
        return group.get(17, [0])[0], group.get(49, [0])[0], len(fields(stats[3][0])[3])

    def test_a_node_that_drains_fails_nobody_and_loads_nothing_again(self):
        nodes, _ = self.start_nodes(3, "--drain", DRAIN)
        channels = [grpc.insecure_channel(node.address) for node in nodes]
        for channel in channels:
            self.addCleanup(channel.close)
        gets = [channel.unary_unary(SERVICE + "Get") for channel in channels]
        requests = [field(1, b"default") + field(2, b"key-%d" % k) for k in range(KEYS)]
        for k, request in enumerate(requests):
            gets[k % 3](request, timeout=PATIENCE_S)
        self.assertEqual(sum(self.stats(channel)[0] for channel in channels), KEYS)

        over, failed, done = threading.Event(), [], [0, 0]

        def ask(get, count):
            for request in itertools.cycle(requests):
                if over.is_set():
                    return
                try:
                    get(request, timeout=PATIENCE_S)
                    done[count] += 1
                except grpc.RpcError as error:
                    failed.append(error)

        users = [threading.Thread(target=ask, args=(gets[i], i)) for i in range(2)]
        for user in users:
            user.start()
            self.addCleanup(user.join)
        self.addCleanup(over.set)
        nodes[2].signal(signal.SIGTERM)
        self.assertTrue(wait_until(lambda: self.stats(channels[0])[2] == 2))
        before = list(done)
        self.assertTrue(wait_until(lambda: all(now - then > KEYS  # each key once, on the new ring
                                               for now, then in zip(done, before))))
        if nodes[2].popen.poll() is not None:
            self.tell_of_cpus(f"each key took longer than a drain of {DRAIN}")
        self.assertIsNone(nodes[2].popen.poll())  # it still hands over
        self.assertEqual(nodes[2].popen.wait(timeout=PATIENCE_S), 0)
        over.set()
        for user in users:
            user.join()
        self.assertEqual(failed, [])
        loads, found, seen = zip(*(self.stats(channel) for channel in channels[:2]))
        self.assertEqual(seen, (2, 2))
        if sum(found) <= KEYS / 5:
            self.tell_of_cpus(f"{sum(found)} peeks were answered in their 20 ms")
        self.assertGreater(sum(found), KEYS / 5)
        self.assertLess(sum(loads), KEYS)  # what the third had was not loaded again


if __name__ == "__main__":
    unittest.main()
