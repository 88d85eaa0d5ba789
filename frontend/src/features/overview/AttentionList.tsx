import { Card, Group, Text, Title } from "@mantine/core";
import {
  IconChevronRight,
  IconCircleCheck,
  IconFlame,
  IconMailX,
  IconVolumeOff,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Fleet } from "@/api/types";
import { useFormat } from "@/i18n/format";
import classes from "./AttentionList.module.css";

type Item = Fleet["attention"][number];

const styles = {
  over_limit: { icon: IconFlame, color: "var(--contor-over)" },
  silent: { icon: IconVolumeOff, color: "var(--contor-near)" },
  rejected: { icon: IconMailX, color: "var(--contor-near)" },
} as const;

/** Each line links to the page where the problem can be solved. */
export function AttentionList({ items }: { items: Item[] }) {
  const { t } = useTranslation("overview");
  return (
    <Card component="section" aria-labelledby="attention">
      <Title order={2} size="h5" id="attention" mb="xs">
        {t("attention")}
      </Title>
      {items.length === 0 ? (
        <Group gap="xs" wrap="nowrap">
          <IconCircleCheck size={20} color="var(--contor-ok)" aria-hidden />
          <Text size="sm">{t("fine")}</Text>
        </Group>
      ) : (
        <ul className={classes.list}>
          {items.map((item) => (
            <li key={`${item.kind}:${item.device_id}`}>
              <Line item={item} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Line({ item }: { item: Item }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const { kind, device_id: id, name, since } = item;
  const { icon: Icon, color } = styles[kind];
  if (kind === "rejected" || !id) {
    return (
      <Link to="/rejected" className={classes.line}>
        <LineContent icon={<Icon size={20} color={color} aria-hidden />}>
          {t("rejectedLine", { count: item.count ?? 0 })}
        </LineContent>
      </Link>
    );
  }
  const time = since ? format.timeOrDate(since) : "–";
  return (
    <Link to="/meters/$deviceId" params={{ deviceId: id }} className={classes.line}>
      <LineContent icon={<Icon size={20} color={color} aria-hidden />}>
        {t(kind === "silent" ? "silentLine" : "overLine", { name: name ?? id, time })}
      </LineContent>
    </Link>
  );
}

function LineContent({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <>
      {icon}
      <Text size="sm" flex={1} component="span">
        {children}
      </Text>
      <IconChevronRight size={16} aria-hidden />
    </>
  );
}
