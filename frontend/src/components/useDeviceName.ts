import { useTranslation } from "react-i18next";
import { useDevice } from "@/api/calls/useDevice";

export function useDeviceName(id: string): string {
  const { t } = useTranslation("alerts");
  const device = useDevice(id);
  return device.data?.name ?? (device.isError ? t("unknownMeter") : "…");
}
