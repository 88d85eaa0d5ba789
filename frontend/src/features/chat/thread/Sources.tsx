import { Anchor, Group, Text } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";

type Props = { sources: Message["sources"]; onFollow?: () => void };

/** The sources of an answer; those with a page in the application are links. */
export function Sources({ sources, onFollow }: Props) {
  const { t } = useTranslation("chat");
  const router = useRouter();
  if (sources.length === 0) return null;
  return (
    <Group gap={6} mt={6} component="p" m={0} fz="xs">
      <Text span fz="xs" c="dimmed">
        {t("thread.sources")}
      </Text>
      {sources.map(({ kind, label, href }) =>
        href && isInside(href) ? (
          <Anchor
            key={`${kind}:${label}:${href}`}
            href={href}
            fz="xs"
            underline="always"
            onClick={(event) => {
              event.preventDefault();
              router.history.push(href);
              onFollow?.();
            }}
          >
            {label}
          </Anchor>
        ) : (
          <Text key={`${kind}:${label}`} span fz="xs">
            {label}
          </Text>
        ),
      )}
    </Group>
  );
}

/** A path, not `//host` or `/\\host`, which browsers resolve to another host. */
const isInside = (href: string) => /^\/(?![/\\])/.test(href);
