import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "./ProblemAlert";

type Props = {
  /** The label of the submit button. */
  submit: string;
  pending: boolean;
  error: unknown;
  /** When there are any, they are shown at their fields and `error` is not shown again. */
  fieldErrors: object;
  disabled?: boolean;
  onCancel?: () => void;
};

export function FormFooter({ submit, pending, error, fieldErrors, disabled, onCancel }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {Object.keys(fieldErrors).length === 0 && <ProblemAlert reason={error} />}
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
