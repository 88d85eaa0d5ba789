"""Process-wide settings from the environment; each service has its own in its `settings` module."""

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
    """The secret is missing or does not match the stored data."""


class MissingSecretError(SecretError):
    """`CONTOR_SECRET` is required when several processes share the data."""


class Settings(BaseSettings):
    """Run mode, addresses and data folder. Environment variables with the prefix `CONTOR_`."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_", extra="ignore")

    data_dir: Path = Path(platformdirs.user_data_dir("contor"))
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str | None = None
    """`postgresql://user:password@host:port/` without a database name; unset: embedded PostgreSQL."""
    amqp_url: str | None = None
    """`amqp://user:password@host:port/`; unset: the bus inside this process."""
    peers: dict[str, str] = {}
    """JSON object of service names and base URLs, for services that do not run in this process."""
    migrate: bool | None = None
    """Migrate at the start; unset: only without `amqp_url`, when no other process shares the databases."""
    secret: SecretStr | None = None
    """Encrypts the signing keys at rest; at least 32 characters."""
    allowed_origins: list[str] = []
    """Origins besides Contor's own whose pages may open a WebSocket."""
    secure_cookies: bool = False
    trusted_proxies: str = "127.0.0.1"
    """Comma-separated addresses and networks whose `X-Forwarded-For` is trusted."""
    metrics_from: list[IPv4Network | IPv6Network] = LOOPBACK
    """Networks that may read `/metrics`, not through a proxy."""
    log_level: str = "info"
    log_json: bool = False

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @field_validator("database_url", "amqp_url")
    @classmethod
    def _empty_is_unset(cls, url: str | None) -> str | None:
        return url or None  # an env file cannot express None

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
        """The secret; without one, embedded mode generates and stores it. Raises `MissingSecretError` otherwise."""
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        if self.database_url is not None:
            raise MissingSecretError(
                "CONTOR_SECRET is not set: with CONTOR_DATABASE_URL every process needs the same secret "
                "(generate one with: openssl rand -hex 32)"
            )
        path = self.data_dir / "secret"
        if not path.exists():
            write_secret(path, secrets.token_hex(32).encode())
        return path.read_bytes()


def write_secret(path: Path, secret: bytes) -> None:
    """Readable by this user only, and atomic: a process killed in between must not leave an empty secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    new.replace(path)
