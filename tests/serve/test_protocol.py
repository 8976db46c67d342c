"""`LimitedProtocol` over real connections, in this process: each refusal is a problem and ends its connection."""

import asyncio
import json
import logging
import signal
import socket
from contextlib import suppress
from dataclasses import replace

import pytest
from tests.toys.connections import talk

from tweetmoji.serve import server as server_module
from tweetmoji.serve.limits import MAX_HEAD_BYTES, MAX_HEADERS, MAX_PIPELINED, MAX_URL_BYTES
from tweetmoji.serve.logs import ACCESS, JsonFormatter
from tweetmoji.serve.protocol import LingeringTransport
from tweetmoji.serve.refusals import REASONS

GET = b"GET /tweets?text=a HTTP/1.1\r\nHost: a\r\n"
POST = b"POST /tweets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
BODY = b'{"text": "a"}'
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\nd\r\n" + BODY + b"\r\n"


@pytest.fixture
def serve(run_server, tiny_emojifier):
    """Run a test with a server and stop it afterwards."""

    def run(test, emojifier=tiny_emojifier, **settings):
        async def enter(running):
            try:
                return await test(running)
            finally:
                running.signal(signal.SIGINT)

        return run_server(enter, emojifier, **settings)

    return run


@pytest.fixture
def exchange(serve, caplog):
    """Send bytes on a connection; the responses until the server closes it. It must log nothing."""

    def run(*sent, **settings):
        async def test(running):
            return await asyncio.to_thread(talk, running.address, *sent)

        responses = serve(test, **settings)
        assert [record.message for record in caplog.records] == []
        return responses

    return run


@pytest.fixture
def exchange_and_note(serve, caplog):
    """Send bytes on a connection: the refusals that are counted, and the lines of the access log."""

    def run(*sent, **settings):
        async def test(running):
            await asyncio.to_thread(talk, running.address, *sent)
            return running.server.config.app.state.predictor.metrics.registry

        caplog.set_level(logging.INFO, logger=ACCESS)
        registry = serve(test, access_log=True, **settings)
        samples = [sample for family in registry.collect() for sample in family.samples]
        refused = [sample for sample in samples if sample.name == "tweetmoji_refused_connections_total"]
        assert [sample.value for sample in samples if sample.name == "tweetmoji_shed_requests_total"] == [0]
        assert {sample.labels["reason"] for sample in refused} == set(REASONS)
        lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.name == ACCESS]
        return {sample.labels["reason"]: sample.value for sample in refused if sample.value}, lines

    return run


def check_refusal(response, status, said):
    """It is a complete problem with the security headers, and ends the connection."""
    got, headers, body = response
    assert (got, headers["content-type"], headers["connection"]) == (status, "application/problem+json", "close")
    assert set(body) - {"request_id"} == {"type", "title", "status", "detail"}
    assert body.get("request_id") == headers.get("x-request-id")  # what became no request has none
    assert said in body["detail"]
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "deny")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert ("retry-after" in headers) == (status == 429)


MALFORMED = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00",
    "no HTTP": b"hello\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "version": b"GET / HTTP/3.7\r\nHost: a\r\n\r\n",
    "URL": b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    "no path": b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "space before the colon": GET + b"Content-Length : 3\r\n\r\nabc",
    "folded": GET + b"A: b\r\n c\r\n\r\n",
    "NUL": GET + b"A: \x00\r\n\r\n",
    "length and chunks": POST + b"Content-Length: 13\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 13\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 13\r\nContent-Length: 14\r\n\r\n" + BODY,
    "one length twice": POST + b"Content-Length: 13\r\nContent-Length: 13\r\n\r\n" + BODY,
    "lengths in a list": POST + b"Content-Length: 13, 13\r\n\r\n" + BODY,
    "negative length": POST + b"Content-Length: -1\r\n\r\n",
    "signed length": POST + b"Content-Length: +13\r\n\r\n" + BODY,
    "length beyond 64 bits": POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "other encoding last": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "no chunks": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunk size": POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
    "chunk size beyond 64 bits": POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n",
    "chunk longer than its size": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
