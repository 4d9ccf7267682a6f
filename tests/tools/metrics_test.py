"""What a real Prometheus makes of our metrics, and what our dashboard finds there."""
import json
import os
import tempfile
import unittest
import urllib.parse
import urllib.request

from http_node import HttpTest, curl
from support import PATIENCE_S, own_address, wait_until

DASHBOARD = os.path.join(os.path.dirname(__file__), "../../deploy/grafana-dashboard.json")
KEYS = 60


def expressions():
    """What the dashboard asks for, with its variables filled in as Grafana would."""
    found = []

    def walk(node):
        for name, child in node.items() if isinstance(node, dict) else enumerate(node):
            if name == "expr":
                found.append(child.replace("$__rate_interval", "1m")
                             .replace("$instance", ".*").replace("$group", ".*"))
            elif isinstance(child, (dict, list)):
                walk(child)

    with open(DASHBOARD, encoding="utf-8") as file:
        walk(json.load(file))
    return found


class Prometheus:
    """A server that scrapes these addresses every second."""

    def __init__(self, test, targets):
        folder = tempfile.TemporaryDirectory(prefix="ringlab-prometheus-")
        test.addCleanup(folder.cleanup)
        config = os.path.join(folder.name, "prometheus.yml")
        with open(config, "w", encoding="ascii") as file:
            file.write("global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
                       "scrape_configs:\n- job_name: ringlab\n  static_configs:\n"
                       f"  - targets: {json.dumps(targets)}\n")
        self.address = own_address()
        self.process = test.start(
            "prometheus", f"--config.file={config}", f"--web.listen-address={self.address}",
            f"--storage.tsdb.path={folder.name}/data", "--log.level=warn", is_server=True)
        test.assertTrue(wait_until(self.is_ready), self.process.stderr())

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=PATIENCE_S):
                return True
        except OSError:
            return False

    def ask(self, query):
        """The values of an instant query, by whatever labels they have."""
        url = f"http://{self.address}/api/v1/query?" + urllib.parse.urlencode({"query": query})
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return [float(each["value"][1]) for each in json.load(answer)["data"]["result"]]


class Metrics(HttpTest):
    def nodes_with_traffic(self):
        """Three nodes of every kind of source, that have answered, refused and failed."""
        folder = tempfile.TemporaryDirectory(prefix="ringlab-metrics-")
        self.addCleanup(folder.cleanup)
        table = f"sqlite:{folder.name}/s.db?table=Student&key=name&value=score"
        nodes = self.start_http_nodes(3, "--source", table, "--source-fill", "demo")
        for i in range(KEYS):
            nodes[i % 3].get(f"/api?key=Tom&n={i}")
        for key in ("Jack", "Sam", "Nobody", ""):
            for node in nodes:
                node.get(f"/api?key={key}")
        curl("-d", "key=a&value=b&hot=true", nodes[0].url + "/api/set")
        return nodes

    def test_a_prometheus_server_scrapes_and_the_dashboard_has_its_figures(self):
        nodes = self.nodes_with_traffic()
        prometheus = Prometheus(self, [node.http for node in nodes])

        def await_answer(query, *values):
            """A scrape may come late, and a node be missing until the next."""
            def answered():
                answer = prometheus.ask(query)
                return answer == list(values) if values else answer
            self.assertTrue(wait_until(answered), (query, prometheus.ask(query)))

        await_answer("up", 1, 1, 1)
        await_answer('sum(ringlab_gets_total{from="caller"})', KEYS + 4 * 3)
        await_answer("sum(ringlab_get_duration_seconds_count) - sum(ringlab_gets_total)", 0)
        await_answer("count(ringlab_ring_members == 3)", 3)
        await_answer("abs(sum(ringlab_ring_share_ratio) - 1) < bool 1e-9", 1)
        for expression in expressions():  # a rate is of two scrapes at the least
            await_answer(expression)


if __name__ == "__main__":
    unittest.main()
