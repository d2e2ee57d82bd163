"""The relays that mailings are measured against: smtp-sink, a way to it that takes its time, and the two that do the
least there could be, smtp-source and a client that pipelines what it has ready.

smtp-sink and smtp-source are Debian's (package postfix). They are looked for in PATH and /usr/sbin, or else unpacked
from the package without installing it; postfix itself is never started.
"""

import asyncio
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

OCTETS = 10_240


class NoTools(Exception):
    """smtp-sink and smtp-source are neither there nor to be had."""


def tools(folder: Path) -> tuple[dict[str, str], Path]:
    """The environment and the directory of the two programs. Raises NoTools."""
    for place in (*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin"):
        if (Path(place) / "smtp-sink").exists():
            return {}, Path(place)
    try:
        subprocess.run(["apt-get", "download", "postfix"], cwd=folder, check=True, capture_output=True)
        (package,) = folder.glob("postfix_*.deb")
        subprocess.run(["dpkg", "-x", str(package), str(folder / "postfix")], check=True, capture_output=True)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise NoTools("install Debian's package postfix for smtp-sink and smtp-source") from error
    root = folder / "postfix/usr"
    # The sink runs as nobody, who has to reach its libraries.
    folder.chmod(0o711)
    return {"LD_LIBRARY_PATH": str(root / "lib/postfix")}, root / "sbin"


class Sink:
    """smtp-sink on a free port of loopback, and how many messages it took."""

    def __init__(self, folder: Path, environ: Mapping[str, str], programs: Path):
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.port = trial.getsockname()[1]
        self._environ = {**os.environ, **environ}
        self._programs = programs
        self._log = folder / f"sink-{self.port}.log"
        account = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [str(programs / "smtp-sink"), "-c", *account, f"127.0.0.1:{self.port}", "512"]
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(command, env=self._environ, stdout=output, stderr=subprocess.STDOUT)
        while True:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._process.poll() is not None:
                raise NoTools(f"smtp-sink does not start: {self._log.read_text(errors='replace').strip()}")
            time.sleep(0.05)

    def source(self, number: int, sessions: int, keeps: bool) -> float:
        """Have smtp-source send so many; messages a second. As it comes it opens a connection for each message, and
        with `keeps` it sends all over the same ones."""
        began = time.monotonic()
        size = ["-s", str(sessions), "-l", str(OCTETS), "-m", str(number), *(["-d"] if keeps else [])]
        people = ["-f", "from@example.org", "-t", "to@example.org"]
        command = [str(self._programs / "smtp-source"), *size, *people, f"127.0.0.1:{self.port}"]
        subprocess.run(command, env=self._environ, check=True, capture_output=True)
        return number / (time.monotonic() - began)

    def took(self) -> int:
        """How many messages it has taken, as it counts them itself."""
        found = re.findall(rb"mesg=(\d+)", self._log.read_bytes())
        return int(found[-1]) if found else 0

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()


class Slow:
    """A way to a port that takes `seconds` there and back, whatever the rate."""

    def __init__(self, port: int, seconds: float):
        self._to, self._half = port, seconds / 2
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._join, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    async def _join(self, reader, writer) -> None:
        there = await asyncio.open_connection("127.0.0.1", self._to)
        for source, target in ((reader, there[1]), (there[0], writer)):
            queue = asyncio.Queue()
            tasks = (
                self._loop.create_task(self._read(source, queue)),
                self._loop.create_task(self._write(queue, target)),
            )
            self._tasks = getattr(self, "_tasks", []) + list(tasks)

    async def _read(self, source, queue) -> None:
        while True:
            content = await source.read(1 << 16)
            queue.put_nowait((self._loop.time() + self._half, content))
            if not content:
                return

    async def _write(self, queue, target) -> None:
        while True:
            at, content = await queue.get()
            await asyncio.sleep(max(0.0, at - self._loop.time()))
            if not content:
                target.close()
                return
            target.write(content)

    def pipelined(self, number: int, connections: int) -> float:
        """Send so many over as many connections, the commands of each message in one write with the final dot of the
        one before, and nothing to think of in between; messages a second."""
        content = (b"Subject: Fictional\r\n\r\n" + b"The same again and again, and nothing else.\r\n" * 240)[:OCTETS]
        commands = b"MAIL FROM:<from@example.org>\r\nRCPT TO:<to@example.org>\r\nDATA\r\n"

        async def send(each: int) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            await reader.readline()
            writer.write(b"EHLO example.org\r\n")
            while (await reader.readline())[3:4] == b"-":
                pass
            writer.write(commands)
            for place in range(each):
                while not (await reader.readline()).startswith(b"354"):
                    pass
                writer.write(content + b"\r\n.\r\n" + (commands if place + 1 < each else b""))
            await reader.readline()
            writer.close()

        async def all_of_them() -> None:
            await asyncio.gather(*(send(number // connections) for _ in range(connections)))

        began = time.monotonic()
        asyncio.run(all_of_them())
        return number / (time.monotonic() - began)

    def close(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
