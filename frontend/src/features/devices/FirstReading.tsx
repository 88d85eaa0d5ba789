import { Alert, Loader, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSummary } from "@/api/calls/useSummary";
import { Problem } from "@/api/problem";
import type { Device } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { useProblemText } from "@/i18n/problem";
import { useWatch } from "@/realtime/LiveProvider";

/** Shows the first reading when it arrives; live frames update the summary, without polling. */
export function FirstReading({ device }: { device: Device }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  const { describe } = useProblemText();
  useWatch(device.id);
  const { data, error } = useSummary(device.id);
  const value = data?.last_measurement_value ?? null;
  // The monitoring service learns of a new meter a moment later; until then it answers 404.
  const failed = error && !(error instanceof Problem && error.status === 404);
  return (
    <div aria-live="polite">
      {value === null ? (
        <Alert variant="light" icon={<Loader size={18} />} title={t("connect.waiting")}>
          <Text size="sm">{failed ? describe(error) : t("connect.waitingHint")}</Text>
        </Alert>
      ) : (
        <Alert
          variant="light"
          icon={<IconCircleCheck />}
          title={t("connect.arrived", { value: format.number(value, 6), unit: device.unit })}
        >
          <Text size="sm">
            {t("connect.arrivedAt", {
              when: format.exact(data?.last_reading_at ?? Date.now(), device.time_zone),
            })}
          </Text>
        </Alert>
      )}
    </div>
  );
}
