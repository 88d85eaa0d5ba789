import { Divider, Stack, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { User } from "@/api/types";
import { FormFooter } from "@/components/FormFooter";
import { useFieldErrors } from "@/components/fieldErrors";
import { useChangePerson } from "./api/useChangePerson";
import { PasswordField, ProfileFields, RoleField } from "./PersonFields";
import { toUpdate, valuesOf } from "./personForm";
import { usePersonForm } from "./usePersonForm";

export function EditPersonForm({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  const change = useChangePerson();
  const form = usePersonForm(valuesOf(user), true);
  const showFieldErrors = useFieldErrors(form);
  const submit = form.onSubmit((values) => {
    const update = toUpdate(values, user);
    if (Object.keys(update).length === 0) return onClose();
    change.mutate({ id: user.id, ...update }, { onSuccess: onClose, onError: showFieldErrors });
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
        <FormFooter
          submit={t("common:action.save")}
          pending={change.isPending}
          error={change.error}
          fieldErrors={form.errors}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
