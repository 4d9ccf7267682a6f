"""Failing system calls for a program under test: the other side of tests/support/faults.cc."""
import mmap
import os
import struct
import tempfile

from support import BIN

CALLS = ("open", "fopen", "read", "write", "memfd_create", "accept4", "epoll_ctl", "epoll_wait",
         "connect", "socket", "send", "recv", "mmap", "malloc", "pread", "pwrite", "fsync")
WORD = 8


class Faults:
    """None fail until fail() says so. One of these for each program, or for several."""

    def __init__(self, test, seed=1):
        self._file = tempfile.NamedTemporaryFile()
        test.addCleanup(self._file.close)
        self._file.write(struct.pack("<QQ", 0, seed) + bytes(2 * WORD * len(CALLS)))
        self._file.flush()
        self._words = mmap.mmap(self._file.fileno(), 0)
        test.addCleanup(self._words.close)

    def environment(self):
        """For a program's env."""
        return {**os.environ, "LD_PRELOAD": os.path.join(BIN, "faults.so"),
                "RINGLAB_FAULTS": self._file.name}

    def fail(self, share):
        """From now on so many of all calls fail; 0: none."""
        self._words[:WORD] = struct.pack("<Q", int(share * 1_000_000))

    def counts(self):
        """By call: how often it was made while some were to fail, and how often it failed."""
        words = struct.unpack(f"<{2 * len(CALLS)}Q", self._words[2 * WORD:])
        return {name: (words[2 * i], words[2 * i + 1]) for i, name in enumerate(CALLS)}

    def failed(self):
        return {name: failed for name, (_, failed) in self.counts().items() if failed}
