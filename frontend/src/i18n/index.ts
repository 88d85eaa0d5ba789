import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Texts } from "./texts";

export type Language = "en" | "ro";
export const languages: Record<Language, string> = { ro: "Română", en: "English" };

const STORED = "contor.language";

const bundles: Record<Language, () => Promise<{ default: Texts }>> = {
  en: () => import("./locales/en"),
  ro: () => import("./locales/ro"),
};

/** The person's choice on this browser, else the browser's first language that Contor speaks. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "ro" || stored === "en") return stored;
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2));
  return spoken.find((tag): tag is Language => tag === "ro" || tag === "en") ?? "en";
}

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, "common")) return;
  const texts = (await bundles[language]()).default;
  for (const [namespace, words] of Object.entries(texts)) {
    i18next.addResourceBundle(language, namespace, words);
  }
}

export async function startI18n(language: Language = preferredLanguage()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: "common",
    interpolation: { escapeValue: false },
    resources: {},
  });
  await chooseLanguage(language, false);
}

/** Only the language in use is loaded; `remember` is false when nobody chose. */
export async function chooseLanguage(language: Language, remember = true): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  if (remember) localStorage.setItem(STORED, language);
}
