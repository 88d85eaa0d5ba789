import { Group, Skeleton, Stack } from "@mantine/core";
import classes from "./panes.module.css";

const widths = [60, 45, 70, 50, 65, 40];

/** Skeletons as high as the list items; `state` adds the third line of the inbox. */
export function ConversationsLoading({ state = false }: { state?: boolean }) {
  return (
    <div className={classes.items}>
      {widths.map((width) => (
        <div key={width} className={classes.item}>
          <Skeleton circle height={38} />
          <Stack gap={8} className={classes.text}>
            <Group justify="space-between" wrap="nowrap">
              <Skeleton h={12} w={`${width}%`} />
              <Skeleton h={12} w={32} />
            </Group>
            <Skeleton h={12} w={`${width + 20}%`} />
            {state && <Skeleton h={12} w={`${width - 10}%`} />}
          </Stack>
        </div>
      ))}
    </div>
  );
}
