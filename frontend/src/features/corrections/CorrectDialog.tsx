import { Modal, NumberInput, SegmentedControl, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { FormFooter } from "@/components/FormFooter";
import { useFieldErrors } from "@/components/fieldErrors";
import { useFormat } from "@/i18n/format";
import { instantOf } from "@/i18n/zone";
import { useCorrect } from "./api/useChangeReadings";
import { LocalTimeInput } from "./LocalTimeInput";

export type Task = {
  kind: "set_aside" | "replace";
  /** Null: the dialog asks for it, and for the kind. */
  timestamp: string | null;
};
type Props = { device: Device; task: Task; onClose: () => void };

const MAX_REASON = 500;

function titleOf({ kind, timestamp }: Task) {
  if (timestamp === null) return "correct";
  return kind === "replace" ? "replaceTitle" : "setAsideTitle";
}

/** Sets one reading aside or replaces its value; the reason is required. */
export function CorrectDialog({ device, task, onClose }: Props) {
  const { t } = useTranslation(["corrections", "common"]);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(titleOf(task))}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      styles={{ title: { fontWeight: 650, lineHeight: 1.35 } }}
    >
      <CorrectForm device={device} task={task} onClose={onClose} />
    </Modal>
  );
}

function CorrectForm({ device, task, onClose }: Props) {
  const { t } = useTranslation(["corrections", "common"]);
  const format = useFormat();
  const correct = useCorrect(device.id);
  const zone = device.time_zone;
  const [kind, setKind] = useState(task.kind);
  const replaces = kind === "replace";
  const form = useForm({
    initialValues: { timestamp: "", replacement: "" as number | string, reason: "" },
    validate: {
      timestamp: (local) => (task.timestamp === null && local === "" ? t("invalid.time") : null),
      replacement: (value) =>
        replaces && (typeof value !== "number" || value < 0) ? t("invalid.value") : null,
      reason: (text) => (text.trim() === "" ? t("common:form.required") : null),
    },
  });
  const showFieldErrors = useFieldErrors(form);
  const submit = form.onSubmit(({ timestamp, replacement, reason }) =>
    correct.mutate(
      {
        timestamp: task.timestamp ?? instantOf(timestamp, zone).toISOString(),
        replacement: replaces ? Number(replacement) : null,
        reason: reason.trim(),
      },
      { onSuccess: onClose, onError: showFieldErrors },
    ),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {task.timestamp === null ? (
          <LocalTimeInput
            zone={zone}
            label={t("time", { zone })}
            data-autofocus
            {...form.getInputProps("timestamp")}
          />
        ) : (
          <Text fw={600}>{format.exact(task.timestamp, zone)}</Text>
        )}
        {task.timestamp === null && (
          <SegmentedControl
            aria-label={t("correct")}
            value={kind}
            onChange={(value) => setKind(value as Task["kind"])}
            data={[
              { value: "replace", label: t("replace") },
              { value: "set_aside", label: t("setAside") },
            ]}
          />
        )}
        <Text size="sm">{t(replaces ? "replaceText" : "setAsideText")}</Text>
        {replaces && (
          <NumberInput
            label={t("newValue", { unit: device.unit })}
            withAsterisk
            min={0}
            decimalScale={6}
            decimalSeparator={format.language === "ro" ? "," : "."}
            data-autofocus={task.timestamp !== null || undefined}
            {...form.getInputProps("replacement")}
          />
        )}
        <Textarea
          label={t("reasonLabel")}
          description={t("reasonHint")}
          withAsterisk
          autosize
          minRows={2}
          maxLength={MAX_REASON}
          data-autofocus={(task.timestamp !== null && !replaces) || undefined}
          {...form.getInputProps("reason")}
        />
        <FormFooter
          submit={t(replaces ? "replace" : "setAside")}
          pending={correct.isPending}
          error={correct.error}
          fieldErrors={form.errors}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
