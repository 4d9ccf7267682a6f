"""Nodes that answer HTTP too, and ways to ask them: curl, and bytes on a socket."""
import contextlib
import json
import socket
import subprocess
import tempfile
import urllib.parse
import urllib.request

from support import LOOPBACK, PATIENCE_S, Node, ToolTest


def curl(*arguments):
    """The status and the body, as a client of the reference systems sees them."""
    done = subprocess.run(["curl", "-sS", "-m", str(PATIENCE_S), "-w", "\n%{http_code}",
                           "--path-as-is", *arguments],
                          capture_output=True, timeout=2 * PATIENCE_S, check=False)
    if done.returncode != 0:
        raise AssertionError(f"curl {arguments}: {done.stderr.decode()}")
    body, _, status = done.stdout.rpartition(b"\n")
    return int(status), body


def read(url):
    """The body of what answers well: for what is asked often, as starting a curl takes a while."""
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        return answer.read()


@contextlib.contextmanager
def file_with(content):
    """The name of a file that holds these bytes, for a while."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file.name


def query(key):
    return "key=" + urllib.parse.quote(key, safe="")


class HttpNode(Node):
    """A cachenode with --http; on a port of the system's choice unless it is told where."""

    def __init__(self, name, *arguments, http=f"{LOOPBACK}:0", **options):
        super().__init__(name, "--http", http, *arguments, **options)
        self.http, = self.await_words("http", name)
        self.url = "http://" + self.http

    def get(self, path):
        return curl(self.url + path)

    def json(self, path):
        return json.loads(read(self.url + path))

    def group(self):
        return self.json("/status.json")["groups"][0]

    def get_all(self, paths):
        """Asks for one after the other on one connection, sent all at once."""
        requests = "".join(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n" for path in paths)
        last = "GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        return self.raw((requests + last).encode())

    def raw(self, request, half_closed=False):
        """What comes back for these bytes, until the node closes or says no more."""
        with socket.create_connection(self.http.split(":"), PATIENCE_S) as connection:
            connection.sendall(request)
            if half_closed:
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := connection.recv(1 << 16):
                answer += chunk
            return answer


class HttpTest(ToolTest):
    def start_http_nodes(self, count, *arguments):
        """Nodes n0, n1 … with HTTP, that know each other."""
        return self.start_nodes(count, *arguments, kind=HttpNode)[0]

    def answer(self, status, body, got):
        self.assertEqual((status, body if isinstance(body, bytes) else body.encode()), got)
