import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { useFieldErrors } from "@/components/fieldErrors";
import { ProblemAlert } from "@/components/ProblemAlert";
import { instantOf } from "@/i18n/zone";
import { useDeleteReadings } from "./api/useChangeReadings";
import { LocalTimeInput } from "./LocalTimeInput";

type Props = { device: Device; onClose: () => void; onDeleted: (count: number) => void };

/** Deletes the readings of a period, in the meter's local time; the reason is required. */
export function DeleteReadings(props: Props) {
  const { t } = useTranslation(["corrections", "common"]);
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t("deleteTitle")}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      styles={{ title: { fontWeight: 650, lineHeight: 1.35 } }}
    >
      <DeleteForm {...props} />
    </Modal>
  );
}

function DeleteForm({ device, onClose, onDeleted }: Props) {
  const { t } = useTranslation(["corrections", "common"]);
  const remove = useDeleteReadings(device.id);
  const zone = device.time_zone;
  const form = useForm({
    initialValues: { from: "", to: "", reason: "" },
    validate: {
      from: (local) => (local === "" ? t("invalid.time") : null),
      to: (local, { from }) =>
        local === "" ? t("invalid.time") : local <= from ? t("invalid.range") : null,
      reason: (text) => (text.trim() === "" ? t("common:form.required") : null),
    },
  });
  const showFieldErrors = useFieldErrors(form);
  const submit = form.onSubmit(({ from, to, reason }) =>
    remove.mutate(
      {
        from: instantOf(from, zone).toISOString(),
        to: instantOf(to, zone).toISOString(),
        reason: reason.trim(),
      },
      { onSuccess: ({ deleted }) => onDeleted(deleted), onError: showFieldErrors },
    ),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{t("deleteText")}</Text>
        <LocalTimeInput
          zone={zone}
          label={t("from", { zone })}
          data-autofocus
          {...form.getInputProps("from")}
        />
        <LocalTimeInput zone={zone} label={t("to", { zone })} {...form.getInputProps("to")} />
        <Textarea
          label={t("reasonLabel")}
          description={t("reasonHint")}
          withAsterisk
          autosize
          minRows={2}
          maxLength={500}
          {...form.getInputProps("reason")}
        />
        {Object.keys(form.errors).length === 0 && <ProblemAlert reason={remove.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common:action.cancel")}
          </Button>
          <Button type="submit" color="red" loading={remove.isPending}>
            {t("common:action.delete")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