def test_malformed_http_is_a_problem_of_status_400(exchange, sent):
    [response] = exchange(sent)
    check_refusal(response, 400, "not valid HTTP/1.1")


LARGE = {
    "one long value": (GET + b"A: " + b"a" * MAX_HEAD_BYTES + b"\r\n\r\n", 431, "81919 bytes"),
    "one long name": (GET + b"a" * MAX_HEAD_BYTES + b": \r\n\r\n", 431, "81919 bytes"),
    "101 headers": (GET + b"A: b\r\n" * MAX_HEADERS + b"\r\n", 431, "101 headers"),
    "500,000 headers": (GET + b"A: b\r\n" * 500_000, 431, "81919 bytes"),
    "10 MB": (GET + b"A: " + b"a" * 10_000_000, 431, "81919 bytes"),
    "long URL": (b"GET /tweets?text=" + b"a" * MAX_URL_BYTES + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, "65535 bytes"),
    "endless URL": (b"GET /tweets?text=" + b"a" * 10_000_000, 414, "65535 bytes"),
}


@pytest.mark.parametrize(("sent", "status", "said"), LARGE.values(), ids=LARGE)
def test_head_over_a_limit_is_431_or_414(exchange, sent, status, said):
    [response] = exchange(sent)
    check_refusal(response, status, said)


def test_head_that_comes_in_pieces_is_limited_too(exchange):
    [response] = exchange(GET, *[b"A: " + b"a" * 1000 + b"\r\n"] * 100)
    check_refusal(response, 431, "81919 bytes")


def test_head_at_the_limits_is_answered(exchange):
    headers = b"".join(b"A%d: %s\r\n" % (i, b"a" * 150) for i in range(MAX_HEADERS - 2))
    url = b"GET /tweets?text=" + b"a" * 9000 + b"&" * (MAX_URL_BYTES - 9013) + b" HTTP/1.1\r\nHost: a\r\n"
    [(status, _, _)] = exchange(url + b"Connection: close\r\n" + headers + b"\r\n")
    assert status == 200


@pytest.mark.parametrize(
    "sent", [b"", b"GET /twe", GET, GET + b"A: ", b"\r\n"], ids=["nothing", "URL", "headers", "value", "line break"]
)
def test_head_that_never_comes_whole_is_408(exchange, sent):
    [response] = exchange(sent, header_timeout_s=0.1)
    check_refusal(response, 408, "0.1 seconds")


def test_dripping_head_is_408_although_more_of_it_comes(serve):
    async def test(running):
        connection = await running.connect()
        response = asyncio.create_task(connection.read())
        while not response.done():
            connection.writer.write(b"\r\n")
            await asyncio.sleep(0.02)
        return await response

    check_refusal(serve(test, header_timeout_s=0.2), 408, "0.2 seconds")


def test_late_head_of_a_second_request_is_408(exchange):
    first, second = exchange(GET + b"\r\n", GET, header_timeout_s=0.2, keep_alive_s=60.0)
    assert first[0] == 200
    check_refusal(second, 408, "0.2 seconds")


def test_late_body_is_408_and_ends_the_connection(exchange):
    [response] = exchange(POST + b"Content-Length: 13\r\n\r\n{", body_timeout_s=0.1)
    check_refusal(response, 408, "0.1 seconds")


@pytest.mark.parametrize("framing", [b"Content-Length: 300000000", b"Transfer-Encoding: chunked"])
def test_large_body_is_413_and_no_more_of_it_is_read(serve, framing):
    sent = 0

    def flood(address):
        nonlocal sent
        with socket.create_connection(address, timeout=30) as connection, suppress(ConnectionError):
            connection.sendall(POST + framing + b"\r\n\r\n")
            while sent < 300_000_000:
                sent += connection.send(b"10000\r\n" + b" " * 0x10000 + b"\r\n")

    async def test(running):
        await asyncio.to_thread(flood, running.address)

    serve(test)
    assert sent < 30_000_000  # the buffers of two sockets; a body is 1 MiB


