"""loadgen on the h2 engine against servers that behave as no server should, and foreign ones.

It ends in its time, counts every request once and by what came of it, and goes on where it can.
"""
import os
import unittest

from h2.errors import ErrorCodes

from etcd_server import Etcd
from h2_server import SETTINGS, Behaviour, H2Server, message
from support import BIN, LOADGEN, Process, ToolTest, own_address, run

BRIEF = ("--engine", "h2", "--qps", "100", "--duration", "1s", "--warmup", "0s", "--no-verify",
         "--quiet")
TIMEOUT_S = 20  # for what is answered
SENT = 83  # by this plan
BEFORE_A_LOSS = 50  # Gets: a connection that ends sooner may have ended too soon to be made anew


class Ending(Behaviour):
    """Resets each stream after so much of the answer."""

    def __init__(self, answer, code):
        self.answer, self.code = answer, code

    def get(self, talk, stream):
        talk.head(stream)
        if self.answer:
            talk.h2.send_data(stream, self.answer)
        talk.h2.reset_stream(stream, self.code)


class Pieces(Behaviour):
    """Sends the message in frames of so many bytes."""

    def __init__(self, size, padding=None):
        self.size, self.padding = size, padding

    def get(self, talk, stream):
        talk.head(stream)
        whole = message()
        for at in range(0, len(whole), self.size):
            talk.h2.send_data(stream, whole[at:at + self.size], pad_length=self.padding)
        talk.tail(stream)


class Pings(Behaviour):
    """Sends so many PINGs before each answer."""

    def __init__(self, count):
        self.count = count

    def get(self, talk, stream):
        for _ in range(self.count):
            talk.h2.ping(b"12345678")
        super().get(talk, stream)


class Narrow(Behaviour):
    """Serves well, by such settings."""

    def __init__(self, settings):
        self.settings = settings


class Saying(Behaviour):
    """Sends these bytes as the body, and that all is well."""

    def __init__(self, body, trailer=()):
        self.body, self.trailer = body, list(trailer)

    def get(self, talk, stream):
        talk.head(stream)
        talk.h2.send_data(stream, self.body)
        talk.h2.send_headers(stream, [("grpc-status", "0"), *self.trailer], end_stream=True)


class EarlyHints(Behaviour):
    def get(self, talk, stream):
        talk.h2.send_headers(stream, [(":status", "103"), ("link", "</style.css>")])
        super().get(talk, stream)


class TrailersOnly(Behaviour):
    def __init__(self, status):
        self.status = status

    def get(self, talk, stream):
        talk.refuse(stream, self.status)


class Headers(Behaviour):
    """An HTTP answer of no gRPC server."""

    def __init__(self, status):
        self.status = status

    def get(self, talk, stream):
        talk.h2.send_headers(stream, [(":status", self.status), ("content-type", "text/html")])
        talk.h2.send_data(stream, b"<h1>No</h1>", end_stream=True)


class GoingAway(Behaviour):
    """Says goodbye after so many Gets: what comes then is not answered on that connection."""

    def __init__(self, gets):
        self.gets = gets

    def get(self, talk, stream):
        if talk.gets <= self.gets:
            super().get(talk, stream)
        if talk.gets == self.gets:
            talk.go_away(stream)


class Closing(Behaviour):
    """Closes each connection after so many answers."""

    def get(self, talk, stream):
        super().get(talk, stream)
        talk.ended = talk.gets == BEFORE_A_LOSS


class Mute(Behaviour):
    """Gets are not answered at all."""

    def get(self, talk, stream):
        pass


class Silent(Behaviour):
    def begin(self, talk):
        return False


class Http1(Behaviour):
    def begin(self, talk):
        talk.socket.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        return False


