"""Starting what is measured: the Procfile's own commands, in an environment of the bench's own, on loopback alone."""

import gzip
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.kernel import processes
from app.kernel.launch import launcher
from app.kernel.supervisor import refusals

ROOT = Path(__file__).resolve().parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "WEB_CONCURRENCY")
START_SECONDS = 30.0


class DidNotStart(Exception):
    """A process ended or did not answer; the message ends with the last of what it wrote."""


@dataclass(frozen=True)
class Answer:
    """One answer as it came over the wire: how many bytes, head included, and its parts."""

    wire_bytes: int
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body, unpacked."""
        zipped = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if zipped else self.body).decode()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def request_text(port: int, path: str, body: str | None = None, connection: str = "keep-alive") -> str:
    """A request as a browser sends it; with `body`, a form's POST from the site's own page."""
    lines = [
        f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language: en-US,en;q=0.5",
        "Accept-Encoding: gzip, deflate, br",
    ]
    if body is not None:
        lines += [
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            f"Origin: http://127.0.0.1:{port}",
            "Sec-Fetch-Site: same-origin",
        ]
    return "\r\n".join([*lines, f"Connection: {connection}", "", body or ""])


def fetch(port: int, path: str) -> Answer:
    """GET a path on a connection of its own. Raises OSError when nobody answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as stream:
        stream.sendall(request_text(port, path, connection="close").encode())
        data = b""
        while part := stream.recv(1 << 18):
            data += part
    head, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Answer(len(data), int(status.split(" ")[1]), headers, body)


def environment(**settings: str) -> dict[str, str]:
    """The environment of everything the bench starts: the machine's, and of Plenary's settings only these."""
    programs = str(Path(sys.executable).parent)
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, "PATH": f"{programs}{os.pathsep}{kept.get('PATH', os.defpath)}", **settings}


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours."""
    return [sys.executable, "-m", name, *arguments]


def await_port(port: int) -> None:
    """Wait until somebody listens on a port. Raises DidNotStart."""
    began = time.perf_counter()
    while time.perf_counter() - began < START_SECONDS:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.02)
    raise DidNotStart(f"nobody listens on port {port} after {START_SECONDS:.0f} seconds")


class Process:
    """A command that ends with the bench; what it writes goes to a file. Use it as a context manager."""

    def __init__(self, command: list[str], environ: Mapping[str, str], log: Path):
        self._command = command
        self._environ = dict(environ)
        self._log = log

    def __enter__(self):
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                launcher(self._command, signal.SIGTERM),
                cwd=ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def check(self) -> None:
        """Raises DidNotStart if the process has ended."""
        if self._process.poll() is not None:
            said = self._log.read_text(errors="replace")[-2000:]
            raise DidNotStart(f"{shlex.join(self._command)}: exit code {self._process.returncode}; {said}")


class Server(Process):
    """The Procfile's web command on a loopback port of its own, for the app or for another `target`."""

    def __init__(self, environ: Mapping[str, str], log: Path, target: str = "wsgi:app"):
        self.port = free_port()
        *command, _ = shlex.split(refusals.procfile(ROOT)["web"])
        super().__init__(
            [*command, "--bind", f"127.0.0.1:{self.port}", target], {**environ, "PORT": str(self.port)}, log
        )

    def await_answer(self, path: str) -> float:
        """Wait until `path` answers 200; the seconds that took. Raises DidNotStart."""
        began = time.perf_counter()
        while time.perf_counter() - began < START_SECONDS:
            self.check()
            try:
                if fetch(self.port, path).status == 200:
                    return time.perf_counter() - began
            except OSError:
                time.sleep(0.02)
        raise DidNotStart(f"{path} did not answer within {START_SECONDS:.0f} seconds")

    def workers(self) -> list[int]:
        """The numbers of gunicorn's worker processes."""
        return [
            int(entry) for entry in os.listdir("/proc") if entry.isdigit() and processes.parent(int(entry)) == self.pid
        ]


def run(command: list[str], environ: Mapping[str, str]) -> float:
    """Run a command to its end; the seconds it took. Raises CalledProcessError."""
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=dict(environ), check=True)
    return time.perf_counter() - began
