import { ActionIcon, Button, Group, Skeleton, Table, Text, Title, Tooltip } from "@mantine/core";
import { IconChartBar, IconDownload, IconTable } from "@tabler/icons-react";
import type { EChartsCoreOption } from "echarts/core";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Cell, downloadCsv } from "./csv";

const EChart = lazy(() => import("./chart/EChart"));

type Data = { header: string[]; rows: Cell[][] };

type Props = {
  title: string;
  /** The chart in one sentence, for screen readers. */
  label: string;
  option: EChartsCoreOption;
  height?: number;
  zoom?: boolean;
  onPick?: (index: number) => void;
  /** The rows of "Show as table", formatted in the user's language. */
  table: Data;
  /** The downloaded file: plain numbers and ISO times. */
  csv: Data & { name: string };
  /** Shown below the chart. */
  legend?: ReactNode;
  /** Shown between the title and the buttons. */
  extra?: ReactNode;
};

/** A chart that can also be shown as a table and downloaded as CSV. */
export function Chart(props: Props) {
  const { title, label, option, height = 320, zoom, onPick, table, csv, extra, legend } = props;
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="sm" align="baseline">
          <Title order={2} size="h4">
            {title}
          </Title>
          {extra}
        </Group>
        <Group gap={4}>
          <Button
            size="compact-sm"
            variant="subtle"
            aria-pressed={asTable}
            leftSection={
              asTable ? <IconChartBar size={16} aria-hidden /> : <IconTable size={16} aria-hidden />
            }
            onClick={() => setAsTable(!asTable)}
          >
            {t(asTable ? "action.showChart" : "action.showTable")}
          </Button>
          <Tooltip label={t("action.downloadCsv")}>
            <ActionIcon
              variant="subtle"
              aria-label={`${t("action.downloadCsv")}: ${title}`}
              onClick={() => downloadCsv(csv.name, csv.header, csv.rows)}
            >
              <IconDownload size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {asTable ? (
        <ChartTable label={label} height={height} {...table} />
      ) : (
        <div role="img" aria-label={label}>
          <Suspense fallback={<Skeleton h={height} radius="md" />}>
            <EChart option={option} height={height} zoom={zoom} onPick={onPick} />
          </Suspense>
        </div>
      )}
      {!asTable && legend}
    </section>
  );
}

/** Numbers and dates do not wrap; the table scrolls instead. */
const noWrap = { whiteSpace: "nowrap" } as const;

function ChartTable({ label, header, rows, height }: Data & { label: string; height: number }) {
  return (
    <Table.ScrollContainer
      minWidth={0}
      mah={height + 120}
      maxHeight={height + 120}
      scrollAreaProps={{
        offsetScrollbars: "present",
        viewportProps: { tabIndex: 0, role: "region", "aria-label": label },
      }}
    >
      <Table stickyHeader striped verticalSpacing={6} className="digits">
        <Table.Caption>
          <Text size="xs">{label}</Text>
        </Table.Caption>
        <Table.Thead style={noWrap}>
          <Table.Tr>
            {header.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody style={noWrap}>
          {rows.map((row) => (
            <Table.Tr key={String(row[0])}>
              {row.map((cell, column) => (
                <Table.Td key={header[column]}>{cell ?? "–"}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
