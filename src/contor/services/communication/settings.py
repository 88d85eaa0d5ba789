"""How many sockets, frames and watches, and how patient."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CommunicationSettings(BaseSettings):
    """Limits of the WebSocket. Prefix: `CONTOR_COMMUNICATION_`. Times in seconds."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_COMMUNICATION_", extra="ignore")

    sockets: int = Field(10_000, gt=0)
    """Open sockets of this process, those that have not said who they are included."""
    sockets_per_person: int = Field(20, gt=0)
    watches: int = Field(200, ge=0)
    """Devices one socket may watch."""
    frames_per_second: float = Field(20, gt=0)
    frames_burst: int = Field(250, gt=0)
    """Frames a socket may send at once: a page that comes back says all its watches in one breath."""
    waiting_frames: int = Field(256, gt=0)
    """Frames that may wait for a slow reader, besides one live value a watched device."""
    auth_seconds: float = Field(10, gt=0)
    send_seconds: float = Field(20, gt=0)
    """How long one frame may wait for the reader before the socket is given up."""
    goodbye_seconds: float = Field(3, gt=0)
    """How long a socket that is being closed may take to hear why."""
