import type { TFunction } from "i18next";
import type { Message } from "@/api/types";
import type { Names } from "./names";

type Reason = "handedOver" | "notConfident" | "failed" | "limit" | "off" | "operatorLeft";

/** Why the assistant handed a conversation over. */
const reasons: Record<string, Reason> = {
  asked: "handedOver",
  not_confident: "notConfident",
  unchecked_number: "notConfident",
  limit: "limit",
  timeout: "failed",
  failed: "failed",
  assistant_off: "off",
  operator_left: "operatorLeft",
};

/** The text of a system message in the reader's language. */
export function systemLine(t: TFunction<"chat">, { event, text }: Message, names: Names): string {
  if (!event) return text;
  const name = names.of(event.actor);
  const byMe = event.actor?.id === names.me;
  const toMe = event.to?.id === names.me;
  switch (event.kind) {
    case "handed_over":
      if (event.actor) return byMe ? t("line.youAskedPerson") : t("line.askedPerson", { name });
      return t(`line.${reasons[event.reason ?? ""] ?? "failed"}`);
    case "claimed":
      return byMe ? t("line.youClaimed") : t("line.claimed", { name });
    case "assigned":
      // An operator assigned to themselves the conversation of an absent colleague.
      if (event.actor?.id === event.to?.id)
        return byMe ? t("line.youClaimed") : t("line.claimed", { name });
      if (byMe) return t("line.youAssigned", { to: names.of(event.to) });
      return toMe
        ? t("line.assignedYou", { name })
        : t("line.assigned", { name, to: names.of(event.to) });
    case "released":
      return byMe ? t("line.youReleased") : t("line.released", { name });
    case "resolved":
      if (!event.actor) return t("line.clientLeft");
      return byMe ? t("line.youResolved") : t("line.resolved", { name });
    case "reopened":
      return t("line.reopened");
    default:
      return t("line.other");
  }
}
