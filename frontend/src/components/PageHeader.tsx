import { Box, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { setPageTitle } from "./pageTitle";

type Props = { title: string; text?: ReactNode; state?: ReactNode; actions?: ReactNode };

/** The only `h1` of a page; it also sets the title of the browser tab. */
export function PageHeader({ title, text, state, actions }: Props) {
  useEffect(() => setPageTitle(title), [title]);

  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <Stack gap={4} miw={0} flex={1}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {text && (
          <Text c="dimmed" size="sm" component="div">
            {text}
          </Text>
        )}
        {state && <Box>{state}</Box>}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
