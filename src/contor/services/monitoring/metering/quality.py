"""The quality of the intervals of a load profile: how far their energy can be trusted.

A quarter hour has the first of these that applies: `missing` without data; `suspicious` above the maximum power;
`estimated` when its energy was spread from an interval longer than the resolution, or is the first after a silence and
may belong to it; `partial` when data does not cover it; `corrected` by an administrator; else `measured`. Longer
intervals have the first that one of their quarter hours has, except that they are `missing` only if all are, and
`partial` if some of those before now are.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from contor.services.monitoring.metering.intervals import Interval
from contor.services.monitoring.metering.slots import MIN_SLOTS, Resolution, slot_of

Quality = Literal["measured", "corrected", "partial", "estimated", "suspicious", "missing"]
SILENT_SLOTS = 4
"""Quarter hours without data after which the next data of a channel without a stated interval is estimated."""
MINUTES_PER_SLOT = 15
MAX_RANGES = 100


def coverage(edges: Sequence[int], running: int, covered: Sequence[int | None]) -> list[Quality]:
    """`measured`, `partial` or `missing` of each interval [`edges[n]`, `edges[n + 1]`).

    `covered`: its fully covered slots before `running`; None without data. Slots from `running` on need no data.
    """
    over = min(edges[-1], max(running, edges[-2]))
    counts = [count for count in covered if count is not None]
    if len(counts) == len(covered) and sum(counts) == over - edges[0]:
        return ["measured"] * len(counts)
    lengths = [after - first for first, after in pairwise(edges)]
    lengths[-1] = over - edges[-2]
    return [
        "missing" if count is None else "measured" if count >= length else "partial"
        for count, length in zip(covered, lengths, strict=True)
    ]


def silences(edges: Sequence[int], found: Sequence[Quality], previous: int | None) -> list[tuple[int, int]]:
    """Ranges [first, after) of slots among which are all with the first energy after a silence.

    `found`: the coverage of the intervals; `previous`: the last slot with data before them.
    """
    broken = [n for n, quality in enumerate(found) if quality != "measured"]
    numbers = {*broken, *(n + 1 for n in broken)}
    if previous is not None and edges[0] - previous > SILENT_SLOTS:
        numbers.add(0)
    ranges: list[tuple[int, int]] = []
    for n in sorted(numbers - {len(found)}):
        first, after = edges[n], edges[n + 1]
        begin = ranges.pop()[0] if ranges and ranges[-1][1] == first else first
        ranges.append((begin, first + 1 if found[n] == "measured" else after))
    return ranges if len(ranges) <= MAX_RANGES else [(ranges[0][0], ranges[-1][1])]


def qualities(
    edges: Sequence[int],
    found: Sequence[Quality],
    *,
    suspicious: Iterable[int] = (),
    after_silence: Iterable[int] = (),
    corrected: Iterable[int] = (),
    spread: bool = False,
) -> list[Quality]:
    """Of each interval, from its coverage and from slots that have a stronger quality.

    `corrected` may also be slots without data; `spread`: the interval of the readings is longer than the resolution.
    """
    result = list(found)
    _replace(result, edges, corrected, "corrected", {"measured"})
    _replace(result, edges, after_silence, "estimated", {"measured", "corrected", "partial"})
    if spread:
        result = ["missing" if quality == "missing" else "estimated" for quality in result]
    _replace(result, edges, suspicious, "suspicious", {"measured", "corrected", "partial", "estimated"})
    return result


def is_spread(interval: Interval, resolution: Resolution) -> bool:
    return interval.length > MIN_SLOTS[resolution] * MINUTES_PER_SLOT * 60_000


def slots_of(at_ms: int, interval: Interval) -> range:
    """The quarter hours in which a reading has a share."""
    begin = at_ms - interval.back
    return range(slot_of(begin), slot_of(begin + interval.length - 1) + 1)


def _replace(
    result: list[Quality], edges: Sequence[int], slots: Iterable[int], by: Quality, weaker: set[Quality]
) -> None:
    for slot in slots:
        number = bisect_right(edges, slot) - 1
        if 0 <= number < len(result) and result[number] in weaker:
            result[number] = by
