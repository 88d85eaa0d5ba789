import { Input, SegmentedControl, Stack, useMantineColorScheme } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { User } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { TimeZoneSelect } from "@/components/TimeZoneSelect";
import { chooseLanguage, type Language, languages } from "@/i18n/index";
import { useChangeProfile } from "./api/useChangeProfile";
import { Section } from "./Section";
import { SuccessText } from "./SuccessText";

/** Saved as soon as they are chosen, without a button. */
export function PreferencesSection({ user }: { user: User }) {
  const { t, i18n } = useTranslation(["account", "common"]);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const change = useChangeProfile(user.id);
  const ids = { language: useId(), theme: useId() };
  return (
    <Section title={t("preferences")}>
      <Stack>
        <Input.Wrapper
          label={t("language")}
          labelElement="div"
          labelProps={{ id: ids.language }}
          description={t("languageHint")}
        >
          <SegmentedControl
            mt={6}
            fullWidth
            aria-labelledby={ids.language}
            value={i18n.language}
            data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
            onChange={(language) => {
              void chooseLanguage(language as Language);
              change.mutate({ language: language as Language });
            }}
          />
        </Input.Wrapper>
        <TimeZoneSelect
          label={t("zone")}
          description={t("zoneHint")}
          placeholder={t("zoneNone")}
          clearable
          value={user.time_zone}
          onChange={(time_zone) => change.mutate({ time_zone })}
        />
        <Input.Wrapper label={t("theme")} labelElement="div" labelProps={{ id: ids.theme }}>
          <SegmentedControl
            fullWidth
            aria-labelledby={ids.theme}
            value={colorScheme}
            data={[
              { value: "light", label: t("common:top.themeLight") },
              { value: "dark", label: t("common:top.themeDark") },
              { value: "auto", label: t("common:top.themeAuto") },
            ]}
            onChange={(scheme) => setColorScheme(scheme as "light" | "dark" | "auto")}
          />
        </Input.Wrapper>
        <SuccessText>{change.isSuccess && t("saved")}</SuccessText>
        <ProblemAlert reason={change.error} />
      </Stack>
    </Section>
  );
}