def test_large_body_gets_its_response_before_the_end(exchange):
    [response] = exchange(POST + b"Content-Length: 2000000\r\n\r\n", b" " * 2_000_000)
    check_refusal(response, 413, "1048576 bytes")


def test_idle_connection_is_closed(exchange):
    [(status, headers, _)] = exchange(GET + b"\r\n", keep_alive_s=0.1)
    assert (status, "connection" in headers) == (200, False)


def test_one_connection_too_many_is_429_until_another_ends(serve):
    async def test(running):
        kept = [await running.connect() for _ in range(2)]
        for connection in kept:
            connection.get("/healthz")
            assert (await connection.read())[0] == 200
        third = await asyncio.to_thread(talk, running.address)
        kept[0].get("/healthz")
        assert (await kept[0].read())[0] == 200
        kept[1].writer.close()
        while len(running.server.server_state.connections) > 1:
            await asyncio.sleep(0)
        return third + await asyncio.to_thread(talk, running.address, GET + b"Connection: close\r\n\r\n")

    refused, accepted = serve(test, connections=2)
    check_refusal(refused, 429, "2 connections are open")
    assert accepted[0] == 200


def test_refused_connections_do_not_stay(serve, monkeypatch):
    monkeypatch.setattr("tweetmoji.serve.protocol.MAX_REFUSED", 4)

    async def test(running):
        first = await running.connect()
        first.get("/healthz")
        await first.read()
        others = [await running.connect() for _ in range(20)]
        responses = [await connection.read() for connection in others]
        limits = running.server.config.http.keywords["limits"]
        while limits.refused:
            await asyncio.sleep(0.01)
        return responses

    for response in serve(test, connections=1):
        check_refusal(response, 429, "1 connections are open")


def test_malformed_request_after_others_leaves_their_responses(exchange):
    *responses, refused = exchange(GET + b"\r\n" + POST + b"Content-Length: 13\r\n\r\n" + BODY + b"nonsense\r\n\r\n")
    assert [status for status, _, _ in responses] == [200, 200]
    check_refusal(refused, 400, "not valid HTTP/1.1")


