import type { TFunction } from "i18next";
import type { Message } from "@/api/types";
import type { Names } from "./names";

/** Why the assistant gave a conversation to a person. */
const reasons: Record<string, "notConfident" | "failed" | "limit" | "off" | "operatorLeft"> = {
  asked: "notConfident",
  not_confident: "notConfident",
  unchecked_number: "notConfident",
  limit: "limit",
  timeout: "failed",
  failed: "failed",
  assistant_off: "off",
  operator_left: "operatorLeft",
};

/** A system line as a sentence in the reader's language. */
export function lineWords(t: TFunction<"chat">, { event, text }: Message, names: Names): string {
  if (!event) return text;
  const name = names.of(event.actor);
  const byMe = event.actor?.id === names.me;
  switch (event.kind) {
    case "handed_over":
      if (event.actor) return byMe ? t("line.youAskedPerson") : t("line.askedPerson", { name });
      return t(`line.${reasons[event.reason ?? ""] ?? "failed"}`);
    case "claimed":
      return byMe ? t("line.youClaimed") : t("line.claimed", { name });
    case "assigned":
      return t("line.assigned", { name, to: names.of(event.to) });
    case "released":
      return t("line.released", { name });
    case "resolved":
      return event.actor ? t("line.resolved", { name }) : t("line.clientLeft");
    case "reopened":
      return t("line.reopened");
    default:
      return t("line.other");
  }
}
