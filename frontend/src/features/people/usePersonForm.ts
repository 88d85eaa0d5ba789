import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import {
  isEmailOrEmpty,
  isPhoneOrEmpty,
  isUsername,
  passwordLengthProblem,
} from "@/components/personRules";
import type { PersonValues } from "./personForm";

/** With `hasPassword` the username is fixed and an empty password keeps the current one. */
export function usePersonForm(initialValues: PersonValues, hasPassword: boolean) {
  const { t } = useTranslation(["people", "common", "problems"]);
  return useForm<PersonValues>({
    initialValues,
    validate: {
      username: (text) => {
        if (hasPassword || isUsername(text)) return null;
        return t(text === "" ? "common:form.required" : "invalid.username");
      },
      password: (text) => {
        if (text === "") return hasPassword ? null : t("common:form.required");
        const problem = passwordLengthProblem(text);
        return problem && t(`problems:field.${problem}`);
      },
      email: (text) => (isEmailOrEmpty(text) ? null : t("common:form.email")),
      phone: (text) => (isPhoneOrEmpty(text) ? null : t("common:form.phone")),
    },
  });
}
