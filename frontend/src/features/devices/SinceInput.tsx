import { TextInput, type TextInputProps } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { localTime } from "@/i18n/zone";
import { QUARTER_HOUR } from "./ownership";

type Props = TextInputProps & { zone: string; now: number };

/** A local time of the meter, such as "2026-05-04T10:15", between 2010 and now; the browser's own picker. */
export function SinceInput({ zone, now, ...props }: Props) {
  const { t } = useTranslation("devices");
  return (
    <TextInput
      type="datetime-local"
      label={t("owner.when")}
      description={t("owner.whenHint", { zone: zone.replaceAll("_", " ") })}
      required
      step={QUARTER_HOUR / 1_000}
      min="2010-01-02T00:00"
      max={localTime(new Date(now).toISOString(), zone).slice(0, 16)}
      {...props}
    />
  );
}
