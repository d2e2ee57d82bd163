"""A server that parses nothing and always gives the same answer: what the client could do if the server did nothing.

python -m tests.bench.trivial PORT BYTES
"""

import select
import socket
import sys


def serve(port: int, size: int) -> None:
    """Answer whatever arrives on 127.0.0.1:`port` with `size` bytes, until killed."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    connections: dict[int, socket.socket] = {}
    while True:
        for number, _ in poll.poll():
            if number == listener.fileno():
                connection = listener.accept()[0]
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connections[connection.fileno()] = connection
                poll.register(connection, select.EPOLLIN)
            elif connections[number].recv(65536):
                connections[number].sendall(answer)
            else:
                poll.unregister(number)
                connections.pop(number).close()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
