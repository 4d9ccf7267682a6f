"""A node's settings: the table of them, the examples beside it, and what SIGHUP reads again."""
import glob
import json
import os
import re
import shutil
import signal
import tempfile
import tomllib
import unittest

import grpc

from etcd_server import Etcd
from http_node import HttpTest, curl
from protobuf_by_hand import field
from support import CACHENODE, LOADGEN, PATIENCE_S, own_address, run, wait_until

DEPLOY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy")
COLUMNS, DESCRIPTIONS_AT = 100, 34
RELOADED = "(read again on SIGHUP)"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def help_lines(text):
    """What --help tells of each flag: (heading, name, what it takes, its default, description)."""
    heading, found = "", []
    for line in text.splitlines():
        if re.fullmatch(r"\w.*:", line):
            heading = line[:-1]
        elif line.startswith("  --"):
            in_line = len(line) > DESCRIPTIONS_AT and line[DESCRIPTIONS_AT - 1] == " "
            flag = line[:DESCRIPTIONS_AT] if in_line else line
            description = [line[DESCRIPTIONS_AT:]] if in_line else []
            name, takes, default = re.fullmatch(
                r"  --([a-z-]+)(?: ((?:\[NAME=\])?[^=]+)(?:=(.*))?)?", flag.rstrip()).groups()
            found.append((heading, name, takes, default, description))
        elif found and line.startswith(" " * DESCRIPTIONS_AT):
            found[-1][4].append(line.strip())
    return [(*rest, " ".join(words)) for *rest, words in found if rest[0] != "Options"]


def file_lines(text):
    """The same of a file of settings: (heading, name, value, words behind it, description)."""
    heading, words, found = "", [], []
    for line in text.splitlines():
        setting = re.fullmatch(r"#([a-z-]+) = (\"[^\"]*\"|\w+)(?:  # (.*))?", line)
        if line.startswith("## "):
            heading = line[3:]
        elif setting:
            name, value, behind = setting.groups()
            found.append((heading, name, tomllib.loads("v = " + value)["v"], behind,
                          " ".join(words)))
        words = words + [line[2:]] if line.startswith("# ") else []
    return found


NEED_ETCD = ("#service ", "#etcd-ttl ")  # refused where there is none, as they would do nothing


