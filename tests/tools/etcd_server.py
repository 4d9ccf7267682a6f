"""A real etcd of one member or more, and nodes that register there, for end-to-end tests."""
import os
import shutil
import signal
import subprocess
import tempfile

from support import CACHENODE, LOOPBACK, PATIENCE_S, Process, own_address, run, wait_until

SERVICE = "cache"


class Etcd:
    """The members share nothing but their addresses; data outlives stop()."""

    def __init__(self, test, members=1, tls=None):
        self.folder = tempfile.mkdtemp(prefix="ringlab-etcd-")
        test.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        test.addCleanup(self.stop)
        self.tls = tls  # a Certificates
        self.addresses = [(own_address(), own_address()) for _ in range(members)]
        self.processes = [None] * members
        self._paused = set()
        self.credentials = []  # for etcdctl
        if tls:
            self.credentials = ["--cacert", tls.ca, "--cert", tls.cert, "--key", tls.key]

    @property
    def endpoints(self):
        return ",".join(client for client, _ in self.addresses)

    def start(self, *members):
        scheme = "https" if self.tls else "http"
        cluster = ",".join(f"m{i}=http://{peer}" for i, (_, peer) in enumerate(self.addresses))
        for i in members or range(len(self.addresses)):
            client, peer = self.addresses[i]
            arguments = [
                "etcd", "--name", f"m{i}", "--data-dir", f"{self.folder}/m{i}",
                "--listen-client-urls", f"{scheme}://{client}",
                "--advertise-client-urls", f"{scheme}://{client}",
                "--listen-peer-urls", f"http://{peer}",
                "--initial-advertise-peer-urls", f"http://{peer}", "--initial-cluster", cluster,
                "--heartbeat-interval", "50", "--election-timeout", "250", "--logger", "zap"]
            if self.tls:
                arguments += ["--client-cert-auth", "--trusted-ca-file", self.tls.ca,
                              "--cert-file", self.tls.cert, "--key-file", self.tls.key]
            self.processes[i] = Process(*arguments, stdout=subprocess.STDOUT, is_server=True)
        if not wait_until(lambda: self.ask("endpoint", "health").returncode == 0):
            raise AssertionError(self.ask("endpoint", "health").stderr)

    def stop(self, *members):
        for i in members or range(len(self.addresses)):
            if self.processes[i] is not None:
                self.processes[i].end()
                self.processes[i] = None
                self._paused.discard(i)

    def pause(self, member):
        self.processes[member].signal(signal.SIGSTOP)
        self._paused.add(member)

    def ask(self, *arguments):
        """etcdctl, whatever comes of it."""
        scheme = "https" if self.tls else "http"
        endpoints = ",".join(f"{scheme}://{client}"
                             for i, (client, _) in enumerate(self.addresses)
                             if self.processes[i] and i not in self._paused)
        return run("etcdctl", "--endpoints", endpoints, *self.credentials, *arguments,
                   env={**os.environ, "ETCDCTL_API": "3"})

    def ctl(self, *arguments):
        done = self.ask(*arguments)
        if done.returncode != 0:
            raise AssertionError(f"etcdctl {arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def keys(self):
        return self.ctl("get", "--prefix", SERVICE + "/", "--keys-only").split()


class Certificates:
    """A CA of our own, and one certificate of it for LOOPBACK, good for servers and clients."""

    def __init__(self, test):
        folder = tempfile.mkdtemp(prefix="ringlab-certs-")
        test.addCleanup(shutil.rmtree, folder)
        self.ca, self.cert, self.key = (f"{folder}/{name}.pem" for name in ("ca", "cert", "key"))
        ca_key, request, names = f"{folder}/ca.key", f"{folder}/request", f"{folder}/names"
        with open(names, "w", encoding="ascii") as text:
            text.write(f"subjectAltName=IP:{LOOPBACK}\n")
        new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        for arguments in (
                ("req", "-x509", *new_key, "-keyout", ca_key, "-out", self.ca, "-subj", "/CN=ca"),
                ("req", *new_key, "-keyout", self.key, "-out", request, "-subj", "/CN=node"),
                ("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", ca_key,
                 "-CAcreateserial", "-out", self.cert, "-extfile", names)):
            done = run("openssl", *arguments)
            if done.returncode != 0:
                raise AssertionError(done.stderr)


class EtcdNode(Process):
    """A cachenode that finds its peers through etcd. It may not serve yet."""

    def __init__(self, test, name, etcd, *arguments):
        quiet = os.path.join(os.path.dirname(os.path.realpath(__file__)), "grpc_tls.supp")
        super().__init__(CACHENODE, "--listen", f"{LOOPBACK}:0", "--name", name,
                         "--service", SERVICE, "--etcd", etcd, *arguments,
                         env={**os.environ, "LSAN_OPTIONS": f"suppressions={quiet}"})
        test.addCleanup(self.end)
        self.name = name
        self.address, = self.await_words("listening", name)
        self.key = f"{SERVICE}/{self.address}"

    def ends_well(self):
        self.signal(signal.SIGTERM)
        return self.popen.wait(timeout=PATIENCE_S) == 0
