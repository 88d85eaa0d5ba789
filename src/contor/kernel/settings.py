"""Process-wide settings, read from the environment; each service keeps its own small class beside its rules."""

import os
import secrets
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import platformdirs
from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contor.kernel.errors import OperatorError

LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]


class SecretError(OperatorError):
    """The secret that seals what is stored cannot be used; the message says what to set."""


class MissingSecretError(SecretError):
    """`CONTOR_SECRET` is required as soon as more than this process shares the data."""


class Settings(BaseSettings):
    """What decides the run mode and where the process listens and keeps things. Prefix: `CONTOR_`."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_", extra="ignore")

    data_dir: Path = Path(platformdirs.user_data_dir("contor"))
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str | None = None
    """`postgresql://user:password@host:port/` without a database name; unset: embedded PostgreSQL."""
    amqp_url: str | None = None
    """`amqp://user:password@host:port/`; unset: messages stay in this process."""
    peers: dict[str, str] = {}
    """JSON object, service → base URL, for services that do not run in this process."""
    migrate: bool | None = None
    """Migrate at the start; unset: only where no broker says that other processes share the databases."""
    secret: SecretStr | None = None
    """Seals the signing keys at rest; at least 32 characters."""
    allowed_origins: list[str] = []
    """Origins, besides the address a page was served from, whose pages may open a WebSocket."""
    secure_cookies: bool = False
    trusted_proxies: str = "127.0.0.1"
    """Addresses and networks, comma-separated, whose `X-Forwarded-For` is believed."""
    metrics_from: list[IPv4Network | IPv6Network] = LOOPBACK
    """Networks that may read `/metrics`; never by way of a proxy."""
    log_level: str = "info"
    log_json: bool = False

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @field_validator("database_url", "amqp_url")
    @classmethod
    def _empty_is_unset(cls, url: str | None) -> str | None:
        return url or None  # what an env file writes for "none"

    @field_validator("peers")
    @classmethod
    def _without_slash(cls, peers: dict[str, str]) -> dict[str, str]:
        return {service: url.rstrip("/") for service, url in peers.items()}

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < 32:
            raise ValueError("CONTOR_SECRET needs at least 32 characters")
        return secret

    @cached_property
    def sealing_secret(self) -> bytes:
        """The secret as bytes; embedded mode makes one and keeps it, production must be given one.

        Raises `MissingSecretError` when an outside database is named and no secret is.
        """
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        if self.database_url is not None:
            raise MissingSecretError(
                "CONTOR_SECRET is not set: with CONTOR_DATABASE_URL every process needs the same secret "
                "(make one with: openssl rand -hex 32)"
            )
        path = self.data_dir / "secret"
        if not path.exists():
            keep_secret(path, secrets.token_hex(32).encode())
        return path.read_bytes()


def keep_secret(path: Path, secret: bytes) -> None:
    """Write it for this user alone, and whole: a process killed in between must not leave an empty secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_suffix(".new")
    made.unlink(missing_ok=True)
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    made.replace(path)
