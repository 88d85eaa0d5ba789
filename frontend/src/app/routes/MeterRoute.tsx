import { getRouteApi } from "@tanstack/react-router";
import { DeviceAlerts } from "@/features/alerts/DeviceAlerts";
import { DeviceCorrections } from "@/features/corrections/DeviceCorrections";
import { MeterPage } from "@/features/meters/MeterPage";

const route = getRouteApi("/member/meters/$deviceId");

/** Joins features: a meter, its alerts and the corrections of its readings. */
export function MeterRoute() {
  const { deviceId } = route.useParams();
  return (
    <MeterPage
      key={deviceId}
      deviceId={deviceId}
      alerts={<DeviceAlerts id={deviceId} />}
      corrections={<DeviceCorrections id={deviceId} />}
    />
  );
}
