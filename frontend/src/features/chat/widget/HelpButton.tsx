import { ActionIcon, Indicator } from "@mantine/core";
import { IconMessageCircleQuestion } from "@tabler/icons-react";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useUnread } from "@/api/calls/useUnread";
import { withNamespace } from "@/i18n/index";
import classes from "./HelpButton.module.css";
import { showHelp, useHelp } from "./help";

const HelpPanel = lazy(() => withNamespace("chat", import("./HelpPanel")));

/** On a phone in the top bar, where it covers nothing; else in the corner. */
export function HelpButton({ corner = false }: { corner?: boolean }) {
  const { t } = useTranslation();
  const open = useHelp();
  const count = useUnread("support");
  return (
    <Indicator
      className={corner ? classes.corner : undefined}
      visibleFrom={corner ? "sm" : undefined}
      hiddenFrom={corner ? undefined : "sm"}
      label={count > 99 ? "99+" : count}
      size={corner ? 20 : 16}
      color={corner ? "var(--contor-deep)" : undefined}
      withBorder={corner}
      styles={corner ? { indicator: { color: "var(--mantine-color-body)" } } : undefined}
      offset={6}
      disabled={count === 0}
    >
      <ActionIcon
        className={corner ? classes.round : undefined}
        variant={corner ? "filled" : "subtle"}
        color={corner ? undefined : "gray"}
        size={corner ? 52 : "lg"}
        radius={corner ? "xl" : undefined}
        aria-label={count === 0 ? t("help.open") : t("help.unread", { count })}
        aria-expanded={open}
        data-help
        onClick={() => showHelp(!open)}
      >
        <IconMessageCircleQuestion size={corner ? 28 : 20} />
      </ActionIcon>
    </Indicator>
  );
}

/** The panel is a chunk of its own, loaded when it is first opened. */
export function Help() {
  const open = useHelp();
  useEffect(() => () => showHelp(false), []);
  return open ? (
    <Suspense>
      <HelpPanel />
    </Suspense>
  ) : null;
}
