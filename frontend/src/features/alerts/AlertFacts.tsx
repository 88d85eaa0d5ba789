import { Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Alert } from "@/api/types";
import { TimeInText } from "@/components/TimeInText";

const HOUR_MS = 3_600_000;

/** An hour in which the meter changed its owner has a part for each of them. */
export function isPartOfHour({ hour_start, hour_end }: Alert): boolean {
  return Date.parse(hour_end) - Date.parse(hour_start) < HOUR_MS;
}

/** What happened to an alert, a line each. */
export function AlertFacts({ alert }: { alert: Alert }) {
  const { t } = useTranslation("alerts");
  const { state, raised_times: count, raised_at, acknowledged_at, past } = alert;
  return (
    <Text size="xs" c="dimmed" component="div">
      {isPartOfHour(alert) && <div>{t("partOfHour")}</div>}
      {past && <div>{t("past.found")}</div>}
      {state === "cleared" && (
        <div>
          {t("clearedText")}
          {count > 1 && ` ${t("raisedTimes", { count })}`}
        </div>
      )}
      {state === "active" && count > 1 && (
        <div>
          <TimeInText text={(when) => t("raisedAgain", { count, when })} at={raised_at} />
        </div>
      )}
      {acknowledged_at && (
        <div>
          <IconCheck size={12} aria-hidden />{" "}
          <TimeInText text={(when) => t("acknowledged", { when })} at={acknowledged_at} />
        </div>
      )}
    </Text>
  );
}
