import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from "react";
import { conversationQuery } from "@/api/calls/useConversation";
import { deviceQuery } from "@/api/calls/useDevice";
import { keys } from "@/api/keys";
import { session } from "@/api/session";
import type { Account, Device, Page } from "@/api/types";
import { dispatch } from "./handlers";
import { Notifier, type Toast } from "./notifier";
import { notifyMissedAlerts, notifyMissedMessages, refetchChat, refetchLive } from "./resync";
import { type Connection, LiveSocket } from "./socket";

const Live = createContext<LiveSocket | null>(null);
const renew = () => void session.renew().catch(() => undefined);
const connecting: Connection = { status: "connecting" };

type Props = { account: Account; show: (toast: Toast) => void; children: ReactNode };

/** Keeps the WebSocket open for the signed-in user and dispatches its frames. */
export function LiveProvider({ account, show, children }: Props) {
  const queries = useQueryClient();
  const { id, role } = account;

  const socket = useMemo(() => {
    const me = { id, role };
    const notifier = new Notifier(me, show, {
      device: (deviceId) =>
        queries
          .ensureQueryData(deviceQuery(deviceId))
          .catch(() => ({ name: i18next.t("live.someMeter") })),
      conversation: (conversationId) =>
        queries.ensureQueryData(conversationQuery(conversationId)).catch(() => null),
    });
    const url = new URL("/ws", window.location.origin);
    url.protocol = url.protocol.replace("http", "ws");
    return new LiveSocket(
      url.href,
      { token: () => session.token, renew: () => session.renew() },
      {
        frame: (frame) => {
          for (const [, page] of queries.getQueriesData<Page<Device>>({
            queryKey: [...keys.devices, "list"],
          })) {
            notifier.addKnownDevices((page?.items ?? []).map((device) => device.id));
          }
          dispatch(frame, { me, queries, notifier, renew });
        },
        connected: () => refetchChat(queries),
        reconnected: (since) => {
          refetchLive(queries);
          void notifyMissedAlerts(notifier, since);
          void notifyMissedMessages(notifier, since);
        },
      },
    );
  }, [id, role, queries, show]);

  useEffect(() => {
    socket.start();
    let last = session.token;
    const unsubscribe = session.subscribe(() => {
      if (session.token === null || session.token === last) return;
      last = session.token;
      socket.reauthenticate(session.token);
    });
    return () => {
      unsubscribe();
      socket.stop();
    };
  }, [socket]);

  return <Live.Provider value={socket}>{children}</Live.Provider>;
}

/** While the component is mounted, the server pushes each new reading of this meter. */
export function useWatch(deviceId: string): void {
  const socket = useContext(Live);
  useEffect(() => socket?.watch(deviceId), [socket, deviceId]);
}

/** `since`: epoch milliseconds of the last frame before the connection was lost. */
export function useConnection(): Connection {
  const socket = useContext(Live);
  return useSyncExternalStore(
    socket?.subscribe ?? (() => () => undefined),
    socket?.snapshot ?? (() => connecting),
  );
}
