import type { KeyboardEvent } from "react";

/** In characters; the service rejects longer messages. */
export const MAX_MESSAGE_LENGTH = 4000;

/** Enter without Shift; the Enter that ends an input-method composition does not count. */
export const isSendKey = (event: KeyboardEvent): boolean =>
  event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;
