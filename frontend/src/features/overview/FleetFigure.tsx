import { Card, Group, Text, ThemeIcon } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";

type Props = {
  label: string;
  value: string;
  hint: ReactNode;
  icon: TablerIcon;
  /** The colour of the icon; the label and the icon carry the same meaning. */
  meaning: "ok" | "near" | "over" | "none";
};

export function FleetFigure({ label, value, hint, icon: Icon, meaning }: Props) {
  const color = `var(--contor-${meaning})`;
  return (
    <Card>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
        <Text size="sm" c="dimmed" fw={500}>
          {label}
        </Text>
        <ThemeIcon
          size={30}
          radius="xl"
          aria-hidden
          style={{ color, background: `color-mix(in srgb, ${color} 16%, transparent)` }}
        >
          <Icon size={18} />
        </ThemeIcon>
      </Group>
      <Text fz={28} fw={650} lh={1.2} mt="auto" className="digits">
        {value}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {hint}
      </Text>
    </Card>
  );
}
