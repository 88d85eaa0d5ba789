import type { QueryClient } from "@tanstack/react-query";
import type { Frame, ServerFrame } from "@/api/types";
import type { Notifier } from "./notifier";

type FrameType = ServerFrame["type"];

export type Context = {
  me: { id: string };
  queries: QueryClient;
  notifier: Notifier;
  /** Refresh the access token, which shows whether the session has ended or the role has changed. */
  renew: () => void;
};

export type FrameHandlers<Types extends FrameType = FrameType> = {
  [Type in Types]: (frame: Frame<Type>, context: Context) => void;
};
