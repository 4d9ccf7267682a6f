"""TLS, certificates of callers and tokens: who may talk to a node, and who learns why not."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest

import grpc

from certificates import Authority
from protobuf_by_hand import field, fields
from support import CACHENODE, LOADGEN, PATIENCE_S, Node, ToolTest, run, wait_until

GET = "/groupcachepb.GroupCache/Get"
BRIEFLY = ("--warmup", "0s", "--duration", "1s", "--json", "-")
REQUEST = field(1, b"default") + field(2, b"key")


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Security(ToolTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.authority = Authority(cls.folder)
        cls.cert, cls.key = cls.authority.issue("node")
        cls.flags = ("--tls-cert", cls.cert, "--tls-key", cls.key, "--tls-ca", cls.authority.cert)

    def credentials(self, cert=None, key=None, ca=None):
        return grpc.ssl_channel_credentials(
            read(ca or self.authority.cert), read(key) if key else None,
            read(cert) if cert else None)

    def get(self, address, credentials=None, metadata=()):
        """The value, or the code of the refusal and its text."""
        channel = (grpc.secure_channel(address, credentials) if credentials
                   else grpc.insecure_channel(address))
        with channel:
            try:
                reply = channel.unary_unary(GET)(REQUEST, timeout=PATIENCE_S, metadata=metadata)
            except grpc.RpcError as error:
                return error.code(), error.details()
            return fields(reply)[1][0]

    def refused(self, *arguments):
        """What cachenode says to flags that it cannot serve with."""
        done = run(CACHENODE, "--listen", "127.0.0.1:0", *arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        return done.stderr

    def test_mutual_tls_between_nodes_and_callers_and_nobody_else(self):
        nodes, targets = self.start_nodes(3, *self.flags, "--require-client-cert")
        mine = self.authority.issue("caller")
        stranger = Authority(self.folder, "stranger")
        theirs = stranger.issue("their-caller")
        values = {self.get(node.address, self.credentials(*mine)) for node in nodes}
        self.assertEqual([len(value) for value in values], [100])  # forwarded, as two do not own it
        for credentials in (None, self.credentials(), self.credentials(*theirs),
                            self.credentials(*mine, ca=stranger.cert)):
            self.assertEqual(self.get(nodes[0].address, credentials)[0],
                             grpc.StatusCode.UNAVAILABLE)
        files = ("--tls-cert", mine[0], "--tls-key", mine[1], "--tls-ca", self.authority.cert)
        drive = (LOADGEN, "--targets", targets, "--qps", "200", *BRIEFLY)
        result = json.loads(run(*drive, *files).stdout)
        self.tell(result)
        self.assertEqual(result["totals"]["ok"], result["totals"]["sent"])
        self.assertGreater(result["cache"]["peer_loads"], 0)
        without = run(*drive)
        self.assertEqual(without.returncode, 2)
        self.assertIn("n0", without.stderr)

    def test_loadgen_starts_nodes_that_trust_each_other(self):
        for more in ((), ("--in-process",)):
            done = run(LOADGEN, "--nodes", "2", "--qps", "200", *BRIEFLY,
                       *self.flags, "--require-client-cert", *more)
            result = json.loads(done.stdout)
            self.tell(result)
            self.assertEqual(result["totals"]["ok"], result["totals"]["sent"], done.stderr)
            self.assertGreater(result["totals"]["sent"], 0)

    def test_certificates_are_taken_over_when_their_files_change(self):
        folder = tempfile.mkdtemp(dir=self.folder)
        paths = [shutil.copy(path, folder) for path in (self.cert, self.key)]
        node = Node("n0", "--tls-cert", paths[0], "--tls-key", paths[1])
        self.addCleanup(node.end)
        node.join(f"n0={node.address}")

        def shown():
            shows = subprocess.run(["openssl", "s_client", "-connect", node.address, "-alpn", "h2"],
                                   stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                   errors="replace", timeout=PATIENCE_S, check=False)
            return "CN = " + shows.stdout.partition("subject=CN = ")[2].partition("\n")[0]

        self.assertEqual(shown(), "CN = node")
        renewed = self.authority.issue("renewed")
        for new, path in zip(reversed(renewed), reversed(paths)):
            os.replace(shutil.copy(new, path + ".new"), path)
        self.assertTrue(wait_until(lambda: shown() == "CN = renewed"), shown())
        self.assertEqual(len(self.get(node.address, self.credentials())), 100)
        # What cannot serve is told, and what could stays in use.
        with open(paths[0], "w", encoding="ascii") as half:
            half.write("-----BEGIN CERTIFICATE-----\nMIIB")
        self.assertTrue(wait_until(lambda: "the ones in use stay" in node.stderr()))
        self.assertIn(f'--tls-cert: "{paths[0]}": ', node.stderr())
        time.sleep(2.5)  # for twice as long as gRPC takes to read its files again
        self.assertEqual(shown(), "CN = renewed")
        self.assertEqual(len(self.get(node.address, self.credentials())), 100)

    def test_a_token_is_asked_of_every_call(self):
        path = os.path.join(self.folder, "token")
        with open(path, "w", encoding="ascii") as token:
            token.write("s3cret-Tok.en\n")
        nodes, targets = self.start_nodes(3, "--token-file", path)
        for metadata in ((), (("authorization", "Bearer s3cret-Tok.em"),),
                         (("authorization", "Bearer s3cret-Tok.en0"),),
                         (("authorization", "s3cret-Tok.en"),), (("authorization", ""),)):
            code, text = self.get(nodes[0].address, metadata=metadata)
            self.assertEqual(code, grpc.StatusCode.UNAUTHENTICATED)
            self.assertNotIn("s3cret", text)
        values = {self.get(node.address, metadata=(("authorization", "Bearer s3cret-Tok.en"),))
                  for node in nodes}
        self.assertEqual([len(value) for value in values], [100])
        done = run(LOADGEN, "--targets", targets, "--qps", "100", *BRIEFLY,
                   "--token-file", path)
        self.assertEqual(json.loads(done.stdout)["totals"]["errors"], 0)
        self.assertNotIn("s3cret", done.stdout + done.stderr)
        for node in nodes:
            with open(f"/proc/{node.pid}/cmdline", encoding="utf-8") as typed:
                self.assertNotIn("s3cret", typed.read())

    def test_files_that_cannot_serve(self):
        other = self.authority.issue("other")
        expired = self.authority.issue("expired", days=-1)
        empty = os.path.join(self.folder, "empty")
        open(empty, "w", encoding="ascii").close()
        for flags, told in (
                (("--tls-cert", self.cert), "--tls-cert: needs --tls-key"),
                (("--tls-key", self.key), "--tls-key: needs --tls-cert"),
                (("--tls-cert", "/none.pem", "--tls-key", self.key), "No such file"),
                (("--tls-cert", empty, "--tls-key", self.key), "expected a certificate in PEM"),
                (("--tls-cert", self.cert, "--tls-key", empty), "expected a private key in PEM"),
                (("--tls-cert", self.cert, "--tls-key", other[1]), "it is not the key of"),
                (("--tls-cert", expired[0], "--tls-key", expired[1]), "it expired on"),
                (("--tls-ca", self.key), "--tls-ca: "),
                (("--require-client-cert",), "--require-client-cert: needs --tls-cert"),
                (("--tls-name", "x"), "--tls-name: needs"),
                (("--token-file", empty), "--token-file: "),
                (("--token-file", self.cert), "expected a file of one line")):
            self.assertIn(told, self.refused(*flags))
        self.assertNotIn("PRIVATE", self.refused("--token-file", self.key))

    def test_a_name_instead_of_the_address(self):
        cert, key = self.authority.issue("cluster.test", address="IP:10.9.8.7")
        flags = ("--tls-cert", cert, "--tls-key", key, "--tls-ca", self.authority.cert)
        for more, ok in ((("--tls-name", "cluster.test"), True), ((), False)):
            done = run(LOADGEN, "--nodes", "2", "--qps", "100", *BRIEFLY, *flags, *more)
            self.assertEqual(done.returncode in (0, 3, 4), ok, done.stdout + done.stderr)

    def test_who_listens_to_all_the_world_in_the_clear_is_warned(self):
        for flags, warned in (((), True), (self.flags, False)):
            node = self.start(CACHENODE, "--listen", "0.0.0.0:0", *flags)
            node.await_words("listening")
            node.await_words("serving")
            self.assertEqual("in the clear" in node.stderr(), warned)


if __name__ == "__main__":
    unittest.main()
