"""The table of docs/reference-systems.md, row by row: their clients' calls, as they make them,
against three nodes with the row's flags, and the results that those systems document.

A test makes the calls of its row and no fewer, and gets what the row says: both are read from
the page, where what is quoted as code is what is called and what is answered.
"""
import concurrent.futures
import contextlib
import os
import re
import shlex
import sqlite3
import tempfile
import time
import unittest
import zlib

import grpc

from groupcache_process import GroupcacheProcess
from http_node import HttpNode, HttpTest, curl
from protobuf_by_hand import field, fields, varint
from support import PATIENCE_S, own_address, wait_until

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../../docs/reference-systems.md")
HEADER = "| system | what its clients call | flags | what they get |"

SCORES = {"Tom": "630", "Alice": "788", "Sam": "567"}
REFLECTION = "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"


def code_in(cell):
    """What a cell of the table quotes as code."""
    return re.findall(r"`([^`]+)`", cell)


class Row:
    """A line of the table; with `shared`, the flags that stand above it."""

    def __init__(self, line, shared):
        self.system, calls, flags, gets = map(str.strip, line.strip().strip("|").split("|"))
        self.calls, self.gets = code_in(calls), code_in(gets)
        self.flags = {**shared, **flags_in(" ".join(code_in(flags)))}
        self.test = "test_" + re.sub("[^a-z0-9]+", "_", self.system.lower())


def flags_in(text):
    words = shlex.split(text)
    return dict(zip(words[::2], words[1::2]))


def rows():
    with open(PAGE, encoding="utf-8") as file:
        before, _, after = file.read().partition(HEADER)
    command = before.rpartition("cachenode --")[2].partition("\n```")[0]
    shared = flags_in("--" + command.replace("\\\n", ""))
    lines = after.partition("\n\n")[0].splitlines()[2:]
    return [Row(line, shared) for line in lines]


def owner_by_groupcache(key, names):
    """The place in `names` that consistenthash of golang/groupcache gives, with its 50 replicas."""
    points = sorted((zlib.crc32(f"{i}{name}".encode()), name) for name in names for i in range(50))
    spot = zlib.crc32(key.encode())
    return names.index(next((name for point, name in points if point >= spot), points[0][1]))


