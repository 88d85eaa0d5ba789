import { Card, Group, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Fleet } from "@/api/types";
import { Sparkline } from "@/components/Sparkline";
import { useFormat } from "@/i18n/format";
import { rateOf } from "./rate";

export function RateCard({ fleet }: { fleet: Fleet }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const { values, last, most } = rateOf(fleet.readings_per_minute);
  return (
    <Card component="section" h="100%" aria-labelledby="rate">
      <Title order={2} size="h5" id="rate">
        {t("rate")}
      </Title>
      <Group gap="xs" align="baseline" mb="xs">
        <Text fz={28} fw={650} lh={1.2} className="digits">
          {format.number(last)}
        </Text>
        <Text size="xs" c="dimmed">
          {t("rateNow")}
        </Text>
      </Group>
      <Sparkline
        values={values}
        height={64}
        label={t("rateLabel", { last: format.number(last), most: format.number(most) })}
      />
      <Group justify="space-between" mt={4}>
        <Text size="xs" c="dimmed">
          {t("hourAgo")}
        </Text>
        <Text size="xs" c="dimmed">
          {t("now")}
        </Text>
      </Group>
    </Card>
  );
}
