import { Text } from "@mantine/core";
import { useAcknowledge } from "@/api/calls/useAcknowledge";
import type { Alert } from "@/api/types";
import { useProblemText } from "@/i18n/problem";
import { AlertRow } from "./AlertRow";
import classes from "./alerts.module.css";

type Props = { alerts: Alert[]; hideName?: boolean; showDate?: boolean };

/** Rows with their acknowledge buttons; a refusal is said under them. */
export function AlertRows({ alerts, hideName, showDate }: Props) {
  const { describe } = useProblemText();
  const acknowledge = useAcknowledge();
  return (
    <>
      <ul className={classes.list}>
        {alerts.map((alert) => (
          <AlertRow
            key={alert.id}
            alert={alert}
            hideName={hideName}
            showDate={showDate}
            pending={acknowledge.isPending && acknowledge.variables.includes(alert.id)}
            onAcknowledge={(id) => acknowledge.mutate([id])}
          />
        ))}
      </ul>
      {acknowledge.isError && (
        <Text c="red" size="sm" role="alert">
          {describe(acknowledge.error)}
        </Text>
      )}
    </>
  );
}
