import { Card, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

type Props = { title: string; text?: string; children: ReactNode };

export function Section({ title, text, children }: Props) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id} padding="lg">
      <Title order={2} size="h4" id={id} mb={text ? 2 : "md"}>
        {title}
      </Title>
      {text && (
        <Text size="sm" c="dimmed" mb="md">
          {text}
        </Text>
      )}
      {children}
    </Card>
  );
}
