import { notifications } from "@mantine/notifications";
import { lazy, Suspense, useEffect } from "react";

const ToastList = lazy(() => import("./ToastList"));

/** Fetched beside the page, never before it; what is told meanwhile waits. Signing out takes all away. */
export function Toasts() {
  useEffect(() => () => notifications.clean(), []);
  return (
    <Suspense>
      <ToastList />
    </Suspense>
  );
}
