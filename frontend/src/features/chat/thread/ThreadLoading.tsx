import { Skeleton, Stack } from "@mantine/core";
import panes from "@/features/chat/panes.module.css";
import classes from "./thread.module.css";

export function ThreadLoading() {
  return (
    <Stack gap="sm">
      <Skeleton h={44} w="60%" radius="lg" />
      <Skeleton h={64} w="70%" radius="lg" ml="auto" />
      <Skeleton h={44} w="50%" radius="lg" />
      <Skeleton h={84} w="65%" radius="lg" />
    </Stack>
  );
}

export function ConversationLoading() {
  return (
    <>
      <div className={panes.head}>
        <Skeleton h={16} w={160} />
      </div>
      <div className={classes.placeholder}>
        <ThreadLoading />
      </div>
    </>
  );
}
