import { Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";

/** A confirmation that screen readers announce when it appears. */
export function SuccessText({ children }: { children: ReactNode }) {
  return (
    <div aria-live="polite">
      {children && (
        <Text size="sm" c="var(--mantine-color-petrol-text)">
          <IconCheck size={16} style={{ verticalAlign: "text-bottom" }} aria-hidden /> {children}
        </Text>
      )}
    </div>
  );
}
