import { Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FormFooter } from "@/components/FormFooter";
import { useFieldErrors } from "@/components/fieldErrors";
import { useCreatePerson } from "./api/useCreatePerson";
import { PasswordField, ProfileFields, RoleField } from "./PersonFields";
import { newPerson, toCreate } from "./personForm";
import { usePersonForm } from "./usePersonForm";

export function NewPersonForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("people");
  const create = useCreatePerson();
  const form = usePersonForm(newPerson, false);
  const showFieldErrors = useFieldErrors(form);
  const submit = form.onSubmit((values) =>
    create.mutate(toCreate(values), { onSuccess: onClose, onError: showFieldErrors }),
  );
  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack>
        <TextInput
          label={t("form.username")}
          description={t("form.usernameHint")}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          data-autofocus
          {...form.getInputProps("username")}
        />
        <PasswordField form={form} label={t("form.password")} required />
        <RoleField form={form} />
        <ProfileFields form={form} />
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
