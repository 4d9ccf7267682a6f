"""A golang/groupcache process: groupcache's own code, as it comes with Debian."""
import os
import subprocess

from http_node import curl
from support import PATIENCE_S, Process, wait_until

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "groupcache_peer")


def build_groupcache(folder):
    """The path of the program, built in this folder."""
    program = os.path.join(folder, "groupcache_peer")
    cache = os.path.join(os.path.dirname(os.environ["RINGLAB_BIN"]), "go-cache")
    env = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
           "GOPROXY": "off", "GOCACHE": cache}
    subprocess.run(["go", "build", "-o", program, "."], cwd=SOURCE, env=env, check=True,
                   timeout=2 * PATIENCE_S)
    return program


class GroupcacheProcess(Process):
    """Answers /get?key=K and /loads at its base URL; peers are base URLs."""

    def __init__(self, test, program, url, peers):
        super().__init__(program, "-self", url, "-peers", ",".join(peers), is_server=True)
        test.addCleanup(self.end)
        self.url = url
        ready = ["curl", "-s", "-o", "/dev/null", url + "/loads"]
        if not wait_until(lambda: subprocess.run(ready, check=False).returncode == 0):
            raise AssertionError(f"{url} does not answer: {self.stderr()}")

    def loads(self):
        """How often its own getter was asked."""
        return len(curl(self.url + "/loads")[1].splitlines())
