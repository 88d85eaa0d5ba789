import { Button } from "@mantine/core";
import { IconBolt, IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type DevicesQuery, useDevices } from "@/api/calls/useDevices";
import type { Device } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { PageHeader } from "@/components/PageHeader";
import { EmptyState } from "@/components/StateBlock";
import { useTableState } from "@/components/useTableState";
import { AssignOwner } from "./AssignOwner";
import { DeleteDevice } from "./DeleteDevice";
import { DeviceActions } from "./DeviceActions";
import { DeviceDrawer } from "./DeviceDrawer";
import { DeviceFilters } from "./DeviceFilters";
import type { DevicesSearch } from "./search";
import { type RenderState, useDeviceColumns } from "./useDeviceColumns";

type DevicesSort = NonNullable<DevicesQuery["sort"]>;

const route = getRouteApi("/member/admin/meters");

export function DevicesPage({ renderState }: { renderState: RenderState }) {
  const { t } = useTranslation("devices");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = (change: DevicesSearch) => void navigate({ search: { ...search, ...change } });

  const { owner, unassigned } = search;
  const filtered = owner !== undefined || unassigned !== undefined;
  const table = useTableState<DevicesSort>("name", `${owner} ${unassigned}`);
  const devices = useDevices({ ...table.query, owner_id: owner, unassigned });
  const [assigning, setAssigning] = useState<Device | null>(null);
  const [deleting, setDeleting] = useState<Device | null>(null);
  const columns = useDeviceColumns(renderState, (device) => (
    <DeviceActions
      device={device}
      onEdit={() => go({ device: device.id, connect: undefined })}
      onAssign={() => setAssigning(device)}
      onConnect={() => go({ device: device.id, connect: true })}
      onDelete={() => setDeleting(device)}
    />
  ));
  const add = (
    <Button
      leftSection={<IconPlus size={18} aria-hidden />}
      onClick={() => go({ device: "new", connect: undefined })}
    >
      {t("add")}
    </Button>
  );

  return (
    <>
      <PageHeader title={t("title")} actions={add} />
      <DataTable
        label={t("title")}
        columns={columns}
        query={devices}
        state={table}
        rowKey={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: "/meters/$deviceId", params: { deviceId: id } })}
        filters={<DeviceFilters search={search} onChange={go} />}
        empty={
          filtered ? (
            <EmptyState title={t("noneMatch")} />
          ) : (
            <EmptyState
              icon={<IconBolt size={26} />}
              title={t("emptyTitle")}
              text={t("emptyText")}
            />
          )
        }
      />
      <DeviceDrawer search={search} onChange={go} />
      {assigning && <AssignOwner device={assigning} onClose={() => setAssigning(null)} />}
      {deleting && <DeleteDevice device={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}
