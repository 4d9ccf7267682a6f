"""A stock gRPC client of another language, with messages encoded by hand, against three nodes."""
import unittest

import grpc

from protobuf_by_hand import field, fields
from support import PATIENCE_S, ToolTest

SERVICE = "/groupcachepb.GroupCache/"


class Polyglot(ToolTest):
    def channels(self, nodes):
        channels = [grpc.insecure_channel(node.address) for node in nodes]
        for channel in channels:
            self.addCleanup(channel.close)
        return channels

    def call(self, channel, path, request):
        return channel.unary_unary(path)(request, timeout=PATIENCE_S)

    def source_loads(self, channel):
        stats = fields(self.call(channel, SERVICE + "Stats", b""))
        return sum(fields(group).get(17, [0])[0] for group in stats[4])

    def refusal(self, channel, request, timeout=PATIENCE_S):
        with self.assertRaises(grpc.RpcError) as caught:
            channel.unary_unary(SERVICE + "Get")(request, timeout=timeout)
        return caught.exception.code(), caught.exception.details()

    def test_golden_bytes_get_the_value(self):
        nodes, _ = self.start_nodes(3, "--groups", "scores:1MiB")
        request = bytes.fromhex("0a0673636f7265731203546f6d")  # group scores, key Tom
        self.assertEqual(field(1, b"scores") + field(2, b"Tom"), request)
        replies = [self.call(channel, SERVICE + "Get", request) for channel in self.channels(nodes)]
        values = [fields(reply)[1][0] for reply in replies]
        self.assertEqual(len(values[0]), 100)
        self.assertEqual(set(values), {values[0]})

    def test_keys_that_are_no_text(self):
        nodes, _ = self.start_nodes(3)
        for channel in self.channels(nodes):
            request = field(1, b"default") + field(2, bytes(range(256)))
            self.assertEqual(len(fields(self.call(channel, SERVICE + "Get", request))[1][0]), 100)

    def test_64_concurrent_gets_of_a_cold_key_are_one_load(self):
        nodes, _ = self.start_nodes(3, "--source", "synthetic:size=100,latency=300ms")
        channels = self.channels(nodes)
        for key in (b"cold", b"colder", b"coldest"):  # with luck, of different owners
            before = sum(map(self.source_loads, channels))
            request = field(1, b"default") + field(2, key)
            gets = [channel.unary_unary(SERVICE + "Get") for channel in channels]
            calls = [gets[i % 3].future(request, timeout=PATIENCE_S) for i in range(64)]
            values = {fields(call.result())[1][0] for call in calls}
            self.assertEqual(len(values), 1)
            self.assertEqual(sum(map(self.source_loads, channels)), before + 1)

    def test_refusals(self):
        nodes, _ = self.start_nodes(2, "--source", "synthetic:not-found=100%")
        slow, _ = self.start_nodes(1, "--source", "synthetic:latency=1h")
        for channel in self.channels(nodes):
            group = field(1, b"default")
            self.assertEqual(self.refusal(channel, group),
                             (grpc.StatusCode.INVALID_ARGUMENT, "key required"))
            self.assertEqual(self.refusal(channel, field(1, b"scores") + field(2, b"Tom")),
                             (grpc.StatusCode.NOT_FOUND, "no such group: scores"))
            self.assertEqual(self.refusal(channel, group + field(2, b"Tom")),
                             (grpc.StatusCode.NOT_FOUND, 'no value for key "Tom"'))
            self.assertEqual(self.refusal(channel, b"\x0a")[0], grpc.StatusCode.INVALID_ARGUMENT)
            with self.assertRaises(grpc.RpcError) as caught:
                self.call(channel, SERVICE + "Nothing", b"")
            self.assertEqual(caught.exception.code(), grpc.StatusCode.UNIMPLEMENTED)
        channel = self.channels(slow)[0]
        self.assertEqual(self.refusal(channel, field(1, b"default") + field(2, b"Tom"), 0.1)[0],
                         grpc.StatusCode.DEADLINE_EXCEEDED)

    def test_health_and_reflection(self):
        nodes, _ = self.start_nodes(1)
        channel = self.channels(nodes)[0]
        for service in (b"", b"groupcachepb.GroupCache"):
            reply = self.call(channel, "/grpc.health.v1.Health/Check", field(1, service))
            self.assertEqual(fields(reply), {1: [1]})  # SERVING
        talk = channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        # Field 7 asks for the services' names, field 4 for the file that declares a symbol.
        asked = iter([field(7, b""), field(4, b"groupcachepb.GroupCache")])
        names, file = [fields(reply) for reply in talk(asked, timeout=PATIENCE_S)]
        names = [fields(service)[1][0] for service in fields(names[6][0])[1]]
        self.assertIn(b"groupcachepb.GroupCache", names)
        self.assertIn(b"cache.proto", fields(file[4][0])[1][0])

    def test_debug_level_logs_requests_and_info_does_not(self):
        for level, logged in (("debug", True), ("info", False)):
            nodes, _ = self.start_nodes(1, "--log-level", level)
            request = field(1, b"default") + field(2, b"Tom")
            self.call(self.channels(nodes)[0], SERVICE + "Get", request)
            self.assertEqual('Get default/"Tom" from a caller: OK' in nodes[0].stderr(), logged)


if __name__ == "__main__":
    unittest.main()
