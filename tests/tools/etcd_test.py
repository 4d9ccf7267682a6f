"""Nodes whose cluster a real etcd keeps: what its operators do to it, and what callers notice.

RINGLAB_ETCD_PAUSE_S is how long etcd is away where it is stopped; beyond the leases' time to live.
"""
import json
import os
import re
import signal
import socket
import threading
import time
import unittest
import urllib.request

import grpc

from etcd_server import SERVICE, Certificates, Etcd, EtcdNode
from protobuf_by_hand import field, fields
from support import BIN, CACHENODE, LOADGEN, PATIENCE_S, ToolTest, own_address, run, wait_until

CALLS = "/groupcachepb.GroupCache/"
PAUSE_S = float(os.environ.get("RINGLAB_ETCD_PAUSE_S", "3"))
TTL_S = 2
TTL = f"--etcd-ttl={TTL_S}s"


class Cable:
    """A TCP connection to etcd that can be pulled."""

    def __init__(self, test, to):
        self._to, self._lock, self._open, self._whole = to, threading.Lock(), [], True
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._door.getsockname()[1]}"
        test.addCleanup(self.pull)
        test.addCleanup(self._door.close)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            with self._lock:
                if not self._whole:
                    near.close()
                    continue
                host, port = self._to.split(":")
                far = socket.create_connection((host, int(port)))
                self._open += [near, far]
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=ends, daemon=True).start()

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def pull(self):
        with self._lock:
            self._whole = False
            for end in self._open:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                end.close()
            self._open = []

    def plug_in(self):
        with self._lock:
            self._whole = True


class Callers:
    """Threads that ask nodes for keys all the time, and note what fails."""

    def __init__(self, test, nodes):
        self.failed, self.done = [], 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(test.channel(node),))
                         for node in nodes]
        test.addCleanup(self.stop)
        for thread in self._threads:
            thread.start()

    def _ask(self, channel):
        get = channel.unary_unary(CALLS + "Get")
        number = 0
        while not self._over.is_set():
            number += 1
            try:
                get(field(1, b"default") + field(2, b"key-%d" % (number % 1000)),
                    timeout=PATIENCE_S)
                self.done += 1
            except grpc.RpcError as error:
                self.failed.append(str(error))
            time.sleep(0.001)

    def stop(self):
        self._over.set()
        for thread in self._threads:
            thread.join()


