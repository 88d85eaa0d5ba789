import { Accordion, NumberInput, Radio, Stack, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { AmountInput } from "./AmountInput";
import type { DeviceValues } from "./deviceForm";

const ADVANCED = "advanced";
const FIELDS = ["max_power_kw", "interval_minutes", "stamp"];

type Props = { form: UseFormReturnType<DeviceValues>; note?: ReactNode };

/** The section for what few meters need. Closed at first; it opens when one of its fields has an error. */
export function MeteringFields({ form, note }: Props) {
  const { t } = useTranslation("devices");
  const [opened, setOpened] = useState<string | null>(null);
  const wrong = FIELDS.some((field) => form.errors[field]);
  return (
    <Accordion
      value={wrong ? ADVANCED : opened}
      onChange={setOpened}
      styles={{ content: { padding: 0 } }}
    >
      <Accordion.Item value={ADVANCED} style={{ border: 0 }}>
        <Accordion.Control px={0} style={{ backgroundColor: "transparent" }}>
          <Text size="sm" fw={500}>
            {t("form.advanced")}
          </Text>
        </Accordion.Control>
        <Accordion.Panel>
          <Stack>
            {note && (
              <Text size="xs" c="dimmed">
                {note}
              </Text>
            )}
            <AmountInput
              label={t("form.power")}
              description={t("form.powerHint")}
              required
              {...form.getInputProps("max_power_kw")}
            />
            <NumberInput
              label={t("form.interval")}
              description={t("form.intervalHint")}
              placeholder={t("form.intervalNone")}
              hideControls
              inputMode="numeric"
              allowNegative={false}
              allowDecimal={false}
              {...form.getInputProps("interval_minutes")}
            />
            <Radio.Group
              label={t("form.stamp")}
              description={t("form.stampHint")}
              {...form.getInputProps("stamp")}
            >
              <Stack gap="xs" mt={6}>
                <Radio value="start" label={t("form.stampStart")} />
                <Radio value="end" label={t("form.stampEnd")} />
              </Stack>
            </Radio.Group>
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
