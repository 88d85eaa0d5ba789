import { PasswordInput, Stack, VisuallyHidden } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useAccount } from "@/api/useSession";
import { FormFooter } from "@/components/FormFooter";
import { useFieldErrors } from "@/components/fieldErrors";
import { PasswordStrength } from "@/components/PasswordStrength";
import { passwordLengthProblem } from "@/components/personRules";
import { useChangePassword } from "./api/useChangePassword";
import { Section } from "./Section";
import { SuccessText } from "./SuccessText";

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
        const problem = passwordLengthProblem(text);
        if (problem) return t(`problems:field.${problem}`);
        return text === current_password ? t("password.same") : null;
      },
    },
  });
  // The service names the field "password" in its errors, not "new_password" as in the request.
  const showFieldErrors = useFieldErrors(form, { password: "new_password" });
  const submit = form.onSubmit((values) =>
    change.mutate(values, { onSuccess: () => form.reset(), onError: showFieldErrors }),
  );
  return (
    <Section title={t("password.title")} text={t("password.hint")}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <VisuallyHidden>
            {/* So that a password manager stores the new password under this username. */}
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
          <SuccessText>
            {change.isSuccess && form.values.new_password === "" && t("password.done")}
          </SuccessText>
          <FormFooter
            submit={t("password.submit")}
            pending={change.isPending}
            error={change.error}
            fieldErrors={form.errors}
          />
        </Stack>
      </form>
    </Section>
  );
}
