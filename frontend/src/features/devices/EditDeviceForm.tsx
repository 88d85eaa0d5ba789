import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { FormFoot } from "@/components/FormFoot";
import { useRefusals } from "@/components/refusals";
import { useChangeDevice } from "./api/useChangeDevice";
import { DeviceFields } from "./DeviceFields";
import { toUpdate, valuesOf } from "./deviceForm";
import { useDeviceForm } from "./useDeviceForm";

export function EditDeviceForm({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation("common");
  const change = useChangeDevice();
  const form = useDeviceForm(valuesOf(device));
  const refuse = useRefusals(form);
  const submit = form.onSubmit((values) => {
    const update = toUpdate(values, device);
    if (Object.keys(update).length === 0) return onClose();
    change.mutate({ id: device.id, ...update }, { onSuccess: onClose, onError: refuse });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <DeviceFields form={form} owner={device.owner} />
        <FormFoot
          submit={t("action.save")}
          pending={change.isPending}
          reason={change.error}
          beside={Object.keys(form.errors).length > 0}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
