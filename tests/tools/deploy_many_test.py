"""deploy/many-machines: each file as it stands, with a stand-in for what starts it elsewhere."""
import json
import os
import re
import subprocess
import tempfile
import time
import unittest

from support import BIN, PATIENCE_S, Node, ToolTest

DEPLOY = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../deploy/many-machines")
MEASURED = (0, 4)
PLAN = ("--qps", "200", "--duration", "1s", "--warmup", "0s", "--accept-failures", "100%")
# `ssh HOST COMMAND` and `srun COMMAND…`, on this machine alone.
STAND_INS = {"ssh": '#!/bin/sh\nshift\nexec sh -c "$*"\n',
             "srun": "#!/bin/sh\n"
                     "for i in 0 1 2; do SLURM_PROCID=$i \"$@\" & ends=\"$ends $!\"; done\n"
                     "for end in $ends; do wait $end || exit 1; done\n"}


class DeployMany(ToolTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ringlab-many-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name, text in STAND_INS.items():
            with open(os.path.join(self.folder, name), "w", encoding="ascii") as file:
                file.write(text)
            os.chmod(os.path.join(self.folder, name), 0o755)
        self.node = Node("n0", "--source", "synthetic:size=100")
        self.addCleanup(self.node.end)
        self.node.join(f"n0={self.node.address}")
        self.targets = f"n0={self.node.address}"

    def play(self, *command, **variables):
        environment = {**os.environ, **variables, "LEAD_S": "2",
                       "PATH": f"{self.folder}:{BIN}:{os.environ['PATH']}"}
        return subprocess.run(command, cwd=self.folder, env=environment, text=True, check=False,
                              capture_output=True, timeout=PATIENCE_S, stdin=subprocess.DEVNULL)

    def check(self, played, shards):
        self.assertIn(played.returncode, MEASURED, played.stdout + played.stderr)
        with open(os.path.join(self.folder, "all.json"), encoding="utf-8") as file:
            merged = json.load(file)
        self.assertEqual([row["index"] for row in merged["generators"]], list(range(shards)))
        self.assertGreater(merged["totals"]["ok"], 0)

    def test_ssh(self):
        self.check(self.play(f"{DEPLOY}/ssh.sh", "c1 c2", "--targets", self.targets, *PLAN), 2)

    def test_slurm(self):
        self.check(self.play(f"{DEPLOY}/slurm.sh", "--targets", self.targets, *PLAN,
                             SLURM_NTASKS="3"), 3)

    def test_kubernetes(self):
        with open(f"{DEPLOY}/kubernetes.yaml", encoding="ascii") as file:
            text = file.read()
        command = re.search(r"args:\n.*\n +- \|\n((?: {14}.*\n)+)", text)[1]
        start = str(int(time.time()) + 2)
        command = command.replace("START_AT", start).replace("400000", "200").replace("60s", "1s")
        pods = [(f"shard-{i}.json",
                 self.start("sh", "-c", command,
                            env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}",
                                 "JOB_COMPLETION_INDEX": str(i), "SHARDS": "2",
                                 "TARGETS": self.targets}))
                for i in range(2)]
        for name, pod in pods:
            out, code = pod.wait()
            self.assertEqual(code, 0, pod.stderr())
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(out)
        self.check(self.play("results", "merge", *(name for name, _ in pods), "-o", "all.json"), 2)


if __name__ == "__main__":
    unittest.main()
