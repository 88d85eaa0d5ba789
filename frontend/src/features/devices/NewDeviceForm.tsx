import { Input, SegmentedControl, Stack } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { FormFooter } from "@/components/FormFooter";
import { useFieldErrors } from "@/components/fieldErrors";
import { browserZone } from "@/i18n/zones";
import { useCreateDevice } from "./api/useCreateDevice";
import { DeviceFields } from "./DeviceFields";
import { newDevice, toCreate } from "./deviceForm";
import { MeteringFields } from "./MeteringFields";
import { OwnerSelect } from "./OwnerSelect";
import { energyUnits } from "./units";
import { useDeviceForm } from "./useDeviceForm";

type Props = { onCreated: (device: Device) => void; onClose: () => void };

export function NewDeviceForm({ onCreated, onClose }: Props) {
  const { t } = useTranslation("devices");
  const unitId = useId();
  const create = useCreateDevice();
  const form = useDeviceForm(newDevice(browserZone()));
  const showFieldErrors = useFieldErrors(form);
  const submit = form.onSubmit((values) =>
    create.mutate(toCreate(values), { onSuccess: onCreated, onError: showFieldErrors }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <DeviceFields
          form={form}
          owner={
            <OwnerSelect
              label={t("form.owner")}
              description={t("form.ownerHint")}
              placeholder={t("form.ownerNone")}
              current={null}
              value={form.values.owner_id}
              onChange={(id) => form.setFieldValue("owner_id", id)}
              error={form.errors.owner_id}
            />
          }
        />
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
        <MeteringFields form={form} />
        <FormFooter
          submit={t("form.create")}
          pending={create.isPending}
          error={create.error}
          fieldErrors={form.errors}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
