"""A mailbox on loopback that speaks as much IMAP as reading one needs."""

import re
import socketserver
import threading
from contextlib import contextmanager


@contextmanager
def imap_server(name: str, password: str, contents: list[bytes]):
    """Serve these messages to whoever knows the password; gives the port, and the flags of each that is still there."""
    flags: dict[int, set[str]] = {number: set() for number in range(1, len(contents) + 1)}
    kept = {number: content for number, content in enumerate(contents, 1)}

    class Talk(socketserver.StreamRequestHandler):
        def handle(self):
            self.say("* OK ready")
            while line := self.rfile.readline().decode().strip():
                tag, _, command = line.partition(" ")
                word = command.upper().removeprefix("UID ")
                if word.startswith("LOGIN"):
                    given = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', command)[1:]
                    if ["".join(pair) for pair in given] != [name, password]:
                        self.say(f"{tag} NO wrong name or {password}")
                        continue
                elif word.startswith("CAPABILITY"):
                    self.say("* CAPABILITY IMAP4rev1 UIDPLUS")
                elif word.startswith("SELECT"):
                    if command != 'SELECT "Reports back"':
                        self.say(f"{tag} NO")
                        continue
                    self.say(f"* {len(kept)} EXISTS")
                elif word.startswith("SEARCH"):
                    unseen = [str(number) for number, marks in flags.items() if not marks]
                    self.say(" ".join(["* SEARCH", *unseen]))
                elif word.startswith("FETCH"):
                    number = int(command.split()[2])
                    content = kept[number]
                    head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(content)}}}\r\n".encode()
                    self.wfile.write(head + content + b")\r\n")
                elif word.startswith("STORE"):
                    flags[int(command.split()[2])] |= set(re.findall(r"\\\w+", command))
                elif word.startswith("EXPUNGE"):
                    del flags[int(command.split()[2])]
                self.say(f"{tag} OK done")
                if word.startswith("LOGOUT"):
                    return

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server.server_address[1], flags
        finally:
            server.shutdown()
