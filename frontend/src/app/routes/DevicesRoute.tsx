import { DevicesPage } from "@/features/devices/DevicesPage";
import { MeterStatus } from "@/features/meters/MeterStatus";

/** The state of a meter is told by the meters' own words; here it stands in the administrators' table. */
export function DevicesRoute() {
  return <DevicesPage renderState={(summary) => <MeterStatus summary={summary} />} />;
}
