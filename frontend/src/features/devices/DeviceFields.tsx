import { Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { TimeZoneSelect } from "@/components/TimeZoneSelect";
import { AmountInput } from "./AmountInput";
import type { DeviceValues } from "./deviceForm";

type Props = {
  form: UseFormReturnType<DeviceValues>;
  owner: ReactNode;
  /** Shown when the time zone is another than at first. */
  zoneNote?: string;
};

export function DeviceFields({ form, owner, zoneNote }: Props) {
  const { t } = useTranslation("devices");
  return (
    <>
      <TextInput
        label={t("form.name")}
        required
        maxLength={100}
        data-autofocus
        {...form.getInputProps("name")}
      />
      <TextInput label={t("form.address")} maxLength={300} {...form.getInputProps("address")} />
      {owner}
      <AmountInput
        label={t("form.limit")}
        description={t("form.limitHint")}
        required
        {...form.getInputProps("max_hourly_consumption_kwh")}
      />
      <TimeZoneSelect
        label={t("form.zone")}
        description={(form.isDirty("time_zone") && zoneNote) || t("form.zoneHint")}
        required
        value={form.values.time_zone}
        onChange={(zone) => form.setFieldValue("time_zone", zone)}
        error={form.errors.time_zone}
      />
      <Textarea
        label={t("form.description")}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={2000}
        {...form.getInputProps("description")}
      />
    </>
  );
}
