"""A stock gRPC client of another language: hand-encoded bytes, health, reflection, one load a key."""

import concurrent.futures

import grpc

import tools

GET = "/groupcachepb.GroupCache/Get"
STATS = "/groupcachepb.GroupCache/Stats"


def varint(number):
    out = b""
    while number > 0x7f:
        out += bytes([number & 0x7f | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def get_request(group, key):
    return field(1, group) + field(2, key)


def fields(message):
    """(number, value) of each field: bytes, or an int for the numeric wire types."""
    at = 0

    def read_varint():
        nonlocal at
        number = shift = 0
        while True:
            byte = message[at]
            at += 1
            number |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return number

    while at < len(message):
        tag = read_varint()
        kind = tag & 7
        if kind == 0:
            yield tag >> 3, read_varint()
            continue
        size = {1: 8, 5: 4}.get(kind) or read_varint()
        yield tag >> 3, message[at:at + size]
        at += size


def field_of(message, number):
    return next((value for n, value in fields(message) if n == number), None)


class OtherLanguage(tools.ClusterTest):
    node_arguments = ("--groups", "scores:1MiB", "--source", "synthetic:size=40,latency=100ms")

    def setUp(self):
        super().setUp()
        self.channels = [grpc.insecure_channel(node.address) for node in self.nodes]
        for channel in self.channels:
            self.addCleanup(channel.close)

    def call(self, node, path, message, timeout=tools.PATIENCE):
        return self.channels[node].unary_unary(path)(message, timeout=timeout)

    def status_of(self, message, **arguments):
        with self.assertRaises(grpc.RpcError) as raised:
            self.call(0, GET, message, **arguments)
        return raised.exception.code(), raised.exception.details()

    def source_loads(self):
        loads = 0
        for node in range(3):
            stats = self.call(node, STATS, b"")
            loads += sum(field_of(group, 17) or 0 for n, group in fields(stats) if n == 4)
        return loads

    def test_one_load_however_many_ask(self):
        self.assertEqual(get_request(b"scores", b"Tom").hex(), "0a0673636f7265731203546f6d")
        request = get_request(b"scores", b"Tom")
        with concurrent.futures.ThreadPoolExecutor(64) as callers:
            replies = list(callers.map(lambda i: self.call(i % 3, GET, request), range(64)))
        values = {field_of(reply, 1) for reply in replies}
        self.assertEqual(len(values), 1)
        self.assertEqual(len(values.pop()), 40)
        self.assertEqual(self.source_loads(), 1)

    def test_keys_need_not_be_text(self):
        key = bytes(range(256))
        values = {field_of(self.call(node, GET, get_request(b"scores", key)), 1)
                  for node in range(3)}
        self.assertEqual(len(values), 1)

    def test_errors_by_code_and_words(self):
        code = grpc.StatusCode
        self.assertEqual(self.status_of(get_request(b"scores", b"")),
                         (code.INVALID_ARGUMENT, "key required"))
        self.assertEqual(self.status_of(get_request(b"nope", b"k")),
                         (code.NOT_FOUND, "no such group: nope"))
        self.assertEqual(self.status_of(b"\x0a\xff\xff\xff\xff")[0], code.INVALID_ARGUMENT)
        self.assertEqual(self.status_of(get_request(b"scores", b"late"), timeout=0.02)[0],
                         code.DEADLINE_EXCEEDED)
        with self.assertRaises(grpc.RpcError) as raised:
            self.call(0, "/groupcachepb.GroupCache/Nothing", b"")
        self.assertEqual(raised.exception.code(), code.UNIMPLEMENTED)

    def test_health_and_reflection(self):
        health = "/grpc.health.v1.Health/Check"
        for service in (b"", b"groupcachepb.GroupCache"):
            serving = self.call(0, health, field(1, service) if service else b"")
            self.assertEqual(list(fields(serving)), [(1, 1)])  # SERVING
        reflection = self.channels[0].stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        listed = next(reflection(iter([field(7, b"")]), timeout=tools.PATIENCE))
        self.assertIn(b"groupcachepb.GroupCache", listed)
        described = next(reflection(iter([field(4, b"groupcachepb.GroupCache")]),
                                    timeout=tools.PATIENCE))
        self.assertIn(b"GetRequest", described)


class NotFound(tools.ClusterTest):
    node_arguments = ("--source", "synthetic:not-found=100%")

    def test_a_missing_key_is_named(self):
        for node in self.nodes:
            with grpc.insecure_channel(node.address) as channel:
                with self.assertRaises(grpc.RpcError) as raised:
                    channel.unary_unary(GET)(get_request(b"default", b"gone"),
                                             timeout=tools.PATIENCE)
            self.assertEqual(raised.exception.code(), grpc.StatusCode.NOT_FOUND)
            self.assertIn('"gone"', raised.exception.details())


if __name__ == "__main__":
    tools.main()