class Misbehaving(ToolTest):
    def drive(self, address, timeout_s=TIMEOUT_S):
        """loadgen's result, of which holds what holds of every run. It came within the patience."""
        result, code, stderr = self.loadgen("--targets", f"n0={address}", *BRIEF, "--timeout",
                                            f"{timeout_s}s")
        self.assertIn(code, (0, 4), stderr)
        self.assert_adds_up(result)
        self.assertEqual(result["totals"]["sent"], SENT)
        failed = sum(each["requests"] for each in result["failures"])
        self.assertEqual(failed, result["totals"]["errors"] + result["totals"]["timeouts"])
        return result

    def serve(self, behaviour):
        """What loadgen says of a server, and the server."""
        server = H2Server(self, behaviour)
        return self.drive(server.address), server

    def assert_served(self, result):
        """Every request got a value."""
        self.assertEqual(result["failures"], [])
        self.assertEqual(result["totals"]["ok"], SENT)

    def assert_failed(self, result, code):
        """Every request failed, and so."""
        self.assertEqual({each["code"] for each in result["failures"]}, {code})
        failed = "timeouts" if code == "DEADLINE_EXCEEDED" else "errors"
        self.assertEqual(result["totals"][failed], SENT)

    def test_a_server_that_behaves(self):
        result, server = self.serve(Behaviour())
        self.assert_served(result)
        self.assertEqual(server.counted, {"connections": 1, "gets": SENT})

    def test_resets(self):
        codes = {ErrorCodes.NO_ERROR: "INTERNAL", ErrorCodes.CANCEL: "UNAVAILABLE",
                 ErrorCodes.ENHANCE_YOUR_CALM: "RESOURCE_EXHAUSTED",
                 ErrorCodes.INTERNAL_ERROR: "INTERNAL"}
        cases = [(b"", reset, code) for reset, code in codes.items()]
        cases += [(message()[:50], ErrorCodes.NO_ERROR, "INTERNAL"),
                  (message(), ErrorCodes.NO_ERROR, "INTERNAL")]
        for answer, reset, code in cases:
            with self.subTest(after=len(answer), reset=reset):
                result, server = self.serve(Ending(answer, reset))
                self.assert_failed(result, code)
                self.assertEqual(server.counted["connections"], 1)

    def test_a_refused_stream_is_tried_once_more(self):
        result, server = self.serve(Ending(b"", ErrorCodes.REFUSED_STREAM))
        self.assert_failed(result, "UNAVAILABLE")
        self.assertEqual(server.counted["gets"], 2 * SENT)

    def test_a_message_in_pieces(self):
        for pieces in (Pieces(1), Pieces(5, padding=255), Pieces(1000, padding=0)):
            with self.subTest(size=pieces.size, padding=pieces.padding):
                result, server = self.serve(pieces)
                self.assert_served(result)
                self.assertEqual(server.counted["connections"], 1)

    def test_narrow_settings(self):
        # python3-h2 ends the connection of who does not keep to them.
        for settings in ({SETTINGS.MAX_CONCURRENT_STREAMS: 1}, {SETTINGS.INITIAL_WINDOW_SIZE: 10},
                         {SETTINGS.HEADER_TABLE_SIZE: 0}):
            with self.subTest(settings=settings):
                result, server = self.serve(Narrow(settings))
                self.assert_served(result)
                self.assertEqual(server.counted["connections"], 1)

    def test_early_hints_are_no_answer(self):
        self.assert_served(self.serve(EarlyHints())[0])

    def test_bodies_that_are_no_message(self):
        compressed, unknown = (bytes([flag]) + message()[1:] for flag in (1, 2))
        cases = ((b"", (), "UNIMPLEMENTED"), (message() * 2, (), "UNIMPLEMENTED"),
                 (message()[:3], (), "INTERNAL"), (message()[:50], (), "INTERNAL"),
                 (compressed, (), "INTERNAL"), (unknown, (), "INTERNAL"),
                 (message(), [("x-large", "x" * 9_000)], "RESOURCE_EXHAUSTED"),
                 (b"\0\xff\xff\xff\xff", (), "RESOURCE_EXHAUSTED"))
        for body, trailer, code in cases:
            with self.subTest(body=body[:10], size=len(body)):
                self.assert_failed(self.serve(Saying(body, trailer))[0], code)

    def test_pings(self):
        result, _ = self.serve(Pings(2))
        self.assert_served(result)
        result, server = self.serve(Pings(5_000))  # is left, and dialled again
        self.assert_failed(result, "UNAVAILABLE")
        self.assertGreater(server.counted["connections"], 1)
        self.assertLessEqual(server.counted["gets"], SENT)

    def test_answers_of_trailers_alone(self):
        result, _ = self.serve(TrailersOnly(5))
        self.assertEqual(result["totals"]["not_found"], SENT)
        for status, code in ((0, "UNIMPLEMENTED"), (8, "RESOURCE_EXHAUSTED"), (14, "UNAVAILABLE"),
                             (99, "UNKNOWN"), ("ok", "UNKNOWN")):
            with self.subTest(status=status):
                self.assert_failed(self.serve(TrailersOnly(status))[0], code)

    def test_answers_of_a_web_server(self):
        for status, code in (("200", "UNKNOWN"), ("404", "UNIMPLEMENTED"), ("503", "UNAVAILABLE")):
            with self.subTest(status=status):
                self.assert_failed(self.serve(Headers(status))[0], code)

    def test_a_goodbye_loses_nothing(self):
        result, server = self.serve(GoingAway(BEFORE_A_LOSS))
        self.assert_served(result)
        self.assertGreater(server.counted["connections"], 1)

    def test_a_server_that_sends_everybody_away_at_once(self):
        result, _ = self.serve(GoingAway(1))
        self.assertGreater(result["totals"]["ok"], 0)
        self.assertLessEqual({each["code"] for each in result["failures"]}, {"UNAVAILABLE"})
        for reason in result["reasons"]:  # of the first failure with its words
            self.assertNotRegex(reason, "[: ]$")

    def test_a_connection_that_is_closed_is_made_again(self):
        result, server = self.serve(Closing())
        self.assertGreater(server.counted["connections"], 1)
        self.assertGreaterEqual(result["totals"]["ok"], BEFORE_A_LOSS)
        self.assertLessEqual({each["code"] for each in result["failures"]}, {"UNAVAILABLE"})

    def test_gets_that_nobody_answers(self):
        self.assert_failed(self.drive(H2Server(self, Mute()).address, 1), "DEADLINE_EXCEEDED")

    def test_servers_that_speak_no_http2_are_told_before_the_run(self):
        for behaviour, why in ((Silent(), "no reply by the deadline"),
                               (Http1(), "it does not speak gRPC, or breaks its protocol")):
            with self.subTest(why=why):
                server = H2Server(self, behaviour)
                done = run(LOADGEN, "--targets", f"n0={server.address}", *BRIEF)
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"node n0 at {server.address} does not answer: {why}", done.stderr)

    def test_etcd_implements_nothing_of_it(self):
        etcd = Etcd(self)
        etcd.start()
        self.assert_failed(self.drive(etcd.endpoints), "UNIMPLEMENTED")

    def test_a_server_in_go(self):
        address = own_address()
        server = Process(os.path.join(BIN, "wire_go"), "serve", address, is_server=True)
        self.addCleanup(server.end)
        server.await_words("serving")
        self.assert_served(self.drive(address))


if __name__ == "__main__":
    unittest.main()
