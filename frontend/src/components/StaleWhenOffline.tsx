import { Box } from "@mantine/core";
import type { ReactNode } from "react";
import { useConnection } from "@/realtime/LiveProvider";
import { StaleNote } from "./StateBlock";

/** While disconnected, greys out live values and shows how old they are. */
export function StaleWhenOffline({ children }: { children: ReactNode }) {
  const connection = useConnection();
  if (!("since" in connection)) return children;
  return (
    <div>
      <div style={{ filter: "grayscale(1)" }}>{children}</div>
      <Box mt="xs">
        <StaleNote at={connection.since} />
      </Box>
    </div>
  );
}
