import { notifications } from "@mantine/notifications";
import { lazy, Suspense, useEffect } from "react";

const ToastList = lazy(() => import("./ToastList"));

/** Loaded after the page; earlier toasts are queued. Signing out removes all of them. */
export function Toasts() {
  useEffect(() => () => notifications.clean(), []);
  return (
    <Suspense>
      <ToastList />
    </Suspense>
  );
}
