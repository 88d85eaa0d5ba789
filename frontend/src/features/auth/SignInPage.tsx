import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSession } from "@/api/useSession";
import { AuthCard } from "./AuthCard";
import { AuthProblem } from "./AuthProblem";
import { useSettings } from "./api/useSettings";
import { useSignIn } from "./api/useSignIn";

const route = getRouteApi("/open/sign-in");

export function SignInPage() {
  const { t } = useTranslation(["auth", "common"]);
  const { next } = route.useSearch();
  const session = useSession();
  const settings = useSettings();
  const signIn = useSignIn();
  const required = (value: string) => (value === "" ? t("common:form.required") : null);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { username: "", password: "" },
    validate: { username: required, password: required },
  });
  const ended = session.status === "signed-out" && session.reason === "ended";
  return (
    <AuthCard title={t("signInTitle")} text={t("signInText")}>
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))} noValidate>
        <Stack>
          {ended && !signIn.isError && (
            <Alert color="amber" variant="light" p="sm">
              {t("ended")}
            </Alert>
          )}
          <TextInput
            label={t("username")}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            key={form.key("username")}
            {...form.getInputProps("username")}
          />
          <PasswordInput
            label={t("password")}
            name="password"
            autoComplete="current-password"
            key={form.key("password")}
            {...form.getInputProps("password")}
          />
          <AuthProblem reason={signIn.error} />
          <Button type="submit" size="md" loading={signIn.isPending}>
            {t("signIn")}
          </Button>
          {settings.data?.registration_open && (
            <Text size="sm" ta="center">
              {t("noAccount")}{" "}
              <Anchor
                size="sm"
                renderRoot={(p) => <Link to="/register" search={{ next }} {...p} />}
              >
                {t("register")}
              </Anchor>
            </Text>
          )}
        </Stack>
      </form>
    </AuthCard>
  );
}
