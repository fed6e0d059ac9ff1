"""nginx before the app, with the file that `deploy/` ships; `python -m tests.nginx` gets nginx where there is none."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT, free_port

SITE = ROOT / "deploy" / "nginx.conf"
UNSIGNED = ssl.create_default_context()  # takes a certificate that nobody has signed
UNSIGNED.check_hostname, UNSIGNED.verify_mode = False, ssl.CERT_NONE
FRAME = """pid {folder}/pid; daemon off; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; types {{ text/html html; text/javascript js; text/css css; }} default_type application/octet-stream;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/site.conf;
}}
"""


def executable() -> str | None:
    """The path of nginx, also where only root's search path names it."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def certificate(folder: Path) -> None:
    """Writes a certificate for localhost that nobody has signed, and its key."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-keyout", str(folder / "site.key"), "-out", str(folder / "site.pem")]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def site(folder: Path, port: int, upstreams: list[int]) -> str:
    """The shipped file with the lines changed that it says are to be changed."""
    text = SITE.read_text("utf-8")
    changes = {
        "server 127.0.0.1:8501;": " ".join(f"server 127.0.0.1:{one};" for one in upstreams),
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;", "server_name play.example;": "server_name localhost;",
        "/etc/ssl/certs/play.example.pem": f"{folder}/site.pem",
        "/etc/ssl/private/play.example.key": f"{folder}/site.key",
    }  # fmt: skip
    for before, after in changes.items():
        assert text.count(before) == 1, f"{SITE.name} has {before} {text.count(before)} times"
        text = text.replace(before, after)
    return text


def proxy(folder: Path, upstreams: list[int]) -> tuple[subprocess.Popen[bytes], str]:
    """Starts nginx before apps on those ports: (process, address under which a browser finds them)."""
    found = executable()
    assert found, "nginx is needed: python -m tests.nginx, or install it."
    port = free_port()
    certificate(folder)
    (folder / "site.conf").write_text(site(folder, port, upstreams))
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder))
    process = subprocess.Popen([found, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, f"https://localhost:{port}/learn"
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, "nginx does not answer"
            time.sleep(0.05)


def main() -> int:
    """0 once nginx is here, from Debian's package where it was not."""
    if not executable() and shutil.which("apt-get"):
        rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
        for command in (["update", "-q"], ["install", "-y", "-q", "nginx-light"]):
            subprocess.run([*rights, "apt-get", *command], stdout=subprocess.DEVNULL, check=False)
    if executable():
        return 0
    print("nginx is not here: the tests of deploy/nginx.conf will fail. Install it.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
