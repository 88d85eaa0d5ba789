import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import {
  amountProblem,
  type DeviceValues,
  isInterval,
  LARGEST_LIMIT,
  LARGEST_POWER,
  LONGEST_INTERVAL,
} from "./deviceForm";

export function useDeviceForm(initialValues: DeviceValues) {
  const { t } = useTranslation(["devices", "common"]);
  const format = useFormat();
  const amountError = (amount: number | string, largest: number, most: string) => {
    const problem = amountProblem(amount, largest);
    return problem && t(`invalid.${problem}`, { most });
  };
  return useForm<DeviceValues>({
    initialValues,
    validate: {
      name: (text) => (text.trim() === "" ? t("common:form.required") : null),
      max_hourly_consumption_kwh: (limit) =>
        amountError(limit, LARGEST_LIMIT, format.kwh(LARGEST_LIMIT)),
      max_power_kw: (power) =>
        amountError(power, LARGEST_POWER, `${format.number(LARGEST_POWER, 0)} kW`),
      interval_minutes: (minutes) =>
        isInterval(minutes) ? null : t("invalid.interval", { most: LONGEST_INTERVAL }),
      time_zone: (zone) => (zone === null ? t("common:form.required") : null),
    },
  });
}
