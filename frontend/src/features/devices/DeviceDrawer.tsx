import { useTranslation } from "react-i18next";
import { useDevice } from "@/api/calls/useDevice";
import { isMissing } from "@/api/problem";
import { EditDrawer } from "@/components/EditDrawer";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { ConnectDevice } from "./ConnectDevice";
import { EditDeviceForm } from "./EditDeviceForm";
import { NewDeviceForm } from "./NewDeviceForm";
import type { DevicesSearch } from "./search";

type Props = { search: DevicesSearch; onChange: (change: DevicesSearch) => void };

/** The form of a new or an existing meter, or how to connect it; `search` says which. */
export function DeviceDrawer({ search: { device, connect }, onChange }: Props) {
  const { t } = useTranslation("devices");
  const existing = device !== undefined && device !== "new";
  const name = useDevice(device ?? "", existing).data?.name ?? "…";
  const close = () => onChange({ device: undefined, connect: undefined });
  const title = existing ? t(connect ? "connectTitle" : "editTitle", { name }) : t("newTitle");
  return (
    <EditDrawer
      opened={device !== undefined}
      title={title}
      size={connect ? "lg" : "md"}
      onClose={close}
    >
      {existing ? (
        <ExistingDevice key={device} id={device} connect={connect ?? false} onClose={close} />
      ) : (
        <NewDeviceForm
          onCreated={({ id }) => onChange({ device: id, connect: true })}
          onClose={close}
        />
      )}
    </EditDrawer>
  );
}

type ExistingProps = { id: string; connect: boolean; onClose: () => void };

function ExistingDevice({ id, connect, onClose }: ExistingProps) {
  const { t } = useTranslation("devices");
  const device = useDevice(id);
  if (isMissing(device.error)) {
    return <EmptyState title={t("gone")} />;
  }
  return (
    <StateBlock query={device} height={560}>
      {(known) =>
        connect ? (
          <ConnectDevice device={known} onClose={onClose} />
        ) : (
          <EditDeviceForm device={known} onClose={onClose} />
        )
      }
    </StateBlock>
  );
}
