"""`/ws`: one WebSocket for each open page of the frontend."""

import asyncio
import contextlib

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from contor.kernel.http import ServiceContext
from contor.kernel.identity import Public, Verifier
from contor.services.communication.live.connection import CONNECTION_LOST, CloseSocket, Connection
from contor.services.communication.live.hub import CLOSED, Hub
from contor.services.communication.service import ClientFrames, authenticate, origin_allowed

router = APIRouter()


# Public, because a token in the URL would be written to logs: the first frame carries it.
@router.websocket("", dependencies=[Public])
async def connect(websocket: WebSocket, context: ServiceContext) -> None:
    """Serve one socket until either side closes it."""
    hub = context.resource(Hub)
    try:
        await websocket.accept()
    except OSError:
        return  # The client left before the handshake was complete.
    origins, host = websocket.headers.getlist("origin"), websocket.headers.get("host", "")
    if all(origin_allowed(origin, host, context.settings.allowed_origins) for origin in origins):
        reason = await _serve(websocket, hub, context.verifier)
    else:
        reason = CloseSocket(4403, "Pages of this origin may not connect; see CONTOR_ALLOWED_ORIGINS.")
    if reason is not None:
        await _close(websocket, reason, hub.settings.close_seconds)


async def _serve(websocket: WebSocket, hub: Hub, verifier: Verifier) -> CloseSocket | None:
    """Return why the socket has to be closed; None when the client closed it."""
    connection: Connection | None = None
    try:
        async with asyncio.timeout(hub.settings.auth_seconds) as deadline:
            with hub.reserve_socket():
                identity = await authenticate(websocket, verifier)
                connection = Connection(websocket, identity, deadline, hub.settings)
                with hub.register(connection):
                    await ClientFrames(hub, verifier, connection).handle_all(websocket)
    except TimeoutError:
        if connection is None:
            detail = f"Send the auth frame within {hub.settings.auth_seconds:g} s."
            return CloseSocket.with_error(4408, "auth_timeout", detail)
        if connection.closing is CONNECTION_LOST:
            return None
        detail = "The token expired. Send a new one in an auth frame before that."
        return connection.closing or CloseSocket.with_error(4401, "token_expired", detail)
    except CloseSocket as reason:
        return reason
    except WebSocketDisconnect:
        return None
    finally:
        if connection is not None:
            connection.stop()
    return None


async def _close(websocket: WebSocket, reason: CloseSocket, seconds: float) -> None:
    CLOSED.labels(reason.code).inc()
    # A stuck or lost reader does not answer; the server then drops the connection.
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(seconds):
            if reason.frame is not None:
                await websocket.send_text(reason.frame.model_dump_json())
            await websocket.close(reason.code, reason.reason)