def test_malformed_body_after_another_request_leaves_its_response(exchange):
    answered, refused = exchange(GET + b"\r\n" + POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n")
    assert answered[0] == 200
    check_refusal(refused, 400, "not valid HTTP/1.1")


def test_too_many_pipelined_requests_are_429_after_the_responses_to_the_others(exchange):
    *answered, refused = exchange((GET + b"\r\n") * 1000)
    assert [status for status, _, _ in answered] == [200] * (MAX_PIPELINED + 1)
    check_refusal(refused, 429, "64 requests")


def test_trailers_are_no_headers(exchange):
    [(status, _, _)] = exchange(
        CHUNKED.replace(b"Host: a\r\n", b"Host: a\r\nConnection: close\r\n")
        + b"0\r\nHost: b\r\nContent-Type: text/plain\r\n\r\n"
    )
    assert status == 200


@pytest.mark.parametrize("endless", [b"a" * 1000, b"A: b\r\n" * 1000], ids=["one trailer", "trailers"])
def test_endless_trailers_are_431(exchange, endless):
    [response] = exchange(CHUNKED, b"0\r\n", *[endless] * 1000)
    check_refusal(response, 431, "81919 bytes")


def test_endless_chunk_extension_is_431(exchange):
    [response] = exchange(POST + b"Transfer-Encoding: chunked\r\n\r\n1;", *[b"a" * 1000] * 1000)
    check_refusal(response, 431, "81919 bytes")


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
def test_upgrade_is_answered_as_if_it_had_not_been_asked_for(exchange, protocol):
    [(status, headers, _)] = exchange(GET + b"Connection: Upgrade\r\nUpgrade: " + protocol + b"\r\n\r\n")
    assert (status, headers["connection"]) == (200, "close")


def test_slow_silent_and_vanishing_clients_hold_no_worker(serve):
    async def test(running):
        for part in (b"", b"GET /twe", GET, POST, POST + b"Content-Length: 13\r\n\r\n{", CHUNKED) * 5:
            stays, vanishes = await running.connect(), await running.connect()
            for connection in (stays, vanishes):
                connection.writer.write(part)
                await connection.writer.drain()
            vanishes.writer.transport.abort()
        return await asyncio.to_thread(talk, running.address, GET + b"Connection: close\r\n\r\n")

    [(status, _, _)] = serve(test, shutdown_timeout_s=0)
    assert status == 200


def test_client_that_never_reads_is_dropped(serve, monkeypatch):
    make = server_module.make_limits
    monkeypatch.setattr(server_module, "make_limits", lambda settings: replace(make(settings), send_timeout_s=0.1))

    async def test(running):
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(running.address)
            deaf.sendall(b"GET /swagger-ui/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n" * 10)
            while not running.server.server_state.connections:
                await asyncio.sleep(0)
            while running.server.server_state.connections:
                await asyncio.sleep(0.01)

    serve(test)


REFUSED = {
    "malformed": (b"nonsense\r\n\r\n", 400),
    "header_timeout": (GET, 408),
    "url_too_long": (b"GET /" + b"a" * MAX_URL_BYTES + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "headers_too_large": (GET + b"A: b\r\n" * MAX_HEADERS + b"\r\n", 431),
    "pipelined": ((GET + b"\r\n") * 1000, 429),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_refusal_is_counted_and_logged_once_with_its_reason(exchange_and_note, reason):
    sent, status = REFUSED[reason]
    counted, lines = exchange_and_note(sent, header_timeout_s=0.1)
    assert counted == {reason: 1}
    [line] = [line for line in lines if "refused" in line]
    assert line.pop("client").startswith("127.0.0.1:")
    assert line.pop("time")
    assert line == {"level": "info", "logger": ACCESS, "status": status, "refused": reason}


def test_connection_too_many_is_counted_as_such_and_not_as_shed(exchange_and_note, monkeypatch):
    make = server_module.make_limits
    monkeypatch.setattr(server_module, "make_limits", lambda settings: replace(make(settings), connections=0))
    counted, [line] = exchange_and_note()
    assert counted == {"connections": 1}
    assert (line["status"], line["refused"]) == (429, "connections")


def test_refused_body_ends_its_request_as_left(exchange_and_note):
    counted, lines = exchange_and_note(POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n")
    assert counted == {"malformed": 1}
    assert sorted(line["status"] for line in lines) == [400, 499]


@pytest.mark.parametrize("sent", [POST + b"Content-Length: 13\r\n\r\n{", b"nonsense\r\n\r\n"], ids=["408", "400"])
def test_client_that_goes_on_after_its_refusal_is_dropped(serve, monkeypatch, sent):
    make = server_module.make_limits
    monkeypatch.setattr(server_module, "make_limits", lambda settings: replace(make(settings), linger_s=0.1))

    async def test(running):
        connection = await running.connect()
        connection.writer.write(sent)
        await connection.read()
        while running.server.server_state.connections:  # it drips on, and does not close its end
            connection.writer.write(b" ")
            await asyncio.sleep(0.01)

    serve(test, body_timeout_s=0.1)


class FakeTransport:
    """Notes what is written to it."""

    def __init__(self):
        self.sent = []
        self.closing = False

    def write(self, data):
        self.sent.append(data)

    def is_closing(self):
        return self.closing


def test_head_and_body_of_a_response_are_sent_at_once():
    async def run():
        raw = FakeTransport()
        transport = LingeringTransport(raw, asyncio.get_running_loop(), lambda: None)
        transport.write(b"head")
        transport.write(b"body")
        before = list(raw.sent)
        await asyncio.sleep(0)
        transport.write(b"next")
        transport.flush()
        await asyncio.sleep(0)
        return before, raw.sent

    assert asyncio.run(run()) == ([], [b"headbody", b"next"])


def test_nothing_is_sent_on_a_connection_that_has_gone_meanwhile():
    async def run():
        raw = FakeTransport()
        transport = LingeringTransport(raw, asyncio.get_running_loop(), lambda: None)
        transport.write(b"late")
        raw.closing = True
        await asyncio.sleep(0)
        return raw.sent

    assert asyncio.run(run()) == []
