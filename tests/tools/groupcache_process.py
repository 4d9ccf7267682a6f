"""A golang/groupcache process: groupcache's own code, as it comes with Debian."""
import os
import subprocess

from http_node import read
from support import BIN, Process, wait_until

PROGRAM = os.path.join(BIN, "groupcache_peer")  # of groupcache_peer/main.go


class GroupcacheProcess(Process):
    """Answers /get?key=K and /loads at its base URL; peers are base URLs."""

    def __init__(self, test, url, peers):
        super().__init__(PROGRAM, "-self", url, "-peers", ",".join(peers), is_server=True)
        test.addCleanup(self.end)
        self.url = url
        ready = ["curl", "-s", "-o", "/dev/null", url + "/loads"]
        if not wait_until(lambda: subprocess.run(ready, check=False).returncode == 0):
            raise AssertionError(f"{url} does not answer: {self.stderr()}")

    def loads(self):
        """How often its own getter was asked."""
        return len(read(self.url + "/loads").splitlines())
