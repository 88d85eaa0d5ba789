import { Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { User } from "@/api/types";
import { FormFoot } from "@/components/FormFoot";
import { useRefusals } from "@/components/refusals";
import { useChangeProfile } from "./api/useChangeProfile";
import { looksRight, toUpdate, valuesOf } from "./profileForm";
import { Said } from "./Said";
import { Section } from "./Section";

export function ProfileSection({ user }: { user: User }) {
  const { t } = useTranslation(["account", "common"]);
  const change = useChangeProfile(user.id);
  const form = useForm({
    initialValues: valuesOf(user),
    validate: {
      email: (text) => (looksRight.email(text) ? null : t("common:form.email")),
      phone: (text) => (looksRight.phone(text) ? null : t("common:form.phone")),
    },
    onValuesChange: () => change.reset(),
  });
  const refuse = useRefusals(form);
  const submit = form.onSubmit((values) =>
    change.mutate(toUpdate(values, user), {
      onSuccess: (saved) => form.setInitialValues(valuesOf(saved)),
      onError: refuse,
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
          <Said>{change.isSuccess && t("saved")}</Said>
          <FormFoot
            submit={t("common:action.save")}
            pending={change.isPending}
            disabled={Object.keys(toUpdate(form.values, user)).length === 0}
            reason={change.error}
            beside={Object.keys(form.errors).length > 0}
          />
        </Stack>
      </form>
    </Section>
  );
}
