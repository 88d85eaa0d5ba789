import { Anchor, Card, Group, Text, Title } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";

export function RejectedCard({ pending }: { pending: number }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  return (
    <Card component="section" h="100%" aria-labelledby="rejected">
      <Title order={2} size="h5" id="rejected">
        <Anchor inherit renderRoot={(props) => <Link to="/rejected" {...props} />}>
          <Group gap={4} wrap="nowrap" component="span">
            {t("rejected")}
            <IconChevronRight size={16} aria-hidden />
          </Group>
        </Anchor>
      </Title>
      <Text fz={28} fw={650} lh={1.2}>
        {format.number(pending)}
      </Text>
      <Text size="xs" c="dimmed">
        {t(pending > 0 ? "rejectedHint" : "rejectedNone")}
      </Text>
    </Card>
  );
}
