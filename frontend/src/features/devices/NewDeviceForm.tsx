import { Input, SegmentedControl, Stack } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { FormFoot } from "@/components/FormFoot";
import { useRefusals } from "@/components/refusals";
import { browserZone } from "@/i18n/zones";
import { useCreateDevice } from "./api/useCreateDevice";
import { DeviceFields } from "./DeviceFields";
import { newDevice, toCreate } from "./deviceForm";
import { energyUnits } from "./units";
import { useDeviceForm } from "./useDeviceForm";

type Props = { onCreated: (device: Device) => void; onClose: () => void };

export function NewDeviceForm({ onCreated, onClose }: Props) {
  const { t } = useTranslation("devices");
  const unitId = useId();
  const create = useCreateDevice();
  const form = useDeviceForm(newDevice(browserZone()));
  const refuse = useRefusals(form);
  const submit = form.onSubmit((values) =>
    create.mutate(toCreate(values), { onSuccess: onCreated, onError: refuse }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <DeviceFields form={form} owner={null} />
        <Input.Wrapper
          label={t("form.unit")}
          labelElement="div"
          labelProps={{ id: unitId }}
          description={t("form.unitHint")}
          error={form.errors.unit}
        >
          <SegmentedControl
            mt={6}
            fullWidth
            aria-labelledby={unitId}
            data={energyUnits}
            {...form.getInputProps("unit")}
          />
        </Input.Wrapper>
        <FormFoot
          submit={t("form.create")}
          pending={create.isPending}
          reason={create.error}
          beside={Object.keys(form.errors).length > 0}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
