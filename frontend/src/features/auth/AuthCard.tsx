import { Card, Center, Group, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Logo } from "@/components/Logo";
import { setPageTitle } from "@/components/pageTitle";
import { chooseLanguage, type Language, languages } from "@/i18n/index";

type Props = { title: string; text: string; children: ReactNode };

/** The layout of the sign-in and registration pages. */
export function AuthCard({ title, text, children }: Props) {
  const { t, i18n } = useTranslation();
  useEffect(() => setPageTitle(title), [title]);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={400} gap="md">
        <Card p="xl" shadow="sm">
          <Stack gap="lg">
            <Group gap="sm" wrap="nowrap">
              <Logo size={44} />
              <div>
                <Title order={1} size="h3">
                  {title}
                </Title>
                <Text size="sm" c="dimmed">
                  {text}
                </Text>
              </div>
            </Group>
            {children}
          </Stack>
        </Card>
        <Center>
          <SegmentedControl
            size="xs"
            aria-label={t("top.language")}
            value={i18n.language}
            onChange={(language) => void chooseLanguage(language as Language)}
            data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
          />
        </Center>
      </Stack>
    </Center>
  );
}
