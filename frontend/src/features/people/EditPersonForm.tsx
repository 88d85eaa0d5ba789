import { Divider, Stack, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { User } from "@/api/types";
import { FormFoot } from "@/components/FormFoot";
import { useRefusals } from "@/components/refusals";
import { useChangePerson } from "./api/useChangePerson";
import { PasswordField, ProfileFields, RoleField } from "./PersonFields";
import { toUpdate, valuesOf } from "./personForm";
import { usePersonForm } from "./usePersonForm";

export function EditPersonForm({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  const change = useChangePerson();
  const form = usePersonForm(valuesOf(user), true);
  const refuse = useRefusals(form);
  const submit = form.onSubmit((values) => {
    const update = toUpdate(values, user);
    if (Object.keys(update).length === 0) return onClose();
    change.mutate({ id: user.id, ...update }, { onSuccess: onClose, onError: refuse });
  });
  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack>
        <ProfileFields form={form} first />
        <Divider />
        <RoleField form={form} />
        <Switch
          label={t("form.disabled")}
          description={t("form.disabledHint")}
          {...form.getInputProps("disabled", { type: "checkbox" })}
        />
        <PasswordField form={form} label={t("form.newPassword")} hint={t("form.newPasswordHint")} />
        <FormFoot
          submit={t("common:action.save")}
          pending={change.isPending}
          reason={change.error}
          beside={Object.keys(form.errors).length > 0}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
