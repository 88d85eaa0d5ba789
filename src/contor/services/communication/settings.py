"""Settings of communication. Prefix: `CONTOR_COMMUNICATION_`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CommunicationSettings(BaseSettings):
    """Limits of WebSocket connections. Times in seconds."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_COMMUNICATION_", extra="ignore")

    sockets: int = Field(10_000, gt=0)
    """Open sockets of this process, including those that are not authenticated yet."""
    sockets_per_user: int = Field(20, gt=0)
    watches: int = Field(200, ge=0)
    """Devices that one socket may watch."""
    frames_per_second: float = Field(20, gt=0)
    """Frames a socket may send on average."""
    frames_burst: int = Field(250, gt=0)
    """Frames a socket may send at once: a page that reconnects repeats all its watches."""
    send_queue_size: int = Field(256, gt=0)
    """Frames that may wait for a slow reader, not counting one live value for each watched device."""
    auth_seconds: float = Field(10, gt=0)
    """Time until the first `auth` frame."""
    send_seconds: float = Field(20, gt=0)
    """Time that one frame may take to send before the socket is closed."""
    close_seconds: float = Field(3, gt=0)
    """Time for the last frame and the closing handshake."""
