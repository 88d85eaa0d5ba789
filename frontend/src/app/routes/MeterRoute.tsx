import { getRouteApi } from "@tanstack/react-router";
import { DeviceAlerts } from "@/features/alerts/DeviceAlerts";
import { MeterPage } from "@/features/meters/MeterPage";

const route = getRouteApi("/member/meters/$deviceId");

/** Joins two features: a meter and its alerts. */
export function MeterRoute() {
  const { deviceId } = route.useParams();
  return <MeterPage key={deviceId} deviceId={deviceId} alerts={<DeviceAlerts id={deviceId} />} />;
}
