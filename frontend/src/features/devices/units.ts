import type { Device } from "@/api/types";

type Unit = Device["unit"];

/** The units of the API, each with a likely reading; `satisfies` makes tsc fail when the lists differ. */
const units = {
  Wh: { quantity: "energy", example: 350 },
  kWh: { quantity: "energy", example: 0.35 },
  MWh: { quantity: "energy", example: 0.00035 },
  W: { quantity: "power", example: 350 },
  kW: { quantity: "power", example: 0.35 },
} satisfies Record<Unit, { quantity: "energy" | "power"; example: number }>;

/** What a meter that sends the energy of intervals can count in. */
export const energyUnits = (Object.keys(units) as Unit[]).filter(
  (unit) => units[unit].quantity === "energy",
);

export function exampleValue(unit: Unit): number {
  return units[unit].example;
}
