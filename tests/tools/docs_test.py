"""The commands of README.md and docs/*.md do what the pages say: each block is played as it stands,
but for addresses and for how long it measures (docs/ci.md). Nothing here asserts a speed.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile
import threading
import unittest

from certificates import Authority
from docs_commands import blocks_of
from etcd_server import Etcd
from support import LOOPBACK, PATIENCE_S, ToolTest

TOOLS = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(TOOLS))
STAND_IN = """#!/bin/sh
exec {python} -B {tools}/docs_commands.py "$@"
"""


class Docs(ToolTest):
    def make_folder(self):
        """A clone as the pages' commands see it."""
        folder = tempfile.TemporaryDirectory(prefix="ringlab-docs-")
        self.addCleanup(folder.cleanup)
        os.mkdir(f"{folder.name}/scripts")
        os.symlink(f"{ROOT}/deploy", f"{folder.name}/deploy")
        stand_in = f"{folder.name}/scripts/run"
        with open(stand_in, "w", encoding="utf-8") as file:
            file.write(STAND_IN.format(python=sys.executable, tools=TOOLS))
        os.chmod(stand_in, 0o755)
        return folder.name

    def prepare(self, what, folder):
        """Makes what a mark names; the addresses and the environment that go with it."""
        own = {"127.0.0.1": LOOPBACK, "10.0.0.1": LOOPBACK, "10.0.0.2:8001": LOOPBACK + ":8002"}
        if what is None:
            return own, {}
        if what == "certificates":
            Authority(folder).issue("node", address=f"IP:{LOOPBACK}")
            with open(f"{folder}/token", "w", encoding="ascii") as file:
                file.write("a-token-of-these-tests\n")
            return own, {}
        if what == "mpi":
            return own, {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        self.assertEqual(what, "etcd", "a mark that is not known")
        etcd = Etcd(self)
        etcd.start()
        own["127.0.0.1:2379"] = etcd.endpoints
        return own, {"ETCDCTL_API": "3", "ETCDCTL_ENDPOINTS": etcd.endpoints}

    def play(self, block, folder):
        places, environment = self.prepare(block.mark[1], folder)
        # pylint: disable-next=consider-using-with
        bash = subprocess.Popen(["bash", "-c", block.script(places)], cwd=folder, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env={**os.environ, **environment})
        end = threading.Timer(2 * PATIENCE_S, bash.terminate)  # it ends its nodes
        end.start()
        out, said = bash.communicate()
        end.cancel()
        told = f"{block.place}: exit code {bash.returncode}\n{out}\n{said}"
        self.assertEqual(bash.returncode, 0, told)
        self.assertGreaterEqual(len(re.findall("^requests  ", out, re.M)), block.loads, told)
        self.assertNotIn(" = 0 ok ", out, told)

    def play_page(self, name):
        folder = self.make_folder()
        blocks = blocks_of(os.path.join(ROOT, name), name)
        self.assertTrue(blocks)
        for block in blocks:
            self.assertIsNotNone(block.mark, f"{block.place}: commands without a mark (docs/ci.md)")
            self.assertTrue(block.runs or block.mark[1], f"{block.place}: not run, and no reason")
            if block.runs:
                with self.subTest(block.place):
                    self.play(block, folder)

    def test_readme(self):
        self.play_page("README.md")

    def test_cachenode(self):
        self.play_page("docs/cachenode.md")

    def test_ci(self):
        self.play_page("docs/ci.md")

    def test_loadgen(self):
        self.play_page("docs/loadgen.md")

    def test_many_machines(self):
        self.play_page("docs/many-machines.md")

    def test_operations(self):
        self.play_page("docs/operations.md")

    def test_reference_systems(self):
        self.play_page("docs/reference-systems.md")

    def test_results(self):
        self.play_page("docs/results.md")

    def test_sim(self):
        self.play_page("docs/sim.md")

    def test_every_page_with_commands_is_played_here(self):
        pages = {os.path.relpath(path, ROOT) for path in glob.glob(f"{ROOT}/docs/*.md")}
        played = {name for name in pages if blocks_of(os.path.join(ROOT, name), name)}
        tests = set(unittest.TestLoader().getTestCaseNames(Docs))
        for name in played:
            stem = os.path.splitext(os.path.basename(name))[0].replace("-", "_")
            self.assertIn(f"test_{stem}", tests)

    def test_a_page_is_read_as_its_reader_does(self):
        text = ("Text with `scripts/run sim --seed 1`.\n\n<!-- run: etcd -->\n```sh\n"
                "scripts/run cachenode \\\n  --ttl 1s &\ncurl x\n```\n\n"
                "```text\nscripts/run no\n```\n"
                "<!-- not run: why -->\n| a | `scripts/run loadgen --qps 1` |\n")
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".md") as page:
            page.write(text)
            page.flush()
            plain, fenced, table = blocks_of(page.name, "p")
        self.assertEqual((plain.mark, plain.commands), (None, ["scripts/run sim --seed 1"]))
        self.assertEqual((fenced.mark, fenced.commands),
                         (("run", "etcd"), ["scripts/run cachenode --ttl 1s &", "curl x"]))
        self.assertEqual((table.mark, table.commands),
                         (("not run", "why"), ["scripts/run loadgen --qps 1"]))
        self.assertFalse(table.runs)


if __name__ == "__main__":
    unittest.main()
