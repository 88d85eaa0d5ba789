"""Meters: alerts, live values and changed descriptions."""

from uuid import uuid5

from contor.contracts.alerts import (
    AlertAcknowledged,
    AlertsAcknowledged,
    HourlyLimitExceeded,
    HourlyLimitRestored,
    PastAlertsFound,
)
from contor.contracts.devices import DeviceChanged
from contor.contracts.frames import (
    AlertAcknowledgedFrame,
    AlertClearedFrame,
    AlertRaisedFrame,
    AlertsAcknowledgedData,
    AlertsAcknowledgedFrame,
    ConsumptionUpdatedFrame,
    DeviceChangedFrame,
    DeviceData,
    PastAlertsFoundFrame,
)
from contor.contracts.readings import ConsumptionUpdated
from contor.kernel.service import Consumer, Context
from contor.services.communication.live.hub import Hub

AlertMessage = HourlyLimitExceeded | HourlyLimitRestored | AlertAcknowledged
AlertFrame = AlertRaisedFrame | AlertClearedFrame | AlertAcknowledgedFrame
ALERT_FRAMES: dict[type[AlertMessage], type[AlertFrame]] = {
    HourlyLimitExceeded: AlertRaisedFrame,
    HourlyLimitRestored: AlertClearedFrame,
    AlertAcknowledged: AlertAcknowledgedFrame,
}


async def when_alert_changed(message: AlertMessage, context: Context) -> None:
    frame = ALERT_FRAMES[type(message)](id=message.id, at=message.occurred_at, data=message.alert)
    context.resource(Hub).broadcast(frame, [message.alert.owner_id], administrators=True)


async def when_alerts_acknowledged(message: AlertsAcknowledged, context: Context) -> None:
    data = AlertsAcknowledgedData(acknowledged_by=message.acknowledged_by, count=message.count)
    frame = AlertsAcknowledgedFrame(id=message.id, at=message.occurred_at, data=data)
    context.resource(Hub).broadcast(frame, message.owner_ids, administrators=True)


async def when_past_alerts_found(message: PastAlertsFound, context: Context) -> None:
    frame = PastAlertsFoundFrame(id=message.id, at=message.occurred_at, data=message.found)
    context.resource(Hub).broadcast(frame, [message.found.owner_id], administrators=True)


async def when_consumption_updated(message: ConsumptionUpdated, context: Context) -> None:
    hub = context.resource(Hub)
    for device in message.devices:
        device_id = device.values.device_id
        if hub.is_watched(device_id):
            # One message is about many devices: each frame gets its own id, the same on every replica.
            identifier = uuid5(message.id, device_id.hex)
            frame, owned = (
                ConsumptionUpdatedFrame(id=identifier, at=message.occurred_at, data=values)
                for values in (device.values, device.owner_values or device.values)
            )
            hub.send_to_watchers(device_id, frame, device.owner_id, owned)


async def when_device_changed(message: DeviceChanged, context: Context) -> None:
    hub = context.resource(Hub)
    former = message.previous_owner_id if message.previous_owner_id != message.owner_id else None
    hub.broadcast(_device(message, lost=False), [message.owner_id], administrators=True, exclude=former)
    hub.broadcast(_device(message, lost=True), [former])


def _device(message: DeviceChanged, *, lost: bool) -> DeviceChangedFrame:
    data = DeviceData.model_validate(message.model_dump() | {"lost": lost})
    return DeviceChangedFrame(id=message.id, at=message.occurred_at, data=data)


CONSUMERS: tuple[Consumer, ...] = (
    *(Consumer(kind, when_alert_changed, every_replica=True) for kind in ALERT_FRAMES),
    Consumer(AlertsAcknowledged, when_alerts_acknowledged, every_replica=True),
    Consumer(PastAlertsFound, when_past_alerts_found, every_replica=True),
    Consumer(ConsumptionUpdated, when_consumption_updated, every_replica=True),
    Consumer(DeviceChanged, when_device_changed, every_replica=True),
)
