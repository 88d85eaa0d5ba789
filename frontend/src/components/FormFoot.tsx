import { Alert, Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/i18n/problem";

type Props = {
  /** The word on the button that sends the form. */
  submit: string;
  pending: boolean;
  /** The refusal, and whether it is already said beside fields. */
  reason: unknown;
  beside: boolean;
  disabled?: boolean;
  onCancel?: () => void;
};

/** The end of a form: the refusal that belongs to no field, and the buttons. */
export function FormFoot({ submit, pending, reason, beside, disabled, onCancel }: Props) {
  const { t } = useTranslation();
  const { describe } = useProblemText();
  return (
    <>
      {reason != null && !beside && (
        <Alert color="red" variant="light" p="sm" role="alert">
          {describe(reason)}
        </Alert>
      )}
      <Group justify="flex-end">
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            {t("action.cancel")}
          </Button>
        )}
        <Button type="submit" loading={pending} disabled={disabled}>
          {submit}
        </Button>
      </Group>
    </>
  );
}
