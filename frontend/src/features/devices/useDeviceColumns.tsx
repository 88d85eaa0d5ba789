import { Box, Skeleton, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Device, Summary } from "@/api/types";
import type { Column } from "@/components/DataTable";
import { useFormat } from "@/i18n/format";
import { useDeviceState } from "./useDeviceState";

export type RenderState = (summary: Summary | undefined) => ReactNode;

/** Owner, limit and time zone are hidden on a phone. */
export function useDeviceColumns(
  renderState: RenderState,
  actions: Column<Device>["render"],
): Column<Device>[] {
  const { t } = useTranslation(["devices", "common"]);
  const format = useFormat();
  return [
    {
      key: "name",
      header: t("column.name"),
      sort: "name",
      render: ({ name, address }) => (
        <>
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            {address}
          </Text>
        </>
      ),
    },
    {
      key: "owner",
      header: t("column.owner"),
      sort: "owner",
      wide: true,
      render: ({ owner }) =>
        owner ? (
          (owner.full_name ?? owner.username)
        ) : (
          <Text size="sm" c="dimmed">
            {t("noOwner")}
          </Text>
        ),
    },
    {
      key: "limit",
      header: t("column.limit"),
      nowrap: true,
      align: "right",
      wide: true,
      render: ({ max_hourly_consumption_kwh: limit }) =>
        limit === null ? "–" : format.kwhExact(limit),
    },
    {
      key: "state",
      header: t("column.state"),
      render: ({ id }) => <State id={id} render={renderState} />,
    },
    {
      key: "zone",
      header: t("column.zone"),
      nowrap: true,
      wide: true,
      render: ({ time_zone }) => time_zone,
    },
    {
      key: "actions",
      header: t("common:table.actions"),
      hideHeader: true,
      align: "right",
      render: actions,
    },
  ];
}

function State({ id, render }: { id: string; render: RenderState }) {
  const { known, summary } = useDeviceState(id);
  return (
    <Box miw={{ base: 104, sm: 150 }}>{known ? render(summary) : <Skeleton h={16} w={120} />}</Box>
  );
}
