"""The options of `contor simulate`."""

from pathlib import Path
from typing import Annotated

from typer import Option

_METERS, _TIME, _CONSUMPTION, _SENDING = "Meters", "Time", "Consumption", "Sending"

Url = Annotated[str, Option("--url", envvar="CONTOR_URL", help="Address of the server.")]
Amqp = Annotated[
    str | None,
    Option(
        "--amqp",
        envvar="CONTOR_SIMULATE_AMQP_URL",
        help="Send to the queue sensor_data of this broker: amqp://user:password@host/. "
        "Devices given by id then need no account.",
    ),
]
Username = Annotated[
    str | None, Option("--username", envvar="CONTOR_SIMULATE_USERNAME", help="Account that sends the readings.")
]
Password = Annotated[
    str | None,
    Option("--password", envvar="CONTOR_SIMULATE_PASSWORD", help="Its password; prefer the environment variable."),
]
Token = Annotated[
    str | None, Option("--token", envvar="CONTOR_SIMULATE_TOKEN", help="An access token instead of a password.")
]
Devices = Annotated[
    list[str] | None, Option("--device", "-d", help="Id or name; may be repeated.", rich_help_panel=_METERS)
]
Owner = Annotated[
    str | None,
    Option("--owner", help="All meters of this person: id, username or “me”.", rich_help_panel=_METERS),
]
All = Annotated[bool, Option("--all", help="All meters this account may see.", rich_help_panel=_METERS)]
Config = Annotated[
    Path | None,
    Option(
        "--config",
        help="TOML or JSON file with meters and defaults; flags override its defaults.",
        rich_help_panel=_METERS,
    ),
]
Csv = Annotated[
    Path | None,
    Option(
        "--csv",
        help="Replay real readings: timestamp,value (with one --device) or timestamp,device_id,value.",
        rich_help_panel=_METERS,
    ),
]
Interval = Annotated[
    str | None,
    Option(help="Meter time between readings: 10s, 1m, 10m (the default).", rich_help_panel=_TIME),
]
BackfillInterval = Annotated[
    str | None,
    Option(help="Interval of past readings; default: --interval, at least 10m.", rich_help_panel=_TIME),
]
Since = Annotated[
    str | None,
    Option(help="Start in the past: 30d, a date, or ISO 8601 with offset.", rich_help_panel=_TIME),
]
Until = Annotated[str | None, Option(help="Stop at this time, written like --since.", rich_help_panel=_TIME)]
Once = Annotated[bool, Option("--once", help="Stop at the present.", rich_help_panel=_TIME)]
Resume = Annotated[bool, Option("--resume", help="Continue after each meter's last reading.", rich_help_panel=_TIME)]
Speed = Annotated[
    float | None,
    Option(help="Replay the past at this multiple of real time; default: as fast as possible.", rich_help_panel=_TIME),
]
AnnualKwh = Annotated[
    float | None,
    Option(help="kWh a year; default: between 2,000 and 4,500, by meter.", rich_help_panel=_CONSUMPTION),
]
Profile = Annotated[
    str | None,
    Option(help="household (default), business, farm, solar, storage.", rich_help_panel=_CONSUMPTION),
]
Country = Annotated[
    str | None, Option(help="Country of the public holidays: RO (default), DE, …", rich_help_panel=_CONSUMPTION)
]
Seed = Annotated[
    int | None,
    Option(help="The same seed gives the same readings; default 1.", rich_help_panel=_CONSUMPTION),
]
Peaks = Annotated[
    float | None,
    Option(help="Probability that an hour passes the meter's limit.", rich_help_panel=_CONSUMPTION),
]
PeakSoon = Annotated[
    str | None,
    Option(help="One meter passes its limit within this time, such as 90s.", rich_help_panel=_CONSUMPTION),
]
PeakDevice = Annotated[
    str | None,
    Option(help="That meter (id or name); default: the first with a limit.", rich_help_panel=_CONSUMPTION),
]
Faults = Annotated[
    str | None,
    Option(
        help="Probabilities: duplicates=0.01,late=0.02,out_of_order=0.01,gaps=0.001,garbage=0.001.",
        rich_help_panel=_SENDING,
    ),
]
Batch = Annotated[int, Option(help="Readings per request or confirmation, at most 10,000.", rich_help_panel=_SENDING)]
Rate = Annotated[float | None, Option(help="At most this many readings a second.", rich_help_panel=_SENDING)]
Quiet = Annotated[bool, Option("--quiet", help="Print errors only.", rich_help_panel=_SENDING)]
