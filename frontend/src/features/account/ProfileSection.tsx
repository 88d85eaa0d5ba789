import { Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { User } from "@/api/types";
import { FormFooter } from "@/components/FormFooter";
import { useFieldErrors } from "@/components/fieldErrors";
import { isEmailOrEmpty, isPhoneOrEmpty } from "@/components/personRules";
import { useChangeProfile } from "./api/useChangeProfile";
import { toUpdate, valuesOf } from "./profileForm";
import { Section } from "./Section";
import { SuccessText } from "./SuccessText";

export function ProfileSection({ user }: { user: User }) {
  const { t } = useTranslation(["account", "common"]);
  const change = useChangeProfile(user.id);
  const form = useForm({
    initialValues: valuesOf(user),
    validate: {
      email: (text) => (isEmailOrEmpty(text) ? null : t("common:form.email")),
      phone: (text) => (isPhoneOrEmpty(text) ? null : t("common:form.phone")),
    },
    onValuesChange: () => change.reset(),
  });
  const showFieldErrors = useFieldErrors(form);
  const submit = form.onSubmit((values) =>
    change.mutate(toUpdate(values, user), {
      onSuccess: (saved) => form.setInitialValues(valuesOf(saved)),
      onError: showFieldErrors,
    }),
  );
  return (
    <Section title={t("profile")}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label={t("fullName")}
            autoComplete="name"
            maxLength={200}
            {...form.getInputProps("full_name")}
          />
          <TextInput
            label={t("email")}
            type="email"
            autoComplete="email"
            {...form.getInputProps("email")}
          />
          <TextInput
            label={t("phone")}
            type="tel"
            autoComplete="tel"
            {...form.getInputProps("phone")}
          />
          <SuccessText>{change.isSuccess && t("saved")}</SuccessText>
          <FormFooter
            submit={t("common:action.save")}
            pending={change.isPending}
            disabled={Object.keys(toUpdate(form.values, user)).length === 0}
            error={change.error}
            fieldErrors={form.errors}
          />
        </Stack>
      </form>
    </Section>
  );
}
