import { Alert, Modal, Radio, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconInfoCircle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { FormFooter } from "@/components/FormFooter";
import { useFieldErrors } from "@/components/fieldErrors";
import { useNow } from "@/components/useNow";
import { useFormat } from "@/i18n/format";
import { instantOf } from "@/i18n/zone";
import { useAssignOwner } from "./api/useAssignOwner";
import { OwnerSelect } from "./OwnerSelect";
import { nameOf, outcomeOf, type Person, quarterHourStart } from "./ownership";
import { SinceInput } from "./SinceInput";

type Props = { device: Device; onClose: () => void };

/** The dialog that gives a meter to another owner, or takes the owner away, and says what the new one will see. */
export function AssignOwner(props: Props) {
  const { t } = useTranslation(["devices", "common"]);
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t("owner.title", { name: props.device.name })}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      styles={{ title: { fontWeight: 650, lineHeight: 1.35 } }}
    >
      <AssignForm {...props} />
    </Modal>
  );
}

type Values = {
  owner_id: string | null;
  begins: "now" | "earlier";
  /** Local time of the meter, such as "2026-05-04T10:15"; empty while it is not chosen. */
  since: string;
};

function AssignForm({ device, onClose }: Props) {
  const { t } = useTranslation(["devices", "common"]);
  const format = useFormat();
  const now = useNow();
  const assign = useAssignOwner();
  const [chosen, setChosen] = useState<Person | null>(device.owner);
  const form = useForm<Values>({
    initialValues: { owner_id: device.owner_id, begins: "now", since: "" },
    validate: {
      since: (since, { begins }) =>
        begins === "earlier" && since === "" ? t("common:form.required") : null,
    },
  });
  const showFieldErrors = useFieldErrors(form);
  const { owner_id, begins, since } = form.values;
  const earlier =
    begins === "earlier" && since !== ""
      ? instantOf(`${since.slice(0, 16)}:00`, device.time_zone).getTime()
      : null;
  const submit = form.onSubmit(() => {
    const body = { owner_id, since: earlier === null ? null : new Date(earlier).toISOString() };
    assign.mutate({ id: device.id, ...body }, { onSuccess: onClose, onError: showFieldErrors });
  });
  return (
    // Inside the form of the meter: its submit event must not reach that form.
    <form
      noValidate
      onSubmit={(event) => {
        event.stopPropagation();
        submit(event);
      }}
    >
      <Stack>
        <OwnerSelect
          label={t("form.owner")}
          description={t("form.ownerHint")}
          placeholder={t("noOwner")}
          current={device.owner}
          value={owner_id}
          onChange={(id, person) => {
            setChosen(person);
            form.setFieldValue("owner_id", id);
          }}
          error={form.errors.owner_id}
          data-autofocus
        />
        <Radio.Group label={t("owner.begins")} {...form.getInputProps("begins")}>
          <Stack gap="xs" mt={6}>
            <Radio
              value="now"
              label={t("owner.now", {
                time: format.time(quarterHourStart(now), device.time_zone),
              })}
            />
            <Radio value="earlier" label={t("owner.earlier")} />
          </Stack>
        </Radio.Group>
        {begins === "earlier" && (
          <SinceInput zone={device.time_zone} now={now} {...form.getInputProps("since")} />
        )}
        {(begins === "now" || earlier !== null) && (
          <OutcomeText device={device} chosen={chosen} since={earlier ?? now} />
        )}
        <FormFooter
          submit={t("owner.submit")}
          pending={assign.isPending}
          error={assign.error}
          fieldErrors={form.errors}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}

type OutcomeProps = { device: Device; chosen: Person | null; since: number };

function OutcomeText({ device, chosen, since }: OutcomeProps) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  const { effect, from, replaces } = outcomeOf(device, chosen?.id ?? null, since);
  const names = {
    owner: chosen ? nameOf(chosen) : t("noOwner"),
    previous: device.owner ? nameOf(device.owner) : t("noOwner"),
    from: format.dateTime(from, device.time_zone),
  };
  return (
    <Alert variant="light" icon={<IconInfoCircle />} aria-live="polite" role="status">
      <Text size="sm">
        {t(`owner.effect.${effect}`, names)}
        {effect === "next" && !replaces && ` ${t("owner.previousKeeps", names)}`}
        {replaces && ` ${t("owner.replaces", names)}`}
      </Text>
    </Alert>
  );
}
