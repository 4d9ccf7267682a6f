"""Servers of GroupCache on python3-h2 that behave as no server should, for tests of our client.

A Behaviour answers Gets in its way; everything else is UNIMPLEMENTED. Each connection is a thread.
"""
import socket
import threading

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
import hyperframe.frame

from protobuf_by_hand import field
from support import own_address

GET = "/groupcachepb.GroupCache/Get"
VALUE = b"v" * 100
HEAD = [(":status", "200"), ("content-type", "application/grpc")]
SETTINGS = h2.settings.SettingCodes


def message(value=VALUE):
    """A GetResponse with gRPC's prefix."""
    reply = field(1, value)
    return b"\0" + len(reply).to_bytes(4, "big") + reply


class Behaviour:
    """Serves well. Those that do not override what they do otherwise."""

    settings = {}

    def begin(self, talk):
        """A client has connected. False: nothing more is said to it."""
        talk.h2.initiate_connection()
        talk.h2.update_settings(self.settings)
        return True

    def get(self, talk, stream):
        talk.head(stream)
        talk.h2.send_data(stream, message())
        talk.tail(stream)


class Talk:
    """One connection."""

    def __init__(self, server, connection):
        self.server, self.socket = server, connection
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(
            client_side=False, header_encoding="utf-8", validate_outbound_headers=False))
        self.paths = {}
        self.gets = 0
        self.ended = False

    def head(self, stream):
        self.h2.send_headers(stream, HEAD)

    def tail(self, stream, status=0):
        self.h2.send_headers(stream, [("grpc-status", str(status))], end_stream=True)

    def refuse(self, stream, status):
        """A reply of nothing but trailers."""
        self.h2.send_headers(stream, HEAD + [("grpc-status", str(status))], end_stream=True)

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def go_away(self, last):
        """In peace: what has begun up to `last` is still answered, which python3-h2 would not."""
        self.flush()
        self.socket.sendall(hyperframe.frame.GoAwayFrame(0, last_stream_id=last).serialize())

    def run(self):
        try:
            if not self.server.behaviour.begin(self):
                while self.socket.recv(65536):
                    pass
                return
            self.flush()
            while not self.ended and (data := self.socket.recv(65536)):
                for event in self.h2.receive_data(data):
                    try:
                        self.handle(event)
                    except (h2.exceptions.StreamClosedError, h2.exceptions.StreamIDTooLowError):
                        pass  # the same read brought that the client had given this call up
                self.flush()
        except (OSError, h2.exceptions.ProtocolError):
            pass  # the client went away in the middle: it counts what it was told
        finally:
            self.socket.close()

    def handle(self, event):
        if self.ended:
            return
        if isinstance(event, h2.events.RequestReceived):
            self.paths[event.stream_id] = dict(event.headers)[":path"]
        elif isinstance(event, h2.events.DataReceived):
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            if self.paths.pop(event.stream_id) != GET:
                self.refuse(event.stream_id, 12)
                return
            self.gets += 1
            self.server.count("gets")
            self.server.behaviour.get(self, event.stream_id)


class H2Server:
    """Listens at `address` until the test ends; `counted` has the connections and the Gets."""

    def __init__(self, test, behaviour):
        self.behaviour, self.address = behaviour, own_address()
        self.counted = {"connections": 0, "gets": 0}
        self._lock, self._sockets, self._threads = threading.Lock(), [], []
        self._listener = socket.create_server(tuple(
            kind(part) for kind, part in zip((str, int), self.address.split(":"))))
        self._start(self._accept)
        test.addCleanup(self.end)

    def count(self, what):
        with self._lock:
            self.counted[what] += 1

    def _start(self, function):
        thread = threading.Thread(target=function)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.count("connections")
            self._sockets.append(connection)
            self._start(Talk(self, connection).run)

    def end(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # closed already
        for thread in self._threads:
            thread.join()
