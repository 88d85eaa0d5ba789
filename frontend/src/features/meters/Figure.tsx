import { Card, Text } from "@mantine/core";
import type { ReactNode } from "react";

type Props = { label: string; value: ReactNode; children?: ReactNode };

export function Figure({ label, value, children }: Props) {
  return (
    <Card>
      <Text size="sm" c="dimmed" fw={500}>
        {label}
      </Text>
      <Text fz={{ base: 21, sm: 26 }} fw={650} lh={1.3} component="div">
        {value}
      </Text>
      {children && (
        <Text size="xs" c="dimmed" component="div" mt={4}>
          {children}
        </Text>
      )}
    </Card>
  );
}
