import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type chat from "./locales/en/chat";
import type { SameKeys, Texts } from "./texts";

export type Language = "en" | "ro";
export const languages: Record<Language, string> = { ro: "Română", en: "English" };

const STORED = "contor.language";

const bundles: Record<Language, () => Promise<{ default: Texts }>> = {
  en: () => import("./locales/en"),
  ro: () => import("./locales/ro"),
};

/** Namespaces loaded only with the pages that need them. */
const lazyBundles: { chat: Record<Language, () => Promise<{ default: SameKeys<typeof chat> }>> } = {
  chat: { en: () => import("./locales/en/chat"), ro: () => import("./locales/ro/chat") },
};
type LazyNamespace = keyof typeof lazyBundles;
const usedNamespaces = new Set<LazyNamespace>();

/** The language chosen in this browser, else the first supported one of the browser's languages. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "ro" || stored === "en") return stored;
  const accepted = navigator.languages.map((tag) => tag.slice(0, 2));
  return accepted.find((tag): tag is Language => tag === "ro" || tag === "en") ?? "en";
}

async function load(language: Language): Promise<void> {
  const lazy = [...usedNamespaces].map((namespace) => loadNamespace(language, namespace));
  if (!i18next.hasResourceBundle(language, "common")) {
    const texts = (await bundles[language]()).default;
    for (const [namespace, bundle] of Object.entries(texts)) {
      i18next.addResourceBundle(language, namespace, bundle);
    }
  }
  await Promise.all(lazy);
}

async function loadNamespace(language: Language, namespace: LazyNamespace): Promise<void> {
  if (i18next.hasResourceBundle(language, namespace)) return;
  const texts = (await lazyBundles[namespace][language]()).default;
  i18next.addResourceBundle(language, namespace, texts);
}

/** Resolves to the page when its texts are loaded; a later change of language loads them too. */
export async function withNamespace<Page>(
  namespace: LazyNamespace,
  page: Promise<Page>,
): Promise<Page> {
  usedNamespaces.add(namespace);
  await loadNamespace(i18next.language as Language, namespace);
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

/** Loads and applies a language; `remember` stores it as the user's choice in this browser. */
export async function chooseLanguage(language: Language, remember = true): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  if (remember) localStorage.setItem(STORED, language);
}
