import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type chat from "./locales/en/chat";
import type { Texts, Words } from "./texts";

export type Language = "en" | "ro";
export const languages: Record<Language, string> = { ro: "Română", en: "English" };

const STORED = "contor.language";

const bundles: Record<Language, () => Promise<{ default: Texts }>> = {
  en: () => import("./locales/en"),
  ro: () => import("./locales/ro"),
};

/** The words of what is not on every page come with it. */
const later: { chat: Record<Language, () => Promise<{ default: Words<typeof chat> }>> } = {
  chat: { en: () => import("./locales/en/chat"), ro: () => import("./locales/ro/chat") },
};
type Later = keyof typeof later;
const needed = new Set<Later>();

/** The person's choice on this browser, else the browser's first language that Contor speaks. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "ro" || stored === "en") return stored;
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2));
  return spoken.find((tag): tag is Language => tag === "ro" || tag === "en") ?? "en";
}

async function load(language: Language): Promise<void> {
  const more = [...needed].map((namespace) => loadLater(language, namespace));
  if (!i18next.hasResourceBundle(language, "common")) {
    const texts = (await bundles[language]()).default;
    for (const [namespace, words] of Object.entries(texts)) {
      i18next.addResourceBundle(language, namespace, words);
    }
  }
  await Promise.all(more);
}

async function loadLater(language: Language, namespace: Later): Promise<void> {
  if (i18next.hasResourceBundle(language, namespace)) return;
  const words = (await later[namespace][language]()).default;
  i18next.addResourceBundle(language, namespace, words);
}

/** The page, once there are words for it; they follow when another language is chosen. */
export async function withWords<Page>(namespace: Later, page: Promise<Page>): Promise<Page> {
  needed.add(namespace);
  await loadLater(i18next.language as Language, namespace);
  return page;
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
