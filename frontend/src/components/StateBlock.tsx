import { Alert, Button, Center, Skeleton, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconAlertCircle, IconClockPause, IconInbox } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import { useProblemText } from "@/i18n/problem";

type EmptyProps = { title: string; text?: ReactNode; icon?: ReactNode; action?: ReactNode };

export function EmptyState({ title, text, icon, action }: EmptyProps) {
  return (
    <Center py="xl" px="md">
      <Stack align="center" gap="xs" maw={420} ta="center" style={{ textWrap: "balance" }}>
        <ThemeIcon size={48} radius="xl" variant="light" aria-hidden>
          {icon ?? <IconInbox size={26} />}
        </ThemeIcon>
        <Text fw={600}>{title}</Text>
        {text && (
          <Text c="dimmed" size="sm" component="div">
            {text}
          </Text>
        )}
        {action}
      </Stack>
    </Center>
  );
}

export function ErrorState({ reason, retry }: { reason: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const { describe } = useProblemText();
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle />} title={t("state.errorTitle")}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{describe(reason)}</Text>
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {t("state.tryAgain")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Says how old the values shown are, after a refresh failed. */
export function StaleNote({ at }: { at: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Text size="xs" c="dimmed" role="status">
      <IconClockPause size={14} style={{ verticalAlign: "text-bottom" }} aria-hidden />{" "}
      {t("state.stale", { time: format.time(at) })}
    </Text>
  );
}

type Props<Data> = {
  query: Pick<
    UseQueryResult<Data>,
    "data" | "error" | "isPending" | "isFetching" | "refetch" | "dataUpdatedAt"
  >;
  /** The height of the loading skeleton, so that the page does not jump; or give a `skeleton`. */
  height?: number;
  skeleton?: ReactNode;
  isEmpty?: (data: Data) => boolean;
  empty?: ReactNode;
  children: (data: Data) => ReactNode;
};

/** Renders a query in each of its states: loading, failed, empty, loaded, and loaded but stale. */
export function StateBlock<Data>({
  query,
  height = 160,
  skeleton,
  isEmpty,
  empty,
  children,
}: Props<Data>) {
  const { t } = useTranslation();
  const { data, error } = query;
  const retry = () => void query.refetch();
  if (data === undefined) {
    if (error && !query.isPending) return <ErrorState reason={error} retry={retry} />;
    return (
      <div aria-busy="true" aria-label={t("state.loading")} role="status">
        {skeleton ?? <Skeleton h={height} radius="lg" />}
      </div>
    );
  }
  return (
    <>
      {error && <StaleNote at={query.dataUpdatedAt} />}
      {isEmpty?.(data) ? empty : children(data)}
    </>
  );
}
