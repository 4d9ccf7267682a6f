"""Hosts of our own on a network of our own: namespaces that the test makes, and removes at its end.

The test moves into the hub, from where every host is reached; packets between hosts pass its bridge
and are dropped by rules of nftables, silently, as on a cable that was cut.
"""
import ctypes
import os
import subprocess

CLONE_NEWNET = 0x40000000
NET = "10.222.0"  # inside the namespaces alone: no host of the real network has it


def _do(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout


def _enter(name):
    with open(f"/run/netns/{name}", encoding="ascii") as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


class Network:
    """Hosts by name, each with an address. To be made before the test's first thread.

    OSError where nobody may make namespaces.
    """

    def __init__(self, names):
        mark = f"rl{os.getpid()}"
        self._hub, self._made = f"{mark}-hub", []
        self._home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.addresses = {name: f"{NET}.{at}" for at, name in enumerate(names, 10)}
        self._spaces = {name: f"{mark}-{name}" for name in names}
        try:
            self._build()
        except OSError:
            self.close()
            raise

    def _build(self):
        self._make(self._hub)
        _enter(self._hub)
        _do("ip", "link", "set", "lo", "up")
        _do("ip", "link", "add", "name", "hub0", "type", "bridge")
        _do("ip", "address", "add", f"{NET}.1/24", "dev", "hub0")
        _do("ip", "link", "set", "hub0", "up")
        for name, space in self._spaces.items():
            self._make(space)
            _do("ip", "link", "add", f"v-{name}", "type", "veth", "peer", "name", "eth0",
                "netns", space)
            _do("ip", "link", "set", f"v-{name}", "master", "hub0", "up")
            self.at(name, "ip", "address", "add", f"{self.addresses[name]}/24", "dev", "eth0")
            self.at(name, "ip", "link", "set", "eth0", "up")
            self.at(name, "ip", "link", "set", "lo", "up")
            self.at(name, "nft", "add table inet cut")
            self.at(name, "nft", "add chain inet cut in { type filter hook input priority 0; }")

    def _make(self, space):
        _do("ip", "netns", "add", space)
        self._made.append(space)

    def command(self, name, *arguments):
        """What to start so that it runs on that host, as one process."""
        return ("ip", "netns", "exec", self._spaces[name], *arguments)

    def at(self, name, *arguments):
        return _do(*self.command(name, *arguments))

    def cut(self, name, *others):
        """Neither hears the other any more."""
        for other in others:
            for here, there in ((name, other), (other, name)):
                self.at(here, "nft", f"add rule inet cut in ip saddr {self.addresses[there]} drop")

    def lose(self, name, percent):
        """Of all packets that come to it."""
        self.at(name, "nft", f"add rule inet cut in numgen random mod 100 < {percent} drop")

    def slow(self, name, rate):
        """What it sends, as `1mbit`."""
        self.at(name, "tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", rate, "burst",
                "16kb", "latency", "200ms")

    def mend(self):
        for name in self._spaces:
            self.at(name, "nft", "flush chain inet cut in")
            if "tbf" in self.at(name, "tc", "qdisc", "show", "dev", "eth0"):
                self.at(name, "tc", "qdisc", "del", "dev", "eth0", "root")

    def close(self):
        ctypes.CDLL(None).setns(self._home, CLONE_NEWNET)
        for space in self._made:
            subprocess.run(["ip", "netns", "delete", space], check=False)
        self._made = []
        os.close(self._home)
