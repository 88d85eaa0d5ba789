import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { passwordStrength, type Strength } from "./passwordStrength";

const steps: Record<Strength, number> = { short: 0, weak: 1, fair: 2, good: 3, strong: 4 };
const colors = [
  "var(--contor-over)",
  "var(--contor-near)",
  "var(--contor-near)",
  "var(--contor-ok)",
  "var(--contor-ok)",
];

export function PasswordStrength({ password }: { password: string }) {
  const { t } = useTranslation("auth");
  if (password === "") return null;
  const strength = passwordStrength(password);
  const step = steps[strength];
  return (
    <div aria-live="polite">
      <Group gap={4} grow mt={6} aria-hidden>
        {[1, 2, 3, 4].map((bar) => (
          <div
            key={bar}
            style={{
              height: 4,
              borderRadius: 2,
              background: bar <= Math.max(step, 1) ? colors[step] : "var(--contor-track)",
            }}
          />
        ))}
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {t("strength.label", { word: t(`strength.${strength}`) })}
      </Text>
    </div>
  );
}
