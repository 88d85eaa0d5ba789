import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { session } from "@/api/session";
import { MessagePage } from "./MessagePage";

const reload = () => window.location.reload();
const goHome = () => window.location.assign("/");

/** Shown inside the shell when rendering a page throws. */
export function PageCrashed({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  // After an upgrade the old chunks are gone from the server.
  const notFetched = /dynamically imported module|Importing a module/i.test(String(error));
  return (
    <MessagePage
      title={t(notFetched ? "state.newVersionTitle" : "state.crashTitle")}
      text={t(notFetched ? "state.newVersionText" : "state.crashText")}
      action={{ label: t("state.reload"), run: reload }}
    />
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <MessagePage
      title={t("state.notFoundTitle")}
      text={t("state.notFoundText")}
      action={{ label: t("state.toHome"), run: goHome }}
    />
  );
}

export function Forbidden() {
  const { t } = useTranslation();
  return (
    <MessagePage
      title={t("state.forbiddenTitle")}
      text={t("state.forbiddenText")}
      action={{ label: t("state.toHome"), run: goHome }}
    />
  );
}

export function Unreachable() {
  const { t } = useTranslation();
  return (
    <MessagePage
      title={t("state.unreachableTitle")}
      text={t("state.unreachableText")}
      action={{
        label: t("state.tryAgain"),
        run: () => void session.renew().catch(() => undefined),
      }}
    />
  );
}
