import { Alert } from "@mantine/core";
import { IconAlertCircle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useProblemText } from "@/i18n/problem";
import type { Outcome } from "./api/useDecide";
import { useOutcomeWords } from "./outcome";

type Props = { outcome: Outcome | undefined; reason: unknown };

/** The result beside the buttons that caused it, read out as it appears. */
export function OutcomeNote({ outcome, reason }: Props) {
  const words = useOutcomeWords();
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
          {words(outcome)}
        </Alert>
      )}
    </div>
  );
}

const unused = (outcome: Outcome) => "replayed" in outcome && outcome.replayed === 0;
