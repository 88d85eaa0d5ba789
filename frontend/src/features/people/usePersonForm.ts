import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { MAX_PASSWORD, MIN_PASSWORD } from "@/components/passwordStrength";
import { looksRight, type PersonValues } from "./personForm";

/** The fields of a person with their rules; a password is optional where one exists already. */
export function usePersonForm(initialValues: PersonValues, hasPassword: boolean) {
  const { t } = useTranslation(["people", "common", "problems"]);
  return useForm<PersonValues>({
    initialValues,
    validate: {
      username: (text) => {
        if (hasPassword || looksRight.username(text)) return null;
        return t(text === "" ? "common:form.required" : "invalid.username");
      },
      password: (text) => {
        if (text === "") return hasPassword ? null : t("common:form.required");
        if (text.length < MIN_PASSWORD) return t("problems:field.too_short");
        return text.length > MAX_PASSWORD ? t("problems:field.too_long") : null;
      },
      email: (text) => (looksRight.email(text) ? null : t("common:form.email")),
      phone: (text) => (looksRight.phone(text) ? null : t("common:form.phone")),
    },
  });
}
