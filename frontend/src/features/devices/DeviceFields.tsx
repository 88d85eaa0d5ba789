import { NumberInput, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Owner } from "@/api/types";
import { TimeZoneSelect } from "@/components/TimeZoneSelect";
import type { DeviceValues } from "./deviceForm";
import { OwnerSelect } from "./OwnerSelect";

type Props = { form: UseFormReturnType<DeviceValues>; owner: Owner | null };

export function DeviceFields({ form, owner }: Props) {
  const { t, i18n } = useTranslation("devices");
  const limit = form.getInputProps("max_hourly_consumption_kwh");
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
      <OwnerSelect
        label={t("form.owner")}
        description={t("form.ownerHint")}
        placeholder={t("form.ownerNone")}
        current={owner}
        value={form.values.owner_id}
        onChange={(id) => form.setFieldValue("owner_id", id)}
        error={form.errors.owner_id}
      />
      <NumberInput
        label={t("form.limit")}
        description={t("form.limitHint")}
        required
        hideControls
        inputMode="decimal"
        allowNegative={false}
        decimalScale={6}
        decimalSeparator={i18n.language === "ro" ? "," : "."}
        allowedDecimalSeparators={[",", "."]}
        {...limit}
      />
      <TimeZoneSelect
        label={t("form.zone")}
        description={t("form.zoneHint")}
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
