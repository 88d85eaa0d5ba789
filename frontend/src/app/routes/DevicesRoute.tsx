import { DevicesPage } from "@/features/devices/DevicesPage";
import { MeterStatus } from "@/features/meters/MeterStatus";

/** Joins two features: the devices table shows the status component of `meters`. */
export function DevicesRoute() {
  return <DevicesPage renderState={(summary) => <MeterStatus summary={summary} />} />;
}
