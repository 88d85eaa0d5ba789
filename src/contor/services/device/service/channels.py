"""The fields of the channel `import`, from the list `channels` or from beside the device's name."""

from typing import Any

from contor.kernel.errors import Invalid
from contor.services.device.models import DeviceChannel
from contor.services.device.schemas import DeviceChanges, NewChannel, NewDevice

FIXED = ("quantity", "kind", "unit")
"""A change would give the stored readings another meaning."""
BESIDE = frozenset({"kind", "unit", "stamp", "interval_minutes"})
"""Fields that can be given beside the device's name."""
IN_BODY = BESIDE | {"channels"}


class ConflictingFields(Invalid):
    code = "conflicting_fields"

    def __init__(self, field: str) -> None:
        super().__init__(field, f"differs from `channels.0.{field}`; give the value in one place only")


class FixedAtCreation(Invalid):
    def __init__(self, field: str) -> None:
        message = "cannot be changed, because stored readings would change their meaning; create a new device"
        super().__init__(field, message, "fixed_at_creation")


def new_channel(new: NewDevice) -> DeviceChannel:
    """Raises `ConflictingFields`."""
    return DeviceChannel(**(NewChannel().model_dump() | _given(new)))


def channel_changes(channel: DeviceChannel, changes: DeviceChanges) -> dict[str, Any]:
    """The fields of the channel that get another value. Raises `ConflictingFields` and `FixedAtCreation`."""
    changed = {field: value for field, value in _given(changes).items() if value != getattr(channel, field)}
    for field in FIXED:
        if field in changed:
            raise FixedAtCreation(field if field in changes.model_fields_set else f"channels.0.{field}")
    return changed


def _given(body: NewDevice | DeviceChanges) -> dict[str, Any]:
    beside = body.model_dump(include=set(BESIDE), exclude_unset=True)
    listed = body.channels[0].model_dump(exclude_unset=True) if body.channels else {}
    for field, value in beside.items():
        if listed.get(field, value) != value:
            raise ConflictingFields(field)
    return beside | listed