class EtcdTest(ToolTest):
    def channel(self, node):
        channel = grpc.insecure_channel(node.address)
        self.addCleanup(channel.close)
        return channel

    def ring(self, node):
        """The names on a node's ring."""
        with grpc.insecure_channel(node.address) as channel:
            stats = fields(channel.unary_unary(CALLS + "Stats")(b"", timeout=PATIENCE_S))
        return [name.decode() for name in fields(stats[3][0])[3]]

    def serves(self, node):
        with grpc.insecure_channel(node.address) as channel:
            check = channel.unary_unary("/grpc.health.v1.Health/Check")
            return fields(check(b"", timeout=PATIENCE_S)).get(1) == [1]

    def await_ring(self, nodes, names, patience_s=PATIENCE_S):
        names = sorted(names)
        if not wait_until(lambda: all(self.ring(node) == names for node in nodes), patience_s):
            self.fail(f"{[self.ring(node) for node in nodes]}, not {names}: {nodes[0].stderr()}")

    def start_etcd(self, **options):
        etcd = Etcd(self, **options)
        etcd.start()
        return etcd

    def nodes_at(self, etcd, count, *arguments):
        nodes = [EtcdNode(self, f"n{i}", etcd.endpoints, *(arguments or (TTL,)))
                 for i in range(count)]
        self.await_ring(nodes, [node.name for node in nodes])
        return nodes

    def test_three_nodes_register_and_one_is_killed_under_traffic(self):
        etcd = self.start_etcd()
        nodes = self.nodes_at(etcd, 3)
        self.assertTrue(all(self.serves(node) for node in nodes))
        self.assertEqual(sorted(etcd.keys()), sorted(node.key for node in nodes))
        value = json.loads(etcd.ctl("get", nodes[0].key, "--print-value-only"))
        self.assertEqual(value, {"Op": 0, "Addr": nodes[0].address, "Metadata": "name=n0"})

        callers = Callers(self, nodes[:2])
        self.assertTrue(wait_until(lambda: callers.done > 1000))
        nodes[2].signal(signal.SIGKILL)
        killed = time.monotonic()
        self.await_ring(nodes[:2], ["n0", "n1"])
        gone_s = time.monotonic() - killed
        self.assertEqual(len(etcd.keys()), 2)
        callers.stop()
        print(f"gone from the ring {gone_s:.1f} s after kill -9, lease {TTL_S} s; "
              f"{len(callers.failed)} of {callers.done} calls failed")
        # Each caller had one call under way; none of these needed the dead node in the end.
        self.assertLessEqual(len(callers.failed), 2, callers.failed[:3])
        nodes[2] = EtcdNode(self, "n2", etcd.endpoints, TTL)
        self.await_ring(nodes, ["n0", "n1", "n2"])

        done = run(LOADGEN, "--etcd", etcd.endpoints, "--service", SERVICE, "--qps", "300",
                   "--duration", "1s", "--warmup", "0", "--json", "-")
        result = json.loads(done.stdout)
        self.assert_sound(result, done.returncode)
        self.assertEqual([n["name"] for n in result["balance"]["nodes"]], ["n0", "n1", "n2"])

    def call(self, node, method, *parts):
        with grpc.insecure_channel(node.address) as channel:
            return channel.unary_unary(CALLS + method)(
                b"".join(field(at, part) for at, part in enumerate((b"default", *parts), 1)),
                timeout=PATIENCE_S)

    def value(self, node, key):
        return fields(self.call(node, "Get", key)).get(1, [b""])[0]

    def owned_by(self, node, nodes):
        """A key that only `node` applies writes of, by the counts of its writes."""
        def applied():
            text = urllib.request.urlopen(f"http://{node.web}/metrics", timeout=PATIENCE_S).read()
            return int(re.search(rb'write_ends_total{[^}]*outcome="applied"} (\d+)', text)[1])

        for number in range(1000):
            key, before = b"mine-%d" % number, applied()
            self.call(nodes[0], "Set", key, b"old")
            if applied() > before:
                return key
        self.fail("no key of a thousand is its own")

    def test_what_was_written_while_a_node_was_stopped_is_read_when_it_goes_on(self):
        etcd = self.start_etcd()
        nodes = self.nodes_at(etcd, 3, TTL, "--http", "127.0.0.1:0")
        owner = nodes[2]
        owner.web, = owner.await_words("http", "n2")
        key = self.owned_by(owner, nodes)
        written = b"old"
        for stopped_s, missed in ((2 * TTL_S, True), (0.2 * TTL_S, False), (2 * TTL_S, True)):
            with self.subTest(stopped_s=stopped_s):
                owner.signal(signal.SIGSTOP)
                time.sleep(stopped_s)
                if missed:
                    self.await_ring(nodes[:2], ["n0", "n1"])
                    written += b" and new"
                    self.call(nodes[0], "Set", key, written)
                    self.assertEqual(self.value(nodes[1], key), written)
                owner.signal(signal.SIGCONT)
                for _ in range(100):  # from its first answer on
                    self.assertEqual(self.value(owner, key), written)
                self.await_ring(nodes, ["n0", "n1", "n2"])
                for _ in range(20):
                    for node in nodes:
                        self.assertEqual(self.value(node, key), written)
                    time.sleep(0.05)
        stepped = owner.stderr().count("was off the rings of its peers")
        self.assertEqual(stepped, 2, owner.stderr())

    def test_etcd_goes_and_comes_back_and_the_ring_stays(self):
        etcd = Etcd(self)
        nodes = [EtcdNode(self, f"n{i}", etcd.endpoints, TTL, "--http", "127.0.0.1:0")
                 for i in range(3)]
        web, = nodes[0].await_words("http", "n0")

        def is_stale():
            with urllib.request.urlopen(f"http://{web}/ring", timeout=PATIENCE_S) as ring:
                return json.load(ring)["stale"]

        for node in nodes:  # before there is any etcd
            node.await_text("waiting for it to join")
            self.assertFalse(self.serves(node))
        etcd.start()
        names = [node.name for node in nodes]
        self.await_ring(nodes, names)
        self.assertTrue(wait_until(lambda: all(self.serves(node) for node in nodes)))

        callers = Callers(self, nodes)
        self.assertTrue(wait_until(lambda: not is_stale()))
        etcd.stop()
        away = time.monotonic()
        while time.monotonic() - away < PAUSE_S:
            for node in nodes:
                self.assertEqual(self.ring(node), names)
                self.assertTrue(self.serves(node))
            time.sleep(0.1)
        self.assertEqual(nodes[0].stderr().count("going on with the last ring"), 1)
        self.assertTrue(wait_until(is_stale))
        etcd.start()
        for node in nodes:
            node.await_text("registered as", count=2)
            node.await_text("it answers, after", count=2)  # the first was the start
        self.assertEqual(len(etcd.keys()), 3)
        self.assertTrue(wait_until(lambda: not is_stale()))
        time.sleep(TTL_S + 0.5)  # the leases of before end, and take nothing along
        for node in nodes:
            self.assertEqual(self.ring(node), names)
            self.assertNotRegex(node.stderr(), "n[0-9] left")
        self.assertEqual(len(etcd.keys()), 3)

        lease = json.loads(etcd.ctl("get", nodes[1].key, "-w", "json"))["kvs"][0]["lease"]
        etcd.ctl("lease", "revoke", f"{lease:x}")
        nodes[1].await_text("registered as", count=3)
        self.await_ring(nodes, names)
        etcd.ctl("del", nodes[2].key)
        nodes[2].await_text("somebody deleted")
        nodes[2].await_text("registered as", count=3)
        self.await_ring(nodes, names)
        callers.stop()
        self.assertEqual(callers.failed[:3], [])
        self.assertGreater(callers.done, 100)

    def test_a_node_that_drains_says_goodbye_and_ctrl_c_waits_for_no_etcd(self):
        etcd = self.start_etcd()
        nodes = self.nodes_at(etcd, 3, TTL, "--drain", "1s")
        callers = Callers(self, nodes[:2])
        nodes[2].signal(signal.SIGTERM)
        self.await_ring(nodes[:2], ["n0", "n1"])
        self.assertIsNone(nodes[2].popen.poll())  # it goes on answering
        self.assertEqual(len(etcd.keys()), 2)
        self.assertEqual(nodes[2].popen.wait(timeout=PATIENCE_S), 0)
        callers.stop()
        self.assertEqual(callers.failed[:3], [])
        dead = own_address()  # where nobody listens
        for endpoints in (f"{dead},{etcd.endpoints}", f"{etcd.endpoints},{dead}"):
            other = EtcdNode(self, "n3", endpoints, TTL)
            self.await_ring([nodes[0], other], ["n0", "n1", "n3"])
            time.sleep(TTL_S)  # it renews its lease meanwhile, over a stream to the living one
            self.assertTrue(other.ends_well())
            self.assertNotIn(other.key, etcd.keys())
            self.assertNotIn("leaving:", other.stderr())
        etcd.stop()
        nodes[0].await_text("going on with the last ring")
        lonely = EtcdNode(self, "n7", etcd.endpoints)
        for node in (lonely, nodes[0]):
            self.assertTrue(node.ends_well())

    def test_rubbish_and_the_layouts_of_others(self):
        etcd = self.start_etcd()
        for key, value in ((f"{SERVICE}/a", "rubbish"), (f"{SERVICE}/b", '{"Addr":'),
                           (f"{SERVICE}/c", "\x01\x1b[31m"), (f"{SERVICE}-2/d", "127.0.0.1:9"),
                           (SERVICE, "127.0.0.1:9"),                     # springcache's other key
                           (f"{SERVICE}/127.0.0.1:1", "127.0.0.1:1"),    # gaocache
                           (f"{SERVICE}/127.0.0.1:2",                    # ggcache
                            '{"Op":0,"Addr":"127.0.0.1:2","Metadata":"weight:10;version:v1.0.0"}')):
            etcd.ctl("put", "--", key, value)
        [node] = [EtcdNode(self, "n0", etcd.endpoints, TTL)]
        self.await_ring([node], ["127.0.0.1:1", "127.0.0.1:2", "n0"])
        node.await_text("3 entries are left out")
        self.assertIn(f'key "{SERVICE}/a": "rubbish": expected an address', node.stderr())
        self.assertNotIn("\x1b", node.stderr())
        get = self.channel(node).unary_unary(CALLS + "Get")
        for i in range(20):  # whoever owns them
            get(field(1, b"default") + field(2, b"key-%d" % i), timeout=PATIENCE_S)
        twin = EtcdNode(self, "n0", etcd.endpoints, TTL)
        node.await_text(f'two nodes are called "n0": this one at {node.address} and {twin.address}')
        twin.await_text(f'two nodes are called "n0": {node.address} and this one at {twin.address}')
        self.assertIn("start one of them with another --name", twin.stderr())
        self.assertTrue(twin.ends_well())
        etcd.ctl("del", "--prefix", SERVICE)  # and its own
        self.await_ring([node], ["n0"])
        self.assertTrue(wait_until(lambda: etcd.keys() == [node.key]))

    def test_users_and_passwords(self):
        etcd = self.start_etcd()
        for arguments in (("user", "add", "root:r00t"), ("role", "add", "cache"),
                          ("role", "grant-permission", "--prefix=true", "cache", "readwrite",
                           SERVICE + "/"),
                          ("user", "add", "node:se=cret,word"),
                          ("user", "grant-role", "node", "cache"),
                          ("user", "grant-role", "root", "root"), ("auth", "enable")):
            etcd.ctl(*arguments)
        etcd.credentials = ["--user", "root:r00t"]
        password = f"{etcd.folder}/password"
        with open(password, "w", encoding="utf-8") as file:
            file.write("se=cret,word\n")
        user = ("--etcd-user", "node", "--etcd-password-file")
        node = EtcdNode(self, "n0", etcd.endpoints, TTL, *user, password)
        self.await_ring([node], ["n0"])
        nobody = EtcdNode(self, "n1", etcd.endpoints, TTL)
        nobody.await_text("user name is empty; waiting for it to join")
        wrong = f"{etcd.folder}/wrong"
        with open(wrong, "w", encoding="utf-8") as file:
            file.write("geheim")
        stranger = EtcdNode(self, "n2", etcd.endpoints, TTL, *user, wrong)
        stranger.await_text('as "node": ')
        stranger.await_text("authentication failed")
        for refused in (nobody, stranger):
            self.assertFalse(self.serves(refused))
            self.assertTrue(refused.ends_well())
        etcd.stop()  # which forgets its tokens
        etcd.start()
        etcd.ctl("del", node.key)
        node.await_text("registered as", count=2)
        self.assertEqual(etcd.keys(), [node.key])
        for process in (node, nobody, stranger):
            self.assertNotRegex(process.stderr(), "cret|geheim")
        listed = run(LOADGEN, "--etcd", etcd.endpoints, "--service", "other", *user, password)
        self.assertEqual(listed.returncode, 2)
        self.assertIn("permission denied", listed.stderr)

    def test_tls_with_client_certificates(self):
        certificates = Certificates(self)
        etcd = self.start_etcd(tls=certificates)
        ca = ("--etcd-ca", certificates.ca)
        both = (*ca, "--etcd-cert", certificates.cert, "--etcd-key", certificates.key)
        node = EtcdNode(self, "n0", etcd.endpoints, TTL, *both)
        self.await_ring([node], ["n0"])
        refused = [EtcdNode(self, "n1", etcd.endpoints, TTL),
                   EtcdNode(self, "n2", etcd.endpoints, TTL, *ca),
                   EtcdNode(self, "n3", etcd.endpoints, TTL, "--etcd-ca", Certificates(self).ca,
                            *both[2:])]
        for each in refused:
            each.await_text("waiting for it to join")
            self.assertFalse(self.serves(each))
            self.assertTrue(each.ends_well(), each.how_it_went())
        self.assertEqual(etcd.keys(), [node.key])
        done = run(LOADGEN, "--etcd", etcd.endpoints, "--service", SERVICE, *both, "--qps", "100",
                   "--duration", "1s", "--warmup", "0", "--json", "-")
        self.assert_sound(json.loads(done.stdout), done.returncode)

    def test_compaction_while_the_watch_is_cut(self):
        etcd = self.start_etcd()
        cable = Cable(self, etcd.endpoints)
        node = EtcdNode(self, "n0", cable.address, "--etcd-ttl=10s")
        other = EtcdNode(self, "n1", etcd.endpoints, TTL)
        self.await_ring([node, other], ["n0", "n1"])
        cable.pull()
        node.await_text("going on with the last ring")
        self.assertTrue(other.ends_well())
        for i in range(6):
            etcd.ctl("put", f"{SERVICE}/127.0.0.1:{i % 2 + 1}", f"127.0.0.1:{i % 2 + 1}")
        revision = json.loads(etcd.ctl("get", "x", "-w", "json"))["header"]["revision"]
        etcd.ctl("compact", str(revision))
        self.assertEqual(self.ring(node), ["n0", "n1"])
        cable.plug_in()
        self.await_ring([node], ["127.0.0.1:1", "127.0.0.1:2", "n0"])
        etcd.ctl("del", f"{SERVICE}/127.0.0.1:1")  # it watches again
        self.await_ring([node], ["127.0.0.1:2", "n0"])

    def test_an_etcd_of_three_loses_members(self):
        etcd = self.start_etcd(members=3)
        nodes = self.nodes_at(etcd, 2, "--etcd-ttl=5s")
        etcd.pause(0)  # the one they ask first: it accepts, and says nothing
        time.sleep(6)
        self.assertEqual(sorted(etcd.keys()), sorted(node.key for node in nodes))
        third = EtcdNode(self, "n2", etcd.endpoints, TTL)  # asks the silent one first
        self.await_ring([*nodes, third], ["n0", "n1", "n2"])
        etcd.stop(0)
        etcd.start(0)
        for node in nodes:
            self.assertNotRegex(node.stderr(), "n[0-9] left")
        etcd.stop(1)  # where they went
        # Without its leader it is deaf until there is another.
        self.assertTrue(wait_until(
            lambda: etcd.ask("del", "--prefix", SERVICE + "/").returncode == 0))
        for node in (*nodes, third):
            node.await_text("registered as", count=2)
        self.await_ring([*nodes, third], ["n0", "n1", "n2"])

    def test_go_clients_find_the_nodes(self):
        etcd = self.start_etcd()
        nodes = self.nodes_at(etcd, 2)
        found = run(os.path.join(BIN, "etcd_go"), etcd.endpoints, SERVICE)
        self.assertEqual(found.returncode, 0, found.stderr)
        expected = sorted(f"{node.key} {node.address} name={node.name}" for node in nodes)
        self.assertEqual(found.stdout.splitlines(), [*expected, "SERVING"])

    def test_flags(self):
        at = ("--etcd", "127.0.0.1:9")
        lonely = (("--service", "x"), ("--service", "ringlab"), ("--etcd-user", "u"),
                  ("--etcd-password-file", "/x"), ("--etcd-ca", "/x"), ("--etcd-cert", "/x"),
                  ("--etcd-key", "/x"))
        for arguments, said in (
                (("--etcd", "nohost"), '--etcd: "nohost": expected HOST:PORT'),
                (("--etcd", "http://h:2379"), '--etcd: "http://h:2379": expected HOST:PORT'),
                (("--etcd", ""), '--etcd: "": expected'),
                ((*at, "--peers", "127.0.0.1:8001"), "--etcd and --peers: expected one of them"),
                ((*at, "--control"), "--etcd and --control: expected one of them"),
                ((*at, "--listen", "0.0.0.0:8001"), "expected --advertise HOST:PORT"),
                ((*at, "--listen", "127.0.0.1:0"), '--listen: "127.0.0.1:0": with --etcd'),
                ((*at, "--advertise", "0.0.0.0:1"), '--advertise: "0.0.0.0:1": expected'),
                ((*at, "--name", "a;b"), '--name: "a;b": with --etcd, expected'),
                ((*at, "--etcd-ttl", "10ms"), '--etcd-ttl: "10ms": expected a duration from 1s'),
                ((*at, "--service", "a/"), '--service: "a/": expected'),
                ((*at, "--etcd-user", "u"), "--etcd-user: expected its password in"),
                ((*at, "--etcd-user", "u", "--etcd-password-file", "/nonexistent"),
                 '--etcd-password-file: "/nonexistent": expected a file'),
                ((*at, "--etcd-cert", "/x"), "expected --etcd-cert and --etcd-key together"),
                ((*at, "--listen", "127.0.0.1:0", "--name", "n", "--etcd-ca", "/nonexistent"),
                 '--etcd-ca: "/nonexistent": cannot be read'),
                ((*at, "--listen", "127.0.0.1:0", "--name", "n", "--etcd-ca", __file__), "no PEM"),
                *((flags, f"{flags[0]}: expected --etcd with it") for flags in lonely),
                (("--etcd-ttl", "5s"), "--etcd-ttl: expected --etcd with it"),
                (("--advertise", "127.0.0.1:1"), "--advertise: expected --etcd with it")):
            done = run(CACHENODE, *arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stderr))
            self.assertIn(said, done.stderr)
        for arguments, said in (
                (("--etcd", "127.0.0.1:9"), "--etcd: 127.0.0.1:9: "),
                (("--etcd", "127.0.0.1:9", "--targets", "h:1"), "--etcd and --targets"),
                *((flags, f"{flags[0]}: expected --etcd with it") for flags in lonely)):
            done = run(LOADGEN, *arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertTrue(re.search(re.escape(said), done.stderr), done.stderr)
        for flags in lonely:
            done = run(os.path.join(BIN, "sim"), "--ring-only", *flags)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertRegex(done.stderr, f"{flags[0]}: expected (a )?--etcd with it")


if __name__ == "__main__":
    unittest.main()
