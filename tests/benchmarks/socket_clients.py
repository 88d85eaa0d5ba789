"""WebSocket clients that cost next to nothing, so that what is measured is the server."""

import asyncio
import base64
import json
import os
import socket
import struct
import time
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class RawSocket(asyncio.Protocol):
    """Signs in, watches one device, answers pings, and counts what arrives without looking inside."""

    def __init__(self, host: str, path: str, token: str, device_id: str) -> None:
        self._opening = {"host": host, "path": path}
        self._token = token
        self._device_id = device_id
        self._buffer = bytearray()
        self._upgraded = False
        self.transport: asyncio.Transport
        self.watching: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.received = 0
        self.bytes = 0
        self.last_at = 0.0
        self.closed_with: int | None = None
        self.on_text: Callable[[bytes], None] | None = None
        """Looks inside, where somebody must."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            f"GET {self._opening['path']} HTTP/1.1\r\nHost: {self._opening['host']}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            assert b" 101 " in head.split(b"\r\n")[0], head[:200]
            self._upgraded = True
            self._buffer = bytearray(rest)
            self.say({"type": "auth", "token": self._token})
            self.say({"type": "watch", "device_id": self._device_id})
            # Its answer says that the watch before it is in force.
            self.say({"type": "ping"})
        while self._take():
            pass

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.watching.done():
            self.watching.set_exception(ConnectionError(f"closed with {self.closed_with}: {exc}"))

    def say(self, frame: object) -> None:
        self._send(TEXT, json.dumps(frame).encode())

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else struct.pack("!BBH", 0x80 | opcode, 0xFE, size)
        # A mask of zeros is a mask, and free.
        self.transport.write(head + b"\0\0\0\0" + payload)

    def _take(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        opcode, size, start = buffer[0] & 15, buffer[1], 2
        if size == 126:
            if len(buffer) < 4:
                return False
            size, start = struct.unpack_from("!H", buffer, 2)[0], 4
        if len(buffer) < start + size:
            return False
        payload = bytes(buffer[start : start + size])
        del buffer[: start + size]
        self._heed(opcode, payload)
        return True

    def _heed(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.received += 1
            self.bytes += len(payload)
            self.last_at = time.perf_counter()
            if self.on_text is not None:
                self.on_text(payload)
            if self.received == 2:  # ready, then pong
                self.watching.set_result(None)
        elif opcode == PING:
            self._send(PONG, payload)
        elif opcode == CLOSE:
            self.closed_with = struct.unpack("!H", payload[:2])[0]


async def open_sockets(url: str, tokens: list[str], device_id: str, *, small_buffer: bool = False) -> list[RawSocket]:
    """One socket a token, all watching the device. `small_buffer`: the kernel holds little for the reader."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    loop = asyncio.get_running_loop()

    async def connect(token: str) -> RawSocket:
        plug = socket.socket()
        plug.setblocking(False)
        if small_buffer:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await loop.sock_connect(plug, (host, port))
        _, client = await loop.create_connection(
            lambda: RawSocket(f"{host}:{port}", parts.path, token, device_id), sock=plug
        )
        await client.watching
        return client

    opened: list[RawSocket] = []
    for start in range(0, len(tokens), 50):
        opened += await asyncio.gather(*(connect(token) for token in tokens[start : start + 50]))
    return opened
