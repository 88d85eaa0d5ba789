import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import { type DeviceValues, LARGEST_LIMIT, limitProblem } from "./deviceForm";

export function useDeviceForm(initialValues: DeviceValues) {
  const { t } = useTranslation(["devices", "common"]);
  const format = useFormat();
  return useForm<DeviceValues>({
    initialValues,
    validate: {
      name: (text) => (text.trim() === "" ? t("common:form.required") : null),
      max_hourly_consumption_kwh: (limit) => {
        const problem = limitProblem(limit);
        return problem && t(`invalid.${problem}`, { most: format.kwh(LARGEST_LIMIT) });
      },
      time_zone: (zone) => (zone === null ? t("common:form.required") : null),
    },
  });
}
