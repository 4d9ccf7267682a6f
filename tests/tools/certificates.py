"""Certificates for tests, made by openssl: an authority, and what it issues for loopback."""
import os
import subprocess

from support import LOOPBACK

HERE = f"IP:127.0.0.1,IP:{LOOPBACK}"  # where the tools' own nodes listen, and a test's


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    """Who issues certificates, below `folder`."""

    def __init__(self, folder, name="ca"):
        self.folder = folder
        self.cert = os.path.join(folder, name + ".pem")
        self._key = os.path.join(folder, name + ".key")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self._key, "-out", self.cert, "-days", "30",
                "-subj", f"/CN={name} of the tests")

    def issue(self, name, days=30, address=HERE):
        """The paths of a certificate and its key. `days` below 0: it has expired."""
        cert, key = (os.path.join(self.folder, name + end) for end in (".pem", ".key"))
        request = os.path.join(self.folder, name + ".csr")
        extensions = os.path.join(self.folder, name + ".ext")
        with open(extensions, "w", encoding="ascii") as text:
            text.write(f"subjectAltName={address},DNS:{name}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", request, "-CA", self.cert, "-CAkey", self._key,
                "-CAcreateserial", "-out", cert, "-days", str(days), "-extfile", extensions)
        return cert, key
