import { Alert } from "@mantine/core";
import { IconAlertCircle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useProblemText } from "@/i18n/problem";
import type { Outcome } from "./api/useDecide";
import { useDescribeOutcome } from "./outcome";

type Props = { outcome: Outcome | undefined; reason: unknown };

/** The result of a replay or dismissal, announced by screen readers. */
export function OutcomeNote({ outcome, reason }: Props) {
  const describeOutcome = useDescribeOutcome();
  const { describe } = useProblemText();
  return (
    <div aria-live="polite">
      {reason != null && (
        <Alert mt="sm" p="sm" color="red" variant="light" icon={<IconAlertCircle />}>
          {describe(reason)}
        </Alert>
      )}
      {outcome && (
        <Alert
          mt="sm"
          p="sm"
          variant="light"
          color={unused(outcome) ? "amber" : "petrol"}
          icon={unused(outcome) ? <IconInfoCircle /> : <IconCircleCheck />}
        >
          {describeOutcome(outcome)}
        </Alert>
      )}
    </div>
  );
}

const unused = (outcome: Outcome) => "replayed" in outcome && outcome.replayed === 0;