class Settings(HttpTest):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ringlab-settings-")
        self.addCleanup(shutil.rmtree, self.folder)

    def file(self, text, name="cachenode.toml"):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def start_from(self, text, name="cachenode.toml"):
        node = self.start(CACHENODE, "--config", self.file(text, name))
        node.http = tomllib.loads(text)["http"]
        return node

    def ask(self, node, path):
        return curl(f"http://{node.http}{path}")

    def ring_of(self, node):
        """The names of the nodes on its ring, once it answers."""
        done = run("curl", "-s", "-m", str(PATIENCE_S), f"http://{node.http}/ring")
        return re.findall(r'"name": ?"([^"]*)"', done.stdout)

    def await_ring(self, node, *names):
        if not wait_until(lambda: self.ring_of(node) == list(names)):
            self.fail(f"{names} are not its ring: {self.ring_of(node)} {node.stderr()}")

    def end_well(self, nodes):
        for node in nodes:
            node.signal(signal.SIGTERM)
        for node in nodes:
            self.assertEqual(node.wait()[1], 0, node.stderr())

    def test_the_table_of_settings_is_what_help_says(self):
        helped = run(CACHENODE, "--help").stdout
        table = read(os.path.join(DEPLOY, "cachenode.toml"))
        told = []
        for heading, name, takes, default, description in help_lines(helped):
            if takes is None:  # a switch
                value, behind = "False", None
            elif default is None or " " in default:  # no value, at most words for what happens then
                value, behind = takes, default
            else:
                value, behind = default, None
            told.append((heading, name, value, behind, description))
        self.assertGreater(len(told), 40)
        listed = file_lines(table)
        self.assertEqual([(heading, name, str(value), behind, description)
                          for heading, name, value, behind, description in listed], told)
        self.assertEqual({name for _, name, _, _, description in listed if RELOADED in description},
                         {"peers", "groups", "log-level"})
        self.assertEqual(len(listed), len(re.findall(r"^#[a-z-]+ =", table, re.M)))
        self.assertEqual(tomllib.loads(table), {})  # all are comments

    def test_a_node_takes_the_table_with_and_without_its_defaults(self):
        table = read(os.path.join(DEPLOY, "cachenode.toml"))
        address = own_address()
        own = f'listen = "{address}"\nhttp = "{own_address()}"\n'
        has_none = r'"[A-Z:,.=\[\]]+"'
        defaults = "".join(line[1:] + "\n" for line in table.splitlines()
                           if re.match("#[a-z-]+ = ", line) and not re.search(has_none, line) and
                           not line.startswith(("#listen ", *NEED_ETCD)))
        self.assertGreater(len(tomllib.loads(defaults)), 25)
        for text in (table, defaults):
            node = self.start_from(text + own)
            self.await_ring(node, address)
            self.end_well([node])

    def test_help_is_grouped_and_fits_100_columns(self):
        for program, headings in ((LOADGEN, 1), (CACHENODE, 9)):
            text = run(program, "--help").stdout
            self.assertEqual([line for line in text.splitlines() if len(line) > COLUMNS], [])
            self.assertGreaterEqual(len(re.findall(r"^\w+:$", text, re.M)), headings)

    def test_a_file_that_says_nothing_right_is_refused_by_line_and_key(self):
        for text, said in (
                ('listne = "h:1"', '--config: "listne" is no flag; expected the names of flags'),
                ("replicas = 5\nseed = 1\nreplicas = 5",
                 "--config: line 3: replicas comes twice; expected each key once"),
                ("replicas = 5\nreplicas = 5", "--config: line 2: replicas comes twice"),
                ('replicas = "many"', '--replicas: "many": expected a whole number'),
                ("replicas = true", '--replicas: "true": expected a whole number'),
                ("listen = 8001", '--listen: "8001": expected HOST:PORT'),
                ('require-client-cert = "maybe"',
                 "--config: require-client-cert: expected true or false"),
                ('peers = ["h:1", "h:2"]', "--peers: expected one value, once"),
                ("ttl = 5s",
                 "--config: line 1: ttl: expected digit, saw 's'; expected a \"text\", a number"),
                ('listen = "h:1\nname = "x"', "--config: line 1: listen: "),
                ("listen", "--config: line 1: listen: encountered end-of-file"),
                ("x", "--config: line 1: x: encountered end-of-file"),
                ("[cache]\nttl = 1",
                 "--config: line 1: cache: a table; expected lines of KEY"),
                ('config = "x"', "--config: config: This option is not allowed"),
                ('groups = "a:1MiB" "b:1MiB"',
                 "line 1: groups: expected a comment or whitespace, saw")):
            with self.subTest(text):
                done = run(CACHENODE, "--config", self.file(text))
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(said, done.stderr)
        secret = run(CACHENODE, "--config", self.file("source = mysql://me:secret@h/d"))
        self.assertIn("line 1: source: could not determine", secret.stderr)
        self.assertNotIn("secret", secret.stderr)
        for path in (self.folder, self.folder + "/none.toml"):
            done = run(CACHENODE, "--config", path)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, "--config: .*(cannot be read|not readable)")

    def two_nodes(self):
        """The settings of two nodes that do not know each other yet, and the nodes."""
        settings, nodes = [], []
        for name in "ab":
            address = own_address()
            settings.append({"name": name, "listen": address, "groups": "scores:1MiB",
                             "http": own_address(), "peers": f"{name}={address}"})
            nodes.append(self.start_from(self.text(settings[-1]), name))
        for node, name in zip(nodes, "ab"):
            self.await_ring(node, name)
        return settings, nodes

    @staticmethod
    def text(settings):
        return "".join(f'{key} = "{value}"\n' for key, value in settings.items())

    def group(self, node):
        return json.loads(self.ask(node, "/status.json")[1])["groups"][0]

    def budget(self, node):
        return self.group(node)["memory"]["budget_bytes"]

    def test_sighup_takes_over_peers_budgets_and_the_log_level(self):
        settings, nodes = self.two_nodes()
        request = 'Get scores/"Tom"'
        channel = grpc.insecure_channel(settings[0]["listen"])
        get = channel.unary_unary("/groupcachepb.GroupCache/Get")
        ask = field(1, b"scores") + field(2, b"Tom")
        get(ask, timeout=PATIENCE_S)
        peers = ",".join(each["peers"] for each in settings)
        for name, node, its in zip("ab", nodes, settings):
            its.update({"peers": peers, "groups": "scores:2MiB", "log-level": "debug"})
            self.file(self.text(its), name)
            node.signal(signal.SIGHUP)
        for node in nodes:
            node.await_text("reload: done")
            self.await_ring(node, "a", "b")
            self.assertEqual(self.budget(node), 2 << 20)
            self.assertIn("reload: group scores may use 2 MiB", node.stderr())
            self.assertNotIn("restart", node.stderr())
        self.assertNotIn(request, nodes[0].stderr())
        get(ask, timeout=PATIENCE_S)
        nodes[0].await_text(request)
        settings[0].update({"log-level": "info", "ttl": "5s", "max-in-flight": "9"})
        self.file(self.text(settings[0]), "a")
        nodes[0].signal(signal.SIGHUP)
        nodes[0].await_text("reload: done", 2)
        for flag in ("--ttl", "--max-in-flight"):
            self.assertIn(f"reload: {flag} takes a restart; it stays as it was", nodes[0].stderr())
        before = nodes[0].stderr().count(request)
        get(ask, timeout=PATIENCE_S)
        self.assertEqual(nodes[0].stderr().count(request), before)
        channel.close()
        self.end_well(nodes)

    def test_a_reload_that_is_wrong_changes_nothing_and_says_why(self):
        (its, _), (node, _) = self.two_nodes()
        wrong = (({"groups": "scores:9MiB", "qqs": "1"}, '--config: "qqs" is no flag'),
                 ({"groups": "scores:9MiB", "ttl": "soon"}, '--ttl: "soon": expected'),
                 ({"groups": "scores:9MiB", "peers": "c=127.0.0.1:1"},
                  '--peers: "a", this node, is not among them (c)'),
                 ({"groups": "scores:1"}, "--groups: "),
                 ({"groups": 'scores:9MiB"\nsource = "'}, None),  # a source that is no source
                 (None, "--config: "))  # the file is gone
        for number, (change, said) in enumerate(wrong, 1):
            if change is None:
                os.remove(os.path.join(self.folder, "a"))
            else:
                self.file(self.text({**its, **change}), "a")
            node.signal(signal.SIGHUP)
            node.await_text("nothing is changed", number)
            self.assertIn(said or "--source: ", node.stderr())
        self.assertEqual(self.budget(node), 1 << 20)
        self.assertEqual(self.ring_of(node), ["a"])
        # As often as it is read, and whatever stands beside it.
        for again in range(2):
            self.file(self.text({**its, "groups": "scores:256", "log-level": "debug",
                                 "peers": its["peers"] + ",c=127.0.0.1:1"}), "a")
            node.signal(signal.SIGHUP)
            node.await_text("nothing is changed", len(wrong) + 1 + again)
            self.assertIn("reload: --groups: group scores: 256 B is less than", node.stderr())
            self.assertEqual(self.budget(node), 1 << 20)
            self.assertEqual(self.ring_of(node), ["a"])
        self.assertNotIn("reload: done", node.stderr())
        self.file(self.text({**its, "groups": "scores:3MiB"}), "a")
        node.signal(signal.SIGHUP)
        node.await_text("reload: done")
        self.assertEqual(self.budget(node), 3 << 20)

    def play_example(self, kind, **places):
        """The three files of deploy/KIND as they are, but for where they listen and keep things."""
        places["students.db"] = os.path.join(self.folder, "students.db")
        for port in (8001, 8002, 8003, 9001, 9002, 9003):
            places[f"127.0.0.1:{port}"] = own_address()
        nodes = []
        for path in sorted(glob.glob(os.path.join(DEPLOY, kind, "n?.toml"))):
            text = read(path)
            for here, there in places.items():
                text = text.replace(here, there)
            nodes.append(self.start_from(text, os.path.basename(path)))
        self.assertEqual(len(nodes), 3)
        for node in nodes:
            self.await_ring(node, "n0", "n1", "n2")
            self.assertTrue(wait_until(lambda node=node: self.ask(node, "/readyz")[0] == 200))
        for name, score in (("Tom", "630"), ("Alice", "788"), ("Sam", "567")):
            for node in nodes:
                self.answer(200, score, self.ask(node, f"/api?group=scores&key={name}"))
        # They ask each other. (How often is not said: at first a node may not reach one that came
        # after it, and loads in its place.)
        self.assertGreater(sum(self.group(node)["levels"]["peer"] for node in nodes), 0)
        self.end_well(nodes)

    def test_the_static_example_is_a_cluster(self):
        self.play_example("static")

    def test_the_etcd_example_is_a_cluster(self):
        etcd = Etcd(self)
        etcd.start()
        self.play_example("etcd", **{"127.0.0.1:2379": etcd.endpoints})

    def test_systemd_finds_nothing_wrong_with_the_unit(self):
        unit = read(os.path.join(DEPLOY, "cachenode.service"))
        good = unit.replace("/usr/local/bin/cachenode", CACHENODE)
        self.assertIn(CACHENODE + " --config ", good)
        for text, clean in ((good, True), (good.replace("DynamicUser", "DynamicUsers"), False)):
            path = self.file(text, "cachenode.service")
            done = run("systemd-analyze", "verify", "--man=no", path)
            self.assertEqual(done.stdout + done.stderr == "", clean, done.stderr)
            if clean:
                self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
