"""A small Contor that keeps readings in memory and speaks real HTTP on a loopback port of its own."""

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

Answer = tuple[int, dict[str, str], Any]
PAGE = 2


@dataclass
class FakeContor:
    """What the server knows, and what it was asked. `trouble` answers the next posts of readings instead."""

    devices: list[dict[str, Any]] = field(default_factory=list)
    stored: dict[tuple[str, int], float] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)
    trouble: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    good_tokens: set[str] = field(default_factory=lambda: {"handed-out"})
    expires_in: float = 600
    url: str = ""

    def add_device(self, name: str, **changes: Any) -> str:
        device: dict[str, Any] = {
            "id": str(uuid4()),
            "name": name,
            "kind": "interval",
            "unit": "kWh",
            "time_zone": "Europe/Bucharest",
            "max_hourly_consumption_kwh": 3.0,
            "owner_id": None,
        }
        self.devices.append(device | changes)
        return str(device["id"])

    def of(self, device_id: str) -> dict[int, float]:
        """The stored readings of a device: epoch milliseconds → value."""
        return {at: value for (device, at), value in self.stored.items() if device == device_id}

    def answer(self, method: str, target: str, headers: dict[str, str], body: Any) -> Answer:
        url = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked[f"{method} {url.path}"] += 1
        if url.path in ("/auth/login", "/auth/refresh"):
            return self._session(url.path, headers, body)
        if headers.get("authorization", "").removeprefix("Bearer ") not in self.good_tokens:
            return problem(401, "token_expired")
        if url.path == "/monitoring/readings":
            return self._readings(body)
        if url.path == "/auth/me":
            return 200, {}, {"id": "00000000-0000-0000-0000-000000000001", "username": "ana"}
        if url.path == "/users":
            return 200, {}, {"items": [{"id": "00000000-0000-0000-0000-000000000001", "username": "ana"}]}
        if url.path == "/devices":
            return self._devices(query)
        return self._one(url.path)

    def _session(self, path: str, headers: dict[str, str], body: Any) -> Answer:
        known = body == {"username": "ana", "password": "right horse"}
        if path == "/auth/refresh":
            known = "refresh=ana" in headers.get("cookie", "")
        if not known:
            return problem(401, "invalid_credentials")
        token = f"token-{uuid4()}"
        self.good_tokens.add(token)
        session = {"access_token": token, "token_type": "bearer", "expires_in": self.expires_in}
        return 200, {"set-cookie": "refresh=ana; Path=/auth; HttpOnly"}, session

    def _readings(self, body: Any) -> Answer:
        if self.trouble:
            status, headers = self.trouble.pop(0)
            return problem(status, "trouble", headers)
        self.batches.append(len(body))
        result: dict[str, Any] = {"accepted": 0, "duplicates": 0, "rejected": []}
        known = {device["id"] for device in self.devices}
        for index, item in enumerate(body):
            if not usable(item) or item["device_id"] not in known:
                result["rejected"].append({"index": index, "code": "wrong_type", "detail": "not a reading"})
                continue
            key = (item["device_id"], item["timestamp"])
            result["duplicates" if self.stored.get(key) == item["measurement_value"] else "accepted"] += 1
            self.stored[key] = item["measurement_value"]
        return 202, {}, result

    def _devices(self, query: dict[str, str]) -> Answer:
        found = [
            device
            for device in self.devices
            if query.get("q", "").casefold() in device["name"].casefold()
            and query.get("owner_id", device["owner_id"]) == device["owner_id"]
        ]
        first = int(query.get("cursor", 0))
        following = first + PAGE if first + PAGE < len(found) else None
        return 200, {}, {"items": found[first : first + PAGE], "next_cursor": following and str(following)}

    def _one(self, path: str) -> Answer:
        for device in self.devices:
            if path == f"/devices/{device['id']}":
                return 200, {}, device
            if path == f"/monitoring/devices/{device['id']}/summary":
                told = [k for k in ("last_reading_at", "hour") if k in device]
                return 200, {}, {"last_reading_at": None} | {k: device[k] for k in told}
        return problem(404, "not_found")

    def serve(self) -> ThreadingHTTPServer:
        """Starts answering on a free port; the caller shuts the returned server down."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_GET(self) -> None:
                self._reply("GET")

            def do_POST(self) -> None:
                self._reply("POST")

            def _reply(self, method: str) -> None:
                text = self.rfile.read(int(self.headers.get("content-length", 0)))
                sent = {name.lower(): value for name, value in self.headers.items()}
                status, headers, body = fake.answer(method, self.path, sent, json.loads(text or "null"))
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return server


def usable(item: Any) -> bool:
    value = item.get("measurement_value") if isinstance(item, dict) else None
    if not isinstance(value, float | int) or value < 0 or not isinstance(item["timestamp"], int):
        return False
    return 946_684_800 < item["timestamp"] / 1000 < time.time() + 86_400


def problem(status: int, code: str, headers: dict[str, str] | None = None) -> Answer:
    return status, headers or {}, {"title": code, "detail": f"this is {code}", "status": status, "code": code}
