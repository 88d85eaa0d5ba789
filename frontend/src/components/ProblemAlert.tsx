import { Alert } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/i18n/problem";

type Props = { reason: unknown; children?: ReactNode; onClose?: () => void };

/** Why a request failed, read aloud by screen readers; nothing while `reason` is null. */
export function ProblemAlert({ reason, children, onClose }: Props) {
  const { t } = useTranslation();
  const { describe } = useProblemText();
  if (reason == null) return null;
  return (
    <Alert
      color="red"
      variant="light"
      p="sm"
      role="alert"
      withCloseButton={onClose !== undefined}
      closeButtonLabel={t("action.close")}
      onClose={onClose}
    >
      {describe(reason)} {children}
    </Alert>
  );
}
