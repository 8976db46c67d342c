"""`serve`: what it refuses before it listens, and the options of its connections."""

import asyncio
import socket

import pytest

from tweetmoji import ArtifactError, SettingError
from tweetmoji.errors import ServeError
from tweetmoji.serve import ServeSettings, create_app, serve
from tweetmoji.serve.server import listen, make_server

REQUEST = b"GET /tweets?text=a HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


async def read_response(reader):
    """Status line and body of the next response."""
    head = await reader.readuntil(b"\r\n\r\n")
    status, *headers = head.decode("ascii").lower().splitlines()
    [length] = [line.partition(":")[2] for line in headers if line.startswith("content-length:")]
    return status, await reader.readexactly(int(length))


def test_port_in_use_is_a_serve_error(taken_port, tiny_folder):
    with pytest.raises(ServeError, match=rf"127\.0\.0\.1:{taken_port}: .*in use.*--port"):
        serve(ServeSettings(port=taken_port), tiny_folder)


@pytest.mark.parametrize("host", ["203.0.113.1", "::nonsense"])
def test_impossible_host_is_a_serve_error(host):
    with pytest.raises(ServeError, match=f"cannot listen on {host}:0: .*--host"):
        listen(ServeSettings(host=host, port=0))


def test_model_is_loaded_before_the_port_is_taken(taken_port, tiny_folder):
    (tiny_folder / "model.onnx").unlink()
    with pytest.raises(ArtifactError, match=r"model\.onnx"):  # with the port first, it would be a ServeError
        serve(ServeSettings(port=taken_port), tiny_folder)


def test_prior_reaches_the_model(taken_port, tiny_folder):
    with pytest.raises(SettingError, match="prior is 'flat'"):
        serve(ServeSettings(port=taken_port), tiny_folder, "flat")


def test_connections_have_tcp_nodelay(tiny_emojifier):
    """Without it each response of a kept-alive connection waits some 40 ms for a delayed ACK."""
    settings = ServeSettings(port=0)

    async def request_twice():
        server = make_server(create_app(tiny_emojifier, settings), settings)
        with listen(settings) as listener:
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            responses = []
            for _ in range(2):
                writer.write(REQUEST)
                responses.append(await read_response(reader))
            [connection] = server.server_state.connections
            accepted = connection.transport.get_extra_info("socket")
            nodelay = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.close()
            server.should_exit = True
            await serving
        return responses, nodelay

    async def run():
        async with asyncio.timeout(30):
            return await request_twice()

    responses, nodelay = asyncio.run(run())
    assert [status for status, _ in responses] == ["http/1.1 200 ok"] * 2
    assert responses[0] == responses[1]
    assert nodelay == 1
