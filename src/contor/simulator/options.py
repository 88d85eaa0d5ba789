"""The options of `contor simulate`."""

from pathlib import Path
from typing import Annotated

from typer import Option

_WHICH, _TIME, _LOOKS, _WAY = "Which meters", "When", "What they consume", "How it is sent"

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
    str | None, Option("--password", envvar="CONTOR_SIMULATE_PASSWORD", help="Its password (better: the variable).")
]
Token = Annotated[
    str | None, Option("--token", envvar="CONTOR_SIMULATE_TOKEN", help="An access token instead of a password.")
]
Devices = Annotated[
    list[str] | None, Option("--device", "-d", help="Id or name; may be repeated.", rich_help_panel=_WHICH)
]
Owner = Annotated[
    str | None,
    Option("--owner", help="All meters of this person: id, username or “me”.", rich_help_panel=_WHICH),
]
All = Annotated[bool, Option("--all", help="All meters this account sees.", rich_help_panel=_WHICH)]
Config = Annotated[
    Path | None,
    Option(
        "--config",
        help="TOML or JSON file with meters and defaults; flags win over its defaults.",
        rich_help_panel=_WHICH,
    ),
]
Csv = Annotated[
    Path | None,
    Option(
        "--csv",
        help="Replay real readings: timestamp,value (with one --device) or timestamp,device_id,value.",
        rich_help_panel=_WHICH,
    ),
]
Interval = Annotated[
    str | None,
    Option(help="Meter time between readings: 10s, 1m, 10m (the default).", rich_help_panel=_TIME),
]
BackfillInterval = Annotated[
    str | None,
    Option(help="The same for the past; default the interval, at least 10m.", rich_help_panel=_TIME),
]
Since = Annotated[
    str | None,
    Option(help="Start in the past: 30d, a date, or ISO 8601 with offset.", rich_help_panel=_TIME),
]
Until = Annotated[str | None, Option(help="Stop at this time, written like --since.", rich_help_panel=_TIME)]
Once = Annotated[bool, Option("--once", help="Stop when the present is reached.", rich_help_panel=_TIME)]
Resume = Annotated[bool, Option("--resume", help="Go on after each meter's last reading.", rich_help_panel=_TIME)]
Speed = Annotated[
    float | None,
    Option(help="Run the past this many times as fast as life; default: at once.", rich_help_panel=_TIME),
]
AnnualKwh = Annotated[
    float | None,
    Option(help="kWh in a year; default differs by meter, 2,000 to 4,500.", rich_help_panel=_LOOKS),
]
Profile = Annotated[
    str | None,
    Option(help="household (default), business, farm, solar, storage.", rich_help_panel=_LOOKS),
]
Country = Annotated[str | None, Option(help="Whose holidays: RO (default), DE, …", rich_help_panel=_LOOKS)]
Seed = Annotated[
    int | None,
    Option(help="The same seed gives the same readings; default 1.", rich_help_panel=_LOOKS),
]
Peaks = Annotated[
    float | None,
    Option(help="Probability that an hour passes the meter's limit.", rich_help_panel=_LOOKS),
]
PeakSoon = Annotated[
    str | None,
    Option(help="One meter passes its limit within this time, such as 90s.", rich_help_panel=_LOOKS),
]
PeakDevice = Annotated[
    str | None,
    Option(help="Which one (id or name); default the first with a limit.", rich_help_panel=_LOOKS),
]
Faults = Annotated[
    str | None,
    Option(
        help="Probabilities: duplicates=0.01,late=0.02,out_of_order=0.01,gaps=0.001,garbage=0.001.",
        rich_help_panel=_WAY,
    ),
]
Batch = Annotated[int, Option(help="Readings per request or confirmation, at most 10,000.", rich_help_panel=_WAY)]
Rate = Annotated[float | None, Option(help="At most this many readings a second.", rich_help_panel=_WAY)]
Quiet = Annotated[bool, Option("--quiet", help="Say nothing but errors.", rich_help_panel=_WAY)]
