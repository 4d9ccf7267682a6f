"""A headless Chromium, driven over its DevTools protocol by a pair of pipes.

It may reach nothing, or one host: every other name resolves to nowhere, and what a page asked for
is in `requests`.
"""
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")
PATIENCE_S = 60


class Browser:
    """Ends with close(); use one for several pages, starting it takes a second."""

    def __init__(self, may_reach=None):
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if program is None:
            raise FileNotFoundError("no headless Chromium: scripts/setup test installs one")
        self._profile = tempfile.TemporaryDirectory(prefix="ringlab-browser-",
                                                    ignore_cleanup_errors=True)
        rules = "MAP * ~NOTFOUND" + (f", EXCLUDE {may_reach}" if may_reach else "")
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()

        def number_the_pipes():  # it reads commands from 3 and writes to 4, by these numbers
            ends = (to_browser, 103), (from_browser, 104)
            high = [os.dup2(end, number) for end, number in ends]
            for end, number in zip(high, (3, 4)):
                os.dup2(end, number)

        # pylint: disable-next=consider-using-with,subprocess-popen-preexec-fn
        self._process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--hide-scrollbars", "--remote-debugging-pipe",
             "--host-resolver-rules=" + rules, "--disable-background-networking",
             f"--user-data-dir={self._profile.name}", "about:blank"],
            preexec_fn=number_the_pipes, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self._buffer, self._number, self._session = b"", 0, None
        self.requests, self.complaints, self._events = [], [], []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target,
                                  flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def close(self):
        self._session = None
        try:
            self.call("Browser.close")
        except (ConnectionError, BrokenPipeError):
            pass  # it may end before its answer is out
        self._process.wait(PATIENCE_S)
        os.close(self._in)
        os.close(self._out)
        self._profile.cleanup()

    def _receive(self, give_up):
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], max(0, give_up - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self._in, 1 << 20)
            if not chunk:
                raise ConnectionError("the browser has ended")
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(line)

    def _note(self, message):
        method, of = message.get("method"), message.get("params", {})
        self._events.append(method)
        if method == "Network.requestWillBeSent":
            self.requests.append(of["request"]["url"])
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(" ".join(str(arg.get("value")) for arg in of["args"]))
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(of["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.complaints.append(of["entry"]["text"])

    def call(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        give_up = time.monotonic() + PATIENCE_S
        while True:
            answer = self._receive(give_up)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._note(answer)

    def open(self, file, width=1000, height=900, dark=False, scripts=True, media=""):
        """Loads a file or a URL; what it asks for and complains of is noted from here on."""
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.requests, self.complaints, self._events = [], [], []
        is_url = str(file).startswith("http://")
        self.call("Page.navigate",
                  url=str(file) if is_url else pathlib.Path(file).resolve().as_uri())
        give_up = time.monotonic() + PATIENCE_S
        while "Page.loadEventFired" not in self._events:
            self._note(self._receive(give_up))

    def value(self, expression):
        """What JavaScript says: works with the page's own scripts switched off, too."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                         awaitPromise=True)
        if "exceptionDetails" in done:
            raise RuntimeError(f"{expression}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def wait_for(self, holds):
        """Lets the browser go on until something holds of the world outside; whether it does."""
        give_up = time.monotonic() + PATIENCE_S
        while not holds() and time.monotonic() < give_up:
            self.value("new Promise(done => setTimeout(done, 20))")
        return holds()

    def move_to(self, x, y):
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def screenshot(self, name, whole=True):
        """In the folder that RINGLAB_SCREENSHOTS names, for somebody to look at, if there is one.

        No test judges it, and painting takes most of the time of a test that asks for it.
        """
        if "RINGLAB_SCREENSHOTS" not in os.environ:
            return
        folder = pathlib.Path(os.environ["RINGLAB_SCREENSHOTS"])
        folder.mkdir(parents=True, exist_ok=True)
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        more = {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"],
                         "scale": 1}, "captureBeyondViewport": True} if whole else {}
        picture = self.call("Page.captureScreenshot", format="png", **more)["data"]
        (folder / (name + ".png")).write_bytes(base64.b64decode(picture))

    def print_to(self, file):
        pdf = self.call("Page.printToPDF", printBackground=False, paperWidth=8.27,
                        paperHeight=11.69)["data"]
        pathlib.Path(file).write_bytes(base64.b64decode(pdf))