class References(HttpTest):
    def start_row(self):
        """Three nodes as the row of this test has them, with addresses of their own."""
        row, = [row for row in rows() if row.test == self._testMethodName]
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.table = os.path.join(folder.name, "students.db")
        self.called, self.got, self.nodes = set(), set(), []
        addresses = [own_address() for _ in range(3)]
        flags = dict(row.flags)
        flags["--source"] = flags["--source"].replace("students.db", self.table)
        flags["--source"] += ("&" if "?" in flags["--source"] else "?") + "timeout=1m"
        for flag in ("--http", "--listen", "--peers"):
            self.assertIn(":", flags.pop(flag))
        name = flags.pop("--name", None)
        for i, address in enumerate(addresses):
            its_name = (re.sub("(localhost|127.0.0.1):900[1-3]", address, name) if name
                        else f"127.0.0.1:800{i + 1}")
            self.nodes.append(HttpNode(its_name, "--load-timeout", "1m", *sum(flags.items(), ()),
                                       http=address))
            self.addCleanup(self.nodes[-1].end)
        for node in self.nodes:
            node.join(",".join(f"{each.name}={each.address}" for each in self.nodes))
        self.names = [node.name for node in self.nodes]
        self.channels = [grpc.insecure_channel(node.address) for node in self.nodes]
        for channel in self.channels:
            self.addCleanup(channel.close)
        self.row = row

    def end_row(self):
        """All of the row was called and got, and is true."""
        self.assertLessEqual(set(self.row.calls), self.called)
        self.assertLessEqual(set(self.row.gets), self.got)

    def loads(self):
        return sum(node.group()["source_loads"] for node in self.nodes)

    @contextlib.contextmanager
    def loading(self, count):
        """That many loads happen meanwhile, on all nodes together."""
        before = self.loads()
        yield
        self.assertEqual(self.loads() - before, count)

    def curl(self, command):
        """A curl command as the page has it: where nodes are is put right, there and back again."""
        self.assertIn(command, self.row.calls)
        self.called.add(command)
        words = shlex.split(command)
        self.assertEqual(words[0], "curl")
        arguments = []
        for word in words[1:]:
            for i, node in enumerate(self.nodes, 1):
                word = re.sub(f"(localhost|127.0.0.1):900{i}", node.http, word)
                word = word.replace(f"127.0.0.1:800{i}", f"{node.name}={node.address}")
            arguments.append(word)
        status, body = curl("-i", *arguments)
        head, _, body = body.decode().partition("\r\n\r\n")
        for node in self.nodes:
            body = body.replace(f"={node.address}", "")
        self.got.add(body.rstrip("\n"))
        return status, body, head

    def call(self, path, request, at=0):
        """The fields of the reply, or the code and the words of the refusal."""
        self.called.add(path)
        try:
            reply = self.channels[at].unary_unary("/" + path)(request, timeout=PATIENCE_S)
        except grpc.RpcError as error:
            self.got.add(error.details())
            return error.code(), error.details()
        reply = fields(reply)
        if isinstance(reply[1][0], bytes):
            self.got.add(reply[1][0].decode())
        return reply

    def get(self, path, key, at=0):
        """What a generated client of a Get says: the value, or Go's words for the error."""
        reply = self.call(path, field(1, b"scores") + field(2, key.encode()), at)
        if isinstance(reply, dict):
            return reply[1][0].decode()
        return f"rpc error: code = {reply[0].name.capitalize()} desc = {reply[1]}"

    def get_from_peer(self, path, key):
        """As a peer of the old systems asks the owner by its ring: status, body, head."""
        at = owner_by_groupcache(key, self.names)
        status, reply = curl("-i", f"{self.nodes[at].url}{path}scores/{key}")
        head, _, body = reply.partition(b"\r\n\r\n")
        self.called.add(path)
        self.got.add(fields(body)[1][0].decode() if status == 200 else body.decode().rstrip("\n"))
        return status, body, head.decode()

    def check_scores_twice(self, path):
        """gaocache's demonstration, of each node: the second round is answered from memory."""
        for loads in (len(SCORES), 0):
            with self.loading(loads):
                for key, score in SCORES.items():
                    self.assertEqual([self.get(path, key, at) for at in range(3)], [score] * 3)
            for at in range(3):
                self.assertEqual(self.get(path, "NotExist", at),
                                 "rpc error: code = Unknown desc = NotExist not exist")

    def refresh_nothing(self, path):
        """The same once more through another name of the method: no load at all."""
        with self.loading(0):
            for key, score in SCORES.items():
                self.assertEqual([self.get(path, key, at) for at in range(3)], [score] * 3)

    def test_groupcache_day7(self):
        self.start_row()
        curl_command = 'curl "http://localhost:9002/api?key=王五"'
        lock = sqlite3.connect(self.table, isolation_level=None)
        self.addCleanup(lock.close)
        with self.loading(1), concurrent.futures.ThreadPoolExecutor(7) as pool:
            lock.execute("BEGIN EXCLUSIVE")  # the load waits until all seven have come
            answers = [pool.submit(self.curl, curl_command) for _ in range(7)]
            all_came = wait_until(lambda: self.nodes[1].group()["gets"] == 7)
            lock.execute("COMMIT")
            self.assertTrue(all_came)
            for answer in answers:
                self.assertEqual(answer.result()[:2], (200, "10000"))
        path = "groupcachepb.GroupCache/Get"
        with self.loading(0):
            self.assertEqual([self.get(path, "王五", at) for at in range(3)], ["10000"] * 3)
        self.assertEqual(self.curl("curl 'http://localhost:9002/api?key=NotExist'")[:2],
                         (500, "record not found\n"))
        self.end_row()

    def test_geecache(self):
        self.start_row()
        command = 'curl "http://localhost:9001/api?key=Tom"'
        with self.loading(1), concurrent.futures.ThreadPoolExecutor(3) as pool:
            for status, body, _ in pool.map(self.curl, [command] * 3):
                self.assertEqual((status, body), (200, "630"))
        with self.loading(0):  # the owner by geecache's ring is the owner by ours
            status, body, head = self.get_from_peer("/_geecache/", "Tom")
        self.assertEqual((status, fields(body)[1]), (200, [b"630"]))
        self.assertIn("Content-Type: application/octet-stream", head)
        self.assertEqual(self.curl('curl "http://localhost:9001/api?key=kkk"')[:2],
                         (500, "kkk not exist\n"))
        self.end_row()

    def test_gaocache(self):
        self.start_row()
        self.check_scores_twice("gaocachepb.PeanutCache/Get")
        self.refresh_nothing("gaocachepb.Gaocache/Get")
        self.assertEqual(self.get("gaocachepb.Gaocache/Get", ""),
                         "rpc error: code = Unknown desc = key required")
        self.end_row()

    def test_peanutcache(self):
        self.start_row()
        self.check_scores_twice("peanutcachepb.PeanutCache/Get")
        self.end_row()

    def test_springcache(self):
        self.start_row()
        service = "springcachepb.SpringCache/"
        with self.loading(1):
            self.assertEqual([self.get(service + "Get", "Tom", at) for at in range(3)], ["630"] * 3)
        expire = int(time.time()) + 3
        request = (field(1, b"scores") + field(2, b"Tom") + field(3, b"700") +
                   varint(4 << 3) + varint(expire) + varint(5 << 3) + varint(1))
        self.assertEqual(self.call(service + "Set", request, 1), {1: [1]})
        for at in (1, 0, 2):
            if self.get(service + "Get", "Tom", at) != "700":
                self.assertGreaterEqual(time.time(), expire)  # a slow machine, not a lost value
        with self.loading(1):
            for at in range(3):
                self.assertTrue(wait_until(lambda at=at: self.get(service + "Get", "Tom", at) ==
                                           "630"))
        self.assertGreaterEqual(time.time(), expire)
        command = 'curl -d "key=Jack&value=600&expire=10&hot=true" http://127.0.0.1:9001/api/set'
        self.assertEqual(self.curl(command)[:2], (200, "done\n"))
        self.assertEqual(self.curl('curl "http://127.0.0.1:9002/api/get?key=Jack"')[:2],
                         (200, "value=600\n"))
        command = "curl -d peer=127.0.0.1:8003 http://127.0.0.1:9001/setpeer"
        self.assertEqual(self.curl(command)[:2], (200, "set peer 127.0.0.1:8003 successful\n"))
        self.end_row()

    def test_tinycachebygo(self):
        self.start_row()
        with self.loading(len(SCORES)):
            for key, score in SCORES.items():
                status, body, _ = self.get_from_peer("/_geecache/", key)
                self.assertEqual((status, fields(body)[1]), (200, [score.encode()]))
        self.assertEqual(self.get_from_peer("/_geecache/", "NotExist")[:2],
                         (500, b"NotExist not exist\n"))
        path = "geecachepb.GroupCache/Get"
        self.refresh_nothing(path)
        self.assertEqual(self.call(path, field(1, b"none") + field(2, b"Tom"))[1],
                         "no such group: none")
        with self.loading(0):
            self.assertEqual(self.curl('curl "http://localhost:9001/api?key=Tom"')[:2],
                             (200, "630"))
        self.call_as_grpcurl_does("geecachepb.GroupCache", {"group": "scores", "key": "Tom"})
        self.end_row()

    def call_as_grpcurl_does(self, service, arguments):
        """list, describe, and a call whose messages are known by reflection alone."""
        talk = self.channels[2].stream_stream("/" + REFLECTION)
        self.called.add(REFLECTION)
        asked = iter([field(7, b""), field(4, service.encode())])
        listed, described = (fields(reply) for reply in talk(asked, timeout=PATIENCE_S))
        names = {fields(each)[1][0].decode() for each in fields(listed[6][0])[1]}
        self.assertLessEqual({call.split("/")[0] for row in rows() for call in row.calls
                              if re.match(r"\w+\.\w+/", call)}, names)
        self.got |= names
        file = fields(fields(described[4][0])[1][0])  # a FileDescriptorProto
        messages = {fields(each)[1][0].decode(): fields(each) for each in file[4]}
        declared, = [each for each in map(fields, file[6])
                     if f"{file[2][0].decode()}.{each[1][0].decode()}" == service]
        method, = map(fields, declared[2])
        takes, gives = (messages[method[i][0].decode().rpartition(".")[2]] for i in (2, 3))
        number = {each[1][0].decode(): each[3][0] for each in map(fields, takes[2])}
        request = b"".join(field(number[name], text.encode()) for name, text in arguments.items())
        value, = (each[3][0] for each in map(fields, gives[2]))
        reply = self.call(f"{service}/{method[1][0].decode()}", request, 2)
        self.assertEqual(reply, {value: [b"630"]})

    def test_golang_groupcache(self):
        """A Go process that owns no key: it asks the owner by its own ring, over HTTP."""
        self.start_row()
        go = GroupcacheProcess(self, "http://" + own_address(), self.names)
        for loads in (len(SCORES), 0):
            with self.loading(loads):
                for key, score in SCORES.items():
                    self.answer(200, score, curl(f"{go.url}/get?key={key}"))
                    self.got.add(score)
        self.assertEqual(go.loads(), 0)
        go.end()
        with self.loading(0):
            status, body, head = self.get_from_peer("/_groupcache/", "Tom")
            self.assertEqual((status, fields(body)[1]), (200, [b"630"]))
            self.assertIn("Content-Type: application/x-protobuf", head)
            for at in range(3):
                self.answer(200, "788", self.nodes[at].get("/api?key=Alice"))
        self.assertEqual(self.get_from_peer("/_groupcache/", "NotExist")[:2],
                         (500, b"NotExist not exist\n"))
        self.end_row()

    def test_galaxycache(self):
        self.start_row()
        service = "galaxycachepb.GalaxyCache/"
        at = owner_by_groupcache("Tom", self.names)
        request = field(1, b"scores") + field(2, b"Tom")
        nothing = grpc.StatusCode.NOT_FOUND
        self.assertEqual(self.call(service + "PeekPeer", request, at)[0], nothing)
        with self.loading(1):
            for _ in range(2):
                self.assertEqual(self.call(service + "GetFromPeer", request, at)[1], [b"630"])
            self.assertEqual(self.call(service + "PeekPeer", request, at)[1], [b"630"])
        missing = field(1, b"scores") + field(2, b"NotExist")
        self.assertEqual(self.call(service + "GetFromPeer", missing, at),
                         (nothing, "not found: [NotExist]: NotExist not exist"))
        self.end_row()

    def test_every_row_has_its_test_and_every_test_its_row(self):
        tests = {name for name in unittest.TestLoader().getTestCaseNames(References)
                 if name != self._testMethodName}
        self.assertEqual({row.test for row in rows()}, tests)
        self.assertEqual(len(rows()), len(tests))
        for row in rows():
            self.assertTrue(row.calls and row.gets, row.system)


if __name__ == "__main__":
    unittest.main()
