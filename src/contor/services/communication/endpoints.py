"""The one socket of a browser: accepted, signed in, listened to, closed with a code that says why."""

import asyncio
import contextlib

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from contor.kernel.http import context_of
from contor.kernel.identity import Public, Verifier
from contor.services.communication.live.connection import GONE, Connection, Ending
from contor.services.communication.live.hub import CLOSED, Hub, refusal
from contor.services.communication.service import Conversation, first_identity, origin_allowed

router = APIRouter()


# Public: a token in a URL would end in logs, so the first frame carries it.
@router.websocket("", dependencies=[Public])
async def connect(websocket: WebSocket) -> None:
    """Serve one socket until either side ends it."""
    context = context_of(websocket)
    hub = context.resource(Hub)
    try:
        await websocket.accept()
    except OSError:
        return  # The other side left before it was let in.
    origins, host = websocket.headers.getlist("origin"), websocket.headers.get("host", "")
    if all(origin_allowed(origin, host, context.settings.allowed_origins) for origin in origins):
        ending = await _serve(websocket, hub, context.verifier)
    else:
        ending = Ending(4403, "Pages of this origin may not connect; see CONTOR_ALLOWED_ORIGINS.")
    if ending is not None:
        await _say_goodbye(websocket, ending, hub.settings.goodbye_seconds)


async def _serve(websocket: WebSocket, hub: Hub, verifier: Verifier) -> Ending | None:
    """Serve the socket and return why it is to be closed; None when the other side left."""
    connection: Connection | None = None
    try:
        async with asyncio.timeout(hub.settings.auth_seconds) as patience:
            with hub.place():
                identity = await first_identity(websocket, verifier)
                connection = Connection(websocket, identity, patience, hub.settings)
                with hub.member(connection):
                    await Conversation(hub, verifier, connection).follow(websocket)
    except TimeoutError:
        if connection is None:
            return refusal(4408, "too_slow", f"No auth frame within {hub.settings.auth_seconds:g} s.")
        if connection.ending is GONE:
            return None
        return connection.ending or refusal(4401, "token_expired", "The token ran out and no fresh one was sent.")
    except Ending as ending:
        return ending
    except WebSocketDisconnect:
        return None
    finally:
        if connection is not None:
            connection.stop()
    return None


async def _say_goodbye(websocket: WebSocket, ending: Ending, seconds: float) -> None:
    CLOSED.labels(ending.code).inc()
    # A reader that is stuck or gone hears nothing of it; the server then drops the connection.
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(seconds):
            if ending.frame is not None:
                await websocket.send_text(ending.frame.model_dump_json())
            await websocket.close(ending.code, ending.reason)
