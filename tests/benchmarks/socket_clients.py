"""WebSocket clients with little CPU use, so that the server is the bottleneck."""

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
    """Signs in, watches one device, answers pings, and counts frames without parsing them."""

    def __init__(self, host: str, path: str, token: str, device_id: str) -> None:
        self._request = {"host": host, "path": path}
        self._token = token
        self._device_id = device_id
        self._buffer = bytearray()
        self._upgraded = False
        self.transport: asyncio.Transport
        self.watching: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.received = 0
        self.bytes = 0
        self.last_at = 0.0
        self.close_code: int | None = None
        self.on_text: Callable[[bytes], None] | None = None
        """Called with every text frame, if a client needs the contents."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's transport does not inherit from it
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            f"GET {self._request['path']} HTTP/1.1\r\nHost: {self._request['host']}\r\nUpgrade: websocket\r\n"
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
            self.send_frame({"type": "auth", "token": self._token})
            self.send_frame({"type": "watch", "device_id": self._device_id})
            # The pong confirms that the watch before it is active.
            self.send_frame({"type": "ping"})
        while self._read_frame():
            pass

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.watching.done():
            self.watching.set_exception(ConnectionError(f"closed with {self.close_code}: {exc}"))

    def send_frame(self, frame: object) -> None:
        self._send(TEXT, json.dumps(frame).encode())

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else struct.pack("!BBH", 0x80 | opcode, 0xFE, size)
        # A mask of zeros is valid and needs no XOR.
        self.transport.write(head + b"\0\0\0\0" + payload)

    def _read_frame(self) -> bool:
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
        self._handle_frame(opcode, payload)
        return True

    def _handle_frame(self, opcode: int, payload: bytes) -> None:
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
            self.close_code = struct.unpack("!H", payload[:2])[0]


async def open_sockets(url: str, tokens: list[str], device_id: str, *, small_buffer: bool = False) -> list[RawSocket]:
    """One socket per token, all watching the device. `small_buffer`: a small receive buffer in the kernel."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    loop = asyncio.get_running_loop()

    async def connect(token: str) -> RawSocket:
        raw_socket = socket.socket()
        raw_socket.setblocking(False)
        if small_buffer:
            raw_socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await loop.sock_connect(raw_socket, (host, port))
        _, client = await loop.create_connection(
            lambda: RawSocket(f"{host}:{port}", parts.path, token, device_id), sock=raw_socket
        )
        await client.watching
        return client

    opened: list[RawSocket] = []
    for start in range(0, len(tokens), 50):
        opened += await asyncio.gather(*(connect(token) for token in tokens[start : start + 50]))
    return opened
