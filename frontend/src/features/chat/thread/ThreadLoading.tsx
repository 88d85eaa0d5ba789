import { Skeleton, Stack } from "@mantine/core";
import panes from "@/features/chat/panes.module.css";
import classes from "./thread.module.css";

/** Bubbles, where messages will be. */
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

/** A conversation with its head, before anything of it is known. */
export function ConversationLoading() {
  return (
    <>
      <div className={panes.head}>
        <Skeleton h={16} w={160} />
      </div>
      <div className={classes.waiting}>
        <ThreadLoading />
      </div>
    </>
  );
}
