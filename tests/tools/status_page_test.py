"""The status page of a running node in a real browser: drawn, quiet, live, and readable without
script. RINGLAB_SCREENSHOTS=FOLDER leaves a screenshot of each there."""
import base64
import hashlib
import re
import unittest

from browser import Browser
from http_node import HttpNode, HttpTest, curl, query
from support import LOOPBACK, wait_until

HOSTILE = "<img src=x onerror=\"document.title='owned'\">&amp;"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
GETS = "document.querySelector('[data-at=\"groups/0/gets\"]').textContent"
RING = "document.querySelector('svg.ring').getBoundingClientRect().width"
TEXT = "document.body.innerText"


class StatusPage(HttpTest):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser(may_reach=LOOPBACK)
        cls.addClassCleanup(cls.browser.close)

    def busy_nodes(self):
        """Two nodes with traffic, and keys of which the owner knows that they are hot."""
        nodes = self.start_http_nodes(2, "--groups", "scores:1MiB,other:2MiB")
        hot = ["/api?group=scores&" + query(key) for key in ("王五", HOSTILE, "a\xff b")]
        for node in nodes:
            node.get_all(hot * 300)
        nodes[0].get_all(f"/api?group=scores&key=k{number}" for number in range(400))
        return nodes

    def look_at(self, url, name, **options):
        self.browser.open(url, **options)
        self.assertEqual(self.browser.complaints, [])
        self.assertEqual({re.match("http://[^/]*|data", each)[0] for each in self.browser.requests}
                         - {"data"}, {re.match("http://[^/]*", url)[0]})
        self.assertGreater(self.browser.value(RING), 150)
        self.assertFalse(self.browser.value(TOO_WIDE), "the page itself scrolls sideways")
        self.browser.screenshot(name)

    def test_it_is_drawn_in_every_light_and_does_what_its_policy_says(self):
        nodes = self.busy_nodes()
        url = nodes[0].url + "/status"
        self.look_at(url, "status")
        text = self.browser.value(TEXT)
        for words in ("n0", "serves", "n1", "Group scores", "Group other", "Hit ratio", "epoch"):
            self.assertIn(words, text)
        self.assertIn("王五", "".join(self.browser.value(TEXT) for node in nodes
                                      if self.browser.open(node.url + "/") is None))
        self.assertNotEqual(self.browser.value("document.title"), "owned")
        self.look_at(url, "status-dark", dark=True)
        self.look_at(url, "status-narrow", width=390)
        head, _, page = curl("-i", url)[1].decode().partition("\r\n\r\n")
        policy = re.search("Content-Security-Policy: (.*)\r\n", head + "\r\n")[1]
        script = re.search("<script>(.*)</script>", page, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        self.assertIn(f"script-src 'sha256-{digest}'", policy)
        self.assertNotRegex(page, "(src|href)=\"(?!data:)")

    def test_without_script_it_says_the_same(self):
        nodes = self.busy_nodes()
        self.look_at(nodes[0].url + "/status", "status-still", scripts=False)
        text = self.browser.value(TEXT)
        self.assertIn("Hit ratio", text)
        self.assertIn("n1", text)

    def shows_n1(self):
        try:
            return "n1" in self.browser.value(TEXT)
        except RuntimeError:  # the page is being replaced
            return False

    def test_it_is_live(self):
        node, = self.start_http_nodes(1)
        self.look_at(node.url + "/status", "status-new")
        self.assertEqual(self.browser.value(GETS), "0")
        node.get_all(f"/api?key={number % 100}" for number in range(1234))
        self.assertTrue(self.browser.wait_for(
            lambda: self.browser.value(GETS) == "1\N{NARROW NO-BREAK SPACE}234"))
        self.assertIn("91.9 %", self.browser.value(TEXT))
        self.assertTrue(self.browser.wait_for(lambda: "/ s" in self.browser.value(TEXT)))
        other = HttpNode("n1")  # a ring of another shape is drawn anew
        self.addCleanup(other.end)
        self.assertEqual(curl("-d", f"peer=n1={other.address}", node.url + "/setpeer")[0], 200)
        self.assertTrue(wait_until(self.shows_n1))
        self.browser.screenshot("status-live")
        node.end()
        self.assertTrue(self.browser.wait_for(
            lambda: "does not answer" in self.browser.value(TEXT)))

    def test_a_ring_of_a_thousand_nodes_can_be_looked_at(self):
        node = HttpNode("n0")
        self.addCleanup(node.end)
        node.join(",".join([f"n0={node.address}"] +
                           [f"n{i}=127.0.0.1:{1000 + i}" for i in range(1, 1000)]))
        self.look_at(node.url + "/status", "status-thousand")
        self.assertIn("The first 200 of 1000", self.browser.value(TEXT))
        self.assertEqual(len(node.json("/ring")["members"]), 1000)


if __name__ == "__main__":
    unittest.main()
