import { expect, it } from "vitest";
import { energyUnits } from "./units";

it("a new meter counts in a unit of energy", () => {
  expect(energyUnits).toEqual(["Wh", "kWh", "MWh"]);
});
