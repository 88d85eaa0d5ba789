import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/global.css";
import { createRoot } from "react-dom/client";
import { session } from "./api/session";
import { App } from "./app/App";
import { startI18n } from "./i18n";

const root = document.getElementById("root");
if (root) {
  await Promise.all([startI18n(), session.start()]);
  createRoot(root).render(<App />);
}
