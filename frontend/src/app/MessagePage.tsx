import { Button, Center, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Logo } from "@/components/Logo";

type Props = { title: string; text: string; action?: { label: string; run: () => void } };

/** A page with only a title, a sentence and one action. */
export function MessagePage({ title, text, action, children }: Props & { children?: ReactNode }) {
  return (
    <Center mih="60dvh" p="md">
      <Stack align="center" ta="center" maw={420} gap="sm">
        <Logo size={48} />
        <Title order={1} size="h3">
          {title}
        </Title>
        <Text c="dimmed">{text}</Text>
        {action && <Button onClick={action.run}>{action.label}</Button>}
        {children}
      </Stack>
    </Center>
  );
}
