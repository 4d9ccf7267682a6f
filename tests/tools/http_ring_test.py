"""One HTTP ring of two nodes and a golang/groupcache process."""
import unittest

from groupcache_process import GroupcacheProcess
from http_node import HttpNode, HttpTest, curl, query, read
from support import own_address, wait_until

RING = ("--groups", "scores:1MiB", "--ring", "crc32-prefix", "--replicas", "50", "--handover", "0")

PLAIN = [f"key-{i}" for i in range(40)]
ODD = (["Tom", "王五", "ключ"] + [f"a b {i}" for i in range(9)] + [f"a+b {i}" for i in range(9)] +
       [f"dir/file {i}" for i in range(9)] + [f"100%2F{i}" for i in range(9)] +
       [f"a?b#c&d={i}" for i in range(9)] + [f"値 {i}/{i}" for i in range(9)] + ["x\x01\x7f"])
# What Go's own mux sends elsewhere (301) before groupcache sees it.
CLEANED = [f"/first-{i}" for i in range(12)] + [f"a//b-{i}" for i in range(12)] + [
    f"up/../{i}" for i in range(12)]


class HttpRing(HttpTest):
    def start_ring(self):
        """Two nodes and the Go process, its base URL, all in one ring by their base URLs."""
        addresses = [own_address() for _ in range(3)]
        urls = ["http://" + address for address in addresses]
        nodes = []
        for address, url in zip(addresses[:2], urls):
            nodes.append(HttpNode(url, *RING, http=address))
            self.addCleanup(nodes[-1].end)
        go = GroupcacheProcess(self, urls[2], urls)
        for node in nodes:
            node.join(",".join([f"{each.name}={each.address}" for each in nodes] + [urls[2]]))
        return nodes, go, urls[2]

    def loads(self, nodes, go_url):
        return ([node.group()["source_loads"] for node in nodes] +
                [len(read(go_url + "/loads").splitlines())])

    def ask_all(self, key, nodes, go_url):
        """What each of the three says, the first three times asked in three orders."""
        asks = [lambda n=node: n.get("/api?" + query(key)) for node in nodes]
        asks.append(lambda: curl(go_url + "/get?" + query(key)))
        turn = len(key) % 3
        answers = [ask() for ask in asks[turn:] + asks[:turn]]
        self.assertEqual({status for status, _ in answers}, {200}, (key, answers))
        return {body for _, body in answers}

    def test_each_key_is_loaded_once_whoever_is_asked(self):
        nodes, _, go_url = self.start_ring()
        self.assertEqual([each.get("over") for each in nodes[0].json("/ring")["members"]
                          if each["name"] == go_url], ["http"])
        for key in PLAIN + ODD:
            before = sum(self.loads(nodes, go_url))
            answers = self.ask_all(key, nodes, go_url)
            self.assertEqual(len(answers), 1, (key, answers))
            by_go = b"go:" + key.encode()
            self.assertTrue(answers == {by_go} or not answers.pop().startswith(b"go:"), key)
            self.assertEqual(sum(self.loads(nodes, go_url)), before + 1, key)
        # All three took part, and what nodes loaded the Go process got over HTTP.
        for loaded in self.loads(nodes, go_url):
            self.assertGreater(loaded, 5)
        for node in nodes:
            self.assertEqual(node.group()["errors"], 0)

    def test_keys_that_the_protocol_cannot_carry_are_answered_all_the_same(self):
        nodes, _, go_url = self.start_ring()
        for key in CLEANED:
            for node in nodes:  # what the Go process owns is loaded in its place
                self.assertEqual(node.get("/api?" + query(key))[0], 200, key)
            self.assertEqual(curl(go_url + "/get?" + query(key))[0], 200, key)

    def test_a_key_without_value_and_a_go_process_that_dies(self):
        nodes, go, go_url = self.start_ring()
        missing = [f"missing-{i}" for i in range(30)]
        for key in missing:  # where the Go process owns it, ours loads as groupcache does: itself
            self.assertEqual(nodes[0].get("/api?" + query(key))[0], 200)
        self.assertGreater(self.loads(nodes, go_url)[2], 0)
        # A write goes to the owner, and groupcache has none.
        outcomes = {curl("-d", query(key) + "&value=1", nodes[0].url + "/api/set")[0]
                    for key in PLAIN}
        self.assertEqual(outcomes, {200, 501})
        go.end()
        for key in [f"later-{i}" for i in range(30)]:
            for node in nodes:
                self.assertEqual(node.get("/api?" + query(key))[0], 200)
        GroupcacheProcess(self, go_url, [nodes[0].name, nodes[1].name, go_url])
        fresh = iter(range(10_000))

        def is_back():
            nodes[0].get(f"/api?key=fresh-{next(fresh)}")
            return self.loads(nodes, go_url)[2] > 0
        self.assertTrue(wait_until(is_back))


if __name__ == "__main__":
    unittest.main()
