"""An SMTP server on loopback that takes everything and writes down what it took, in a thread of its own.

It speaks PIPELINING, and can be told to answer some recipients with a refusal, to hang up on them, or to be slow.
"""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Callable

from tests.machine import PATIENCE

# What `says` answers to have the server hang up without a word.
HANG_UP = b""
_MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>\r\n]+>)", re.MULTILINE | re.IGNORECASE)


class _Client(asyncio.Protocol):
    def __init__(self, sink: "Sink"):
        self.sink = sink
        self.transport = None
        self._buffer = bytearray()
        self._in_data = False
        self._recipients: list[str] = []
        self._refused = False

    def connection_made(self, transport):
        self.transport = transport
        self.sink.clients.add(self)
        transport.write(b"220 sink.test ESMTP\r\n")

    def connection_lost(self, exc):
        self.sink.clients.discard(self)

    def data_received(self, data):
        self._buffer += data
        out = []
        while True:
            if self._in_data:
                end = 0 if self._buffer.startswith(b".\r\n") else self._buffer.find(b"\r\n.\r\n")
                if end < 0:
                    break
                content = bytes(self._buffer[:end])
                del self._buffer[: 3 if end == 0 else end + 5]
                self._in_data = False
                out.append(self._took(content))
                self._recipients = []
                if out[-1] == HANG_UP:
                    break
                continue
            end = self._buffer.find(b"\r\n")
            if end < 0:
                break
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 2]
            out.append(self._answer(line))
            if out[-1] == HANG_UP:
                break
            if self.sink.forgets:
                # It promised to read what comes early.
                self._buffer.clear()
        if out:
            self._say(b"".join(out))
        if HANG_UP in out:
            self.transport.close()

    def _say(self, content):
        if self.sink.delay:
            asyncio.get_running_loop().call_later(self.sink.delay, self._write, content)
        else:
            self._write(content)

    def _write(self, content):
        if not self.transport.is_closing():
            self.transport.write(content)

    def _took(self, content: bytes) -> bytes:
        if self._recipients and (refusal := self.sink.says("dot", self._recipients[0])) is not None:
            return refusal
        found = _MESSAGE_ID.search(content)
        for recipient in self._recipients:
            # Written down before it is answered: whoever never reads the answer was served all the same.
            self.sink.taken[recipient] += 1
            self.sink.ids.setdefault(recipient, set()).add(found[1] if found else None)
            if self.sink.keep:
                self.sink.messages.append((recipient, content))
            self.sink.took()
        return b"250 2.0.0 taken\r\n" if self._recipients else b"554 5.5.1 no recipient\r\n"

    def _answer(self, line: bytes) -> bytes:
        word = line[:4].upper()
        if word == b"EHLO":
            return b"250-sink.test\r\n" + (b"250-PIPELINING\r\n" if self.sink.pipelining else b"") + b"250 8BITMIME\r\n"
        if word == b"MAIL":
            self._recipients = []
            refusal = self.sink.says("mail", line.decode())
            return b"250 2.1.0 ok\r\n" if refusal is None else refusal
        if word == b"RCPT":
            recipient = line.decode().partition("<")[2].partition(">")[0]
            if (refusal := self.sink.says("rcpt", recipient)) is not None:
                return refusal
            self._recipients.append(recipient)
            return b"250 2.1.5 ok\r\n"
        if word == b"DATA":
            if not self._recipients:
                return b"554 5.5.1 no valid recipients\r\n"
            if (refusal := self.sink.says("data", self._recipients[0])) is not None:
                return refusal
            self._in_data = True
            return b"354 go ahead\r\n"
        if word == b"QUIT":
            return b"221 2.0.0 bye\r\n"
        return b"250 2.0.0 ok\r\n"


class Sink:
    """The server. `taken` counts messages by recipient, `ids` are their Message-IDs; `messages` are kept if `keep`.

    `says(step, who)` may give another answer to MAIL, RCPT, DATA or the final dot ("mail", "rcpt", "data", "dot"), or
    HANG_UP; `delay` is how long each answer takes. With `holds_after` it says nothing any more once it has taken so
    many, until `go_on`: what a test does in between is done then, however slow the machine. One that `forgets` reads
    one command of those that come at once, and no more.
    """

    def __init__(
        self,
        says: Callable[[str, str], bytes | None] | None = None,
        delay: float = 0.0,
        keep: bool = False,
        holds_after: int = 0,
    ):
        self.taken: Counter = Counter()
        self.ids: dict[str, set] = {}
        self.messages: list[tuple[str, bytes]] = []
        self.clients: set = set()
        self.says = says or (lambda step, who: None)
        self.delay = delay
        self.keep = keep
        self.pipelining, self.forgets = True, False
        self.port = 0
        self._holds_after = holds_after
        self._holding, self._going_on = threading.Event(), threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Sink":
        # All within its own thread: whoever drives a browser has a loop in this one.
        self._thread.start()
        opening = self._loop.create_server(lambda: _Client(self), "127.0.0.1", 0, backlog=512)
        self._server = asyncio.run_coroutine_threadsafe(opening, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def until_it_holds(self) -> None:
        """Wait until it has taken `holds_after` messages, and not one more."""
        assert self._holding.wait(PATIENCE)

    def go_on(self) -> None:
        """Hold nothing back any more."""
        self._going_on.set()

    def took(self) -> None:
        """One more was taken."""
        if self.taken.total() == self._holds_after:
            self._holding.set()
            self._going_on.wait(PATIENCE)

    def __exit__(self, *exc) -> None:
        self.go_on()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        for client in list(self.clients):
            client.transport.abort()
        await asyncio.sleep(0)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
