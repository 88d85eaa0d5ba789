import { useAcknowledge } from "@/api/calls/useAcknowledge";
import type { Alert } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { AlertRow } from "./AlertRow";
import classes from "./alerts.module.css";

type Props = { alerts: Alert[]; hideName?: boolean; showDate?: boolean };

export function AlertRows({ alerts, hideName, showDate }: Props) {
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
      <ProblemAlert reason={acknowledge.error} />
    </>
  );
}
