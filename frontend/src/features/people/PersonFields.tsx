import { Input, PasswordInput, SegmentedControl, Text, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { PasswordStrength } from "@/components/PasswordStrength";
import type { PersonValues } from "./personForm";

type Props = { form: UseFormReturnType<PersonValues> };

/** With `first`, the drawer focuses the first of these fields when it opens. */
export function ProfileFields({ form, first }: Props & { first?: boolean }) {
  const { t } = useTranslation("people");
  return (
    <>
      <TextInput
        label={t("form.fullName")}
        autoComplete="off"
        maxLength={200}
        data-autofocus={first || undefined}
        {...form.getInputProps("full_name")}
      />
      <TextInput
        label={t("form.email")}
        type="email"
        autoComplete="off"
        {...form.getInputProps("email")}
      />
      <TextInput
        label={t("form.phone")}
        type="tel"
        autoComplete="off"
        {...form.getInputProps("phone")}
      />
    </>
  );
}

export function RoleField({ form }: Props) {
  const { t } = useTranslation(["people", "common"]);
  const id = useId();
  return (
    <Input.Wrapper
      label={t("form.role")}
      labelElement="div"
      labelProps={{ id }}
      error={form.errors.role}
    >
      <SegmentedControl
        fullWidth
        aria-labelledby={id}
        data={[
          { value: "client", label: t("common:role.client") },
          { value: "admin", label: t("common:role.admin") },
        ]}
        {...form.getInputProps("role")}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {t(form.values.role === "admin" ? "form.adminHint" : "form.clientHint")}
      </Text>
    </Input.Wrapper>
  );
}

type PasswordProps = Props & { label: string; hint?: string; required?: boolean };

/** The password of another person, which a password manager must neither fill in nor store. */
export function PasswordField({ form, label, hint, required }: PasswordProps) {
  return (
    <div>
      <PasswordInput
        label={label}
        description={hint}
        required={required}
        autoComplete="new-password"
        {...form.getInputProps("password")}
      />
      <PasswordStrength password={form.values.password} />
    </div>
  );
}
