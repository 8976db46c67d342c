"""`DrainingServer` and `StopResponses` over real connections, in this process."""

import asyncio
import signal

NEVER_S = 3600


def test_sigterm_drains_first_old_and_new_connections_alike(run_server, tiny_emojifier):
    async def test(running):
        ready, kept = await running.connect(), await running.connect()
        for connection in (ready, kept):
            connection.get("/readyz")
            status, headers, _ = await connection.read()
            assert (status, "connection" in headers) == (200, False)
        running.signal()
        ready.get("/readyz")
        kept.get("/tweets?text=a")
        new = await running.connect()
        new.get("/tweets?text=a")
        responses = [await connection.read() for connection in (ready, kept, new)]
        assert await kept.is_closed()
        running.signal()  # the second one ends the drain
        return responses

    responses = run_server(test, tiny_emojifier, drain_s=NEVER_S)
    assert [status for status, _, _ in responses] == [503, 200, 200]
    assert "shutting down" in responses[0][2]["detail"]
    assert [headers["connection"] for _, headers, _ in responses] == ["close"] * 3


def test_ctrl_c_does_not_drain(run_server, tiny_emojifier):
    async def test(running):
        connection = await running.connect()
        connection.get("/healthz")
        await connection.read()
        running.signal(signal.SIGINT)
        await running.serving

    run_server(test, tiny_emojifier, drain_s=NEVER_S)


def test_accepted_request_is_finished_after_the_drain(run_server, gated_emojifier):
    async def test(running):
        connection = await running.connect()
        connection.post(["a"] * 1024)
        await gated_emojifier.wait_until_called()
        running.signal()
        while running.server.servers[0].is_serving():
            await asyncio.sleep(0.01)
        gated_emojifier.gate.set()
        return await connection.read()

    status, _, body = run_server(test, gated_emojifier, drain_s=0.0)
    assert status == 200
    assert len(body["predictions"]) == 1024


def test_open_requests_are_503_at_the_shutdown_limit(run_server, gated_emojifier, caplog):
    async def test(running):
        predicting, sending = await running.connect(), await running.connect()
        predicting.post(["a"])
        sending.post(["a"], whole=False)
        await gated_emojifier.wait_until_called()
        while len(running.server.server_state.tasks) < 2:
            await asyncio.sleep(0)
        running.signal()
        responses = [await predicting.read(), await sending.read()]
        gated_emojifier.gate.set()  # only now: the responses do not wait for the worker
        return responses

    for status, headers, body in run_server(test, gated_emojifier, drain_s=0.0, shutdown_timeout_s=0):
        assert (status, headers["content-type"]) == (503, "application/problem+json")
        assert "stopped before the request was done" in body["detail"]
        assert "x-content-type-options" in headers
    assert "Exception in ASGI application" not in caplog.text


def test_clients_that_hang_up_leave_no_work(run_server, gated_emojifier):
    async def test(running):
        connections = [await running.connect() for _ in range(4)]
        for connection in connections:
            connection.post(["long " * 20] * 1024)
        queue = running.server.config.app.state.predictor.queue
        await gated_emojifier.wait_until_called()
        while queue.queued_tokens < 4 * 1024 * 16:
            await asyncio.sleep(0)
        for connection in connections:
            connection.writer.transport.abort()
        while queue.queued_tokens > 512:  # the slice that is computed
            await asyncio.sleep(0)
        gated_emojifier.gate.set()
        single = await running.connect()
        single.get("/tweets?text=single")
        status, _, _ = await single.read()
        running.signal(signal.SIGINT)
        return status

    assert run_server(test, gated_emojifier, queue_ms=3_600_000, timeout_s=3601) == 200
    assert gated_emojifier.calls[1:] == [["single"]]


def test_hung_worker_stops_the_server(run_server, gated_emojifier, caplog):
    async def test(running):
        connection = await running.connect()
        connection.post(["a"])
        await gated_emojifier.wait_until_called()
        while not running.server.should_exit:  # by itself
            await asyncio.sleep(0.01)
        ready = await running.connect()
        ready.get("/readyz")
        status, _, _ = await ready.read()
        gated_emojifier.gate.set()
        running.signal()
        return status, running.server.hung

    assert run_server(test, gated_emojifier, hang_s=0.1, drain_s=NEVER_S) == (503, True)
    assert "a worker hangs" in caplog.text
