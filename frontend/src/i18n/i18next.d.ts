import "i18next";
import type en from "./locales/en";
import type chat from "./locales/en/chat";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en & { chat: typeof chat };
  }
}
