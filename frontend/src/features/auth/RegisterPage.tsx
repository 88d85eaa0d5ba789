import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFieldErrors } from "@/components/fieldErrors";
import { PasswordStrength } from "@/components/PasswordStrength";
import { passwordLengthProblem } from "@/components/personRules";
import { AuthCard } from "./AuthCard";
import { AuthProblem } from "./AuthProblem";
import { useRegister } from "./api/useRegister";
import { useSettings } from "./api/useSettings";

const route = getRouteApi("/open/register");

export function RegisterPage() {
  const { t } = useTranslation("auth");
  const { next } = route.useSearch();
  const closed = useSettings().data?.registration_open === false;
  return (
    <AuthCard title={t("registerTitle")} text={t("registerText")}>
      {closed ? <Alert color="amber">{t("closed")}</Alert> : <RegisterForm />}
      <Text size="sm" ta="center">
        {t("haveAccount")}{" "}
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(p) => <Link to="/sign-in" search={{ next }} {...p} />}
        >
          {t("signIn")}
        </Anchor>
      </Text>
    </AuthCard>
  );
}

function RegisterForm() {
  const { t } = useTranslation(["auth", "common", "problems"]);
  const register = useRegister();
  const form = useForm({
    initialValues: { username: "", password: "", full_name: "", email: "" },
    validate: {
      username: (value) => (value === "" ? t("common:form.required") : null),
      password: (value) => {
        const problem = passwordLengthProblem(value);
        return problem && t(`problems:field.${problem}`);
      },
    },
  });
  const showFieldErrors = useFieldErrors(form);
  const submit = form.onSubmit((values) => register.mutate(values, { onError: showFieldErrors }));
  const hasFieldErrors = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t("username")}
          description={t("usernameHint")}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          {...form.getInputProps("username")}
        />
        <div>
          <PasswordInput
            label={t("password")}
            name="password"
            autoComplete="new-password"
            {...form.getInputProps("password")}
          />
          <PasswordStrength password={form.values.password} />
        </div>
        <TextInput
          label={t("fullName")}
          name="full_name"
          autoComplete="name"
          {...form.getInputProps("full_name")}
        />
        <TextInput
          label={t("email")}
          name="email"
          type="email"
          autoComplete="email"
          {...form.getInputProps("email")}
        />
        {!hasFieldErrors && <AuthProblem reason={register.error} />}
        <Button type="submit" size="md" loading={register.isPending}>
          {t("register")}
        </Button>
      </Stack>
    </form>
  );
}
