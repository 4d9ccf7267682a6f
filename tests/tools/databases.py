"""Real database servers for end-to-end tests: each in a folder of its own, on a port of the
test's own loopback address, started and ended by pid. They refuse to run as root, or want to be
told so.
"""
import glob
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.parse

from support import PATIENCE_S, Process, own_address, wait_until

PASSWORD = "p@ss/w:rd?'\\%&=x"  # every character that a URL or a quoted text may stumble over
SHOWN_PARTS = ("p@ss", "w:rd", urllib.parse.quote(PASSWORD, safe=""))  # what must show nowhere


class Server:
    """A server that can be stopped and started again; its data stays."""

    scheme = ""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="ringlab-db-")
        self.address = own_address()
        self.host, self.port = self.address.split(":")
        self.process = None

    def url(self, parameters="", password=PASSWORD, user="ringlab", database="ringlab"):
        """As --source takes it; without a password if it is None."""
        login = user if password is None else f"{user}:{urllib.parse.quote(password, safe='')}"
        return f"{self.scheme}://{login}@{self.address}/{database}{parameters}"

    def start(self):
        if self.process is not None:
            self.process.end()
        self.process = Process(*self.command(), stdout=subprocess.STDOUT, is_server=True,
                               cwd=self.folder, **self.owner())
        if not wait_until(self.answers):
            raise AssertionError(self.process.how_it_went())

    def stop(self):
        """Ends it as its own tools do: whoever is connected is cut off."""
        self.process.signal(self.stop_signal)
        self.process.wait()

    def end(self):
        try:
            if self.process is not None:
                if not self.process.has_gone():
                    self.process.signal(signal.SIGCONT)
                    self.stop()
                self.process.end()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def owner(self):
        return {}

    def answers(self):
        return self.client("SELECT 1", check=False).returncode == 0

    def sql(self, text):
        return self.client(text).stdout

    def prepare(self, command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S,
                              stdin=subprocess.DEVNULL, check=False, **self.owner())
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)


class MariaDb(Server):
    scheme = "mysql"
    stop_signal = signal.SIGTERM

    def __init__(self):
        super().__init__()
        self.data = os.path.join(self.folder, "data")
        user = [f"--user={'root' if os.geteuid() == 0 else os.environ.get('USER', '')}"]
        self.prepare(["mariadb-install-db", "--no-defaults", f"--datadir={self.data}",
                      "--auth-root-authentication-method=normal", "--skip-test-db", *user])
        self._command = ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={self.data}", *user,
                         f"--bind-address={self.host}", f"--port={self.port}",
                         f"--socket={self.folder}/s", "--innodb-flush-log-at-trx-commit=0",
                         "--innodb-buffer-pool-size=32M", f"--pid-file={self.folder}/pid"]
        self.start()
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
        self.sql("CREATE DATABASE ringlab; "
                 f"CREATE USER ringlab@'127.0.0.1' IDENTIFIED BY '{quoted}';"
                 "GRANT ALL ON ringlab.* TO ringlab@'127.0.0.1'")

    def command(self):
        return self._command

    def client(self, text, check=True):
        return subprocess.run(["mariadb", "--no-defaults", "-uroot", f"-S{self.folder}/s", "-N",
                               "-B", "--default-character-set=utf8mb4", "-e",
                               text if "CREATE DATABASE" in text or text == "SELECT 1"
                               else "USE ringlab; " + text],
                              capture_output=True, text=True, timeout=PATIENCE_S, check=check)


class PostgreSql(Server):
    scheme = "postgresql"
    stop_signal = signal.SIGINT  # "fast"

    def __init__(self):
        super().__init__()
        self.data = os.path.join(self.folder, "data")
        password_file = os.path.join(self.folder, "password")
        with open(password_file, "w", encoding="utf-8") as file:
            file.write(PASSWORD + "\n")
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            shutil.chown(password_file, "postgres")
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.prepare([f"{self.bin}/initdb", "-D", self.data, "-U", "ringlab", "-E", "UTF8",
                      "--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync",
                      "--locale=C"])
        self.start()
        self.client("CREATE DATABASE ringlab", database="postgres")

    def owner(self):
        return {"user": "postgres", "group": "postgres", "extra_groups": []} \
            if os.geteuid() == 0 else {}

    def command(self):
        return [f"{self.bin}/postgres", "-D", self.data, "-p", self.port,
                "-c", f"listen_addresses={self.host}", "-c", "unix_socket_directories=",
                "-c", "fsync=off"]

    def answers(self):
        return self.client("SELECT 1", check=False, database="postgres").returncode == 0

    def client(self, text, check=True, database="ringlab"):
        return subprocess.run(["psql", "-h", self.host, "-p", self.port, "-U", "ringlab",
                               "-d", database, "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c",
                               text],
                              capture_output=True, text=True, timeout=PATIENCE_S, check=check,
                              env={**os.environ, "PGPASSWORD": PASSWORD})
