import { Divider, Text } from "@mantine/core";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import { addToDate, dayIn } from "@/i18n/zone";
import { browserZone } from "@/i18n/zones";
import { MessageRow } from "./MessageRow";
import type { Names } from "./names";
import type { Row } from "./rows";
import { systemLine } from "./systemLine";
import classes from "./thread.module.css";

type Props = { rows: Row[]; names: Names; delivery?: string; onFollow?: () => void };

/** Memoised: typing in the composer must not render a long thread again. */
export const Rows = memo(function Rows({ rows, delivery, ...rest }: Props) {
  const last = rows.at(-1);
  return rows.map((row) => (
    <RowView key={row.key} row={row} delivery={row === last ? delivery : undefined} {...rest} />
  ));
});

function RowView({ row, names, delivery, onFollow }: Omit<Props, "rows"> & { row: Row }) {
  const { t } = useTranslation("chat");
  switch (row.kind) {
    case "day":
      return <Day at={row.at} />;
    case "divider":
      return (
        <Divider
          my="xs"
          color="var(--contor-ok)"
          label={t("thread.unread")}
          styles={{ label: { color: "var(--mantine-color-petrol-text)", fontWeight: 600 } }}
          data-divider
        />
      );
    case "line":
      return (
        <Text className={classes.line} data-seq={row.message.seq}>
          {systemLine(t, row.message, names)}
        </Text>
      );
    case "message":
      return <MessageRow row={row} names={names} delivery={delivery} onFollow={onFollow} />;
  }
}

function Day({ at }: { at: string }) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  const zone = browserZone();
  const today = dayIn(zone, Date.now());
  const day = dayIn(zone, at);
  const text =
    day === today
      ? t("thread.today")
      : day === addToDate(today, { days: -1 })
        ? t("thread.yesterday")
        : format.longDate(at);
  return (
    <Text className={classes.day}>
      <time dateTime={day}>{text}</time>
    </Text>
  );
}
