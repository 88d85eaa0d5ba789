import { PasswordInput, Stack, VisuallyHidden } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useAccount } from "@/api/useSession";
import { FormFoot } from "@/components/FormFoot";
import { PasswordStrength } from "@/components/PasswordStrength";
import { MAX_PASSWORD, MIN_PASSWORD } from "@/components/passwordStrength";
import { useRefusals } from "@/components/refusals";
import { useChangePassword } from "./api/useChangePassword";
import { Said } from "./Said";
import { Section } from "./Section";

const empty = { current_password: "", new_password: "" };

export function PasswordSection() {
  const { t } = useTranslation(["account", "common", "problems"]);
  const { username } = useAccount();
  const change = useChangePassword();
  const form = useForm({
    initialValues: empty,
    validate: {
      current_password: (text) => (text === "" ? t("common:form.required") : null),
      new_password: (text, { current_password }) => {
        if (text.length < MIN_PASSWORD) return t("problems:field.too_short");
        if (text.length > MAX_PASSWORD) return t("problems:field.too_long");
        return text === current_password ? t("password.same") : null;
      },
    },
  });
  // The rules for passwords speak of "password", whatever the request calls it.
  const refuse = useRefusals(form, { password: "new_password" });
  const submit = form.onSubmit((values) =>
    change.mutate(values, { onSuccess: () => form.reset(), onError: refuse }),
  );
  return (
    <Section title={t("password.title")} text={t("password.hint")}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <VisuallyHidden>
            {/* Tells password managers whose password this is. */}
            <input
              type="text"
              autoComplete="username"
              value={username}
              readOnly
              tabIndex={-1}
              aria-hidden
            />
          </VisuallyHidden>
          <PasswordInput
            label={t("password.current")}
            autoComplete="current-password"
            {...form.getInputProps("current_password")}
          />
          <div>
            <PasswordInput
              label={t("password.new")}
              autoComplete="new-password"
              {...form.getInputProps("new_password")}
            />
            <PasswordStrength password={form.values.new_password} />
          </div>
          <Said>{change.isSuccess && form.values.new_password === "" && t("password.done")}</Said>
          <FormFoot
            submit={t("password.submit")}
            pending={change.isPending}
            reason={change.error}
            beside={Object.keys(form.errors).length > 0}
          />
        </Stack>
      </form>
    </Section>
  );
}
