import type { Consumption } from "@/api/types";
import { type Cell, energyCell } from "@/components/csv";
import { dayIn, localTime } from "@/i18n/zone";

type File = { name: string; header: string[]; rows: Cell[][] };

/**
 * The download of a load profile, which `contor simulate --csv` reads back. Dates and times are
 * local to the meter, with their offset; energies are empty where nothing was measured.
 */
export function consumptionFile(meter: string, consumption: Consumption): File {
  const { time_zone: zone, resolution, from, points } = consumption;
  return {
    name: `${meter} ${dayIn(zone, from)} ${resolution}.csv`,
    header: ["start", "end", "energy_kwh", "limit_kwh", "quality"],
    rows: points.map((point) => [
      localTime(point.start, zone),
      localTime(point.end, zone),
      energyCell(point.quality === "missing" ? null : point.energy_kwh),
      energyCell(point.limit_kwh ?? null),
      point.quality,
    ]),
  };
}
