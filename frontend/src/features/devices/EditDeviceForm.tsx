import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { FormFooter } from "@/components/FormFooter";
import { useFieldErrors } from "@/components/fieldErrors";
import { useChangeDevice } from "./api/useChangeDevice";
import { CurrentOwner } from "./CurrentOwner";
import { DeviceFields } from "./DeviceFields";
import { toUpdate, valuesOf } from "./deviceForm";
import { MeteringFields } from "./MeteringFields";
import { useDeviceForm } from "./useDeviceForm";

export function EditDeviceForm({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation(["common", "devices"]);
  const change = useChangeDevice();
  const form = useDeviceForm(valuesOf(device));
  const showFieldErrors = useFieldErrors(form);
  const submit = form.onSubmit((values) => {
    const update = toUpdate(values, device);
    if (Object.keys(update).length === 0) return onClose();
    change.mutate({ id: device.id, ...update }, { onSuccess: onClose, onError: showFieldErrors });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <DeviceFields
          form={form}
          owner={<CurrentOwner device={device} />}
          zoneNote={t("devices:form.zoneChanged")}
        />
        <MeteringFields form={form} note={t("devices:form.advancedNote")} />
        <FormFooter
          submit={t("action.save")}
          pending={change.isPending}
          error={change.error}
          fieldErrors={form.errors}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
