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
import { catchUp, catchUpChat, dispatch } from "./handlers";
import { tellMissed, tellMissedMessages } from "./missed";
import { Notices, type Toast } from "./notices";
import { type Connection, LiveSocket } from "./socket";

const Live = createContext<LiveSocket | null>(null);
const renew = () => void session.renew().catch(() => undefined);
const resting: Connection = { status: "connecting" };

type Props = { account: Account; show: (toast: Toast) => void; children: ReactNode };

/** Opens the socket while someone is signed in, and feeds its frames to the caches. */
export function LiveProvider({ account, show, children }: Props) {
  const queries = useQueryClient();
  const { id, role } = account;

  const socket = useMemo(() => {
    const meterOf = (deviceId: string) =>
      queries
        .ensureQueryData(deviceQuery(deviceId))
        .catch(() => ({ name: i18next.t("live.someMeter") }));
    const me = { id, role };
    const conversationOf = (conversationId: string) =>
      queries.ensureQueryData(conversationQuery(conversationId)).catch(() => null);
    const notices = new Notices(me, show, { meterOf, conversationOf });
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
            notices.knows((page?.items ?? []).map((device) => device.id));
          }
          dispatch(frame, { me, queries, notices, renew });
        },
        begun: () => catchUpChat(queries),
        resumed: (since) => {
          catchUp(queries);
          void tellMissed(notices, since);
          void tellMissedMessages(notices, since);
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

/** While the component is shown, values of this meter move by themselves. */
export function useWatch(deviceId: string): void {
  const socket = useContext(Live);
  useEffect(() => socket?.watch(deviceId), [socket, deviceId]);
}

/** Whether what is on the screen is live, and since when it is not. */
export function useConnection(): Connection {
  const socket = useContext(Live);
  return useSyncExternalStore(
    socket?.subscribe ?? (() => () => undefined),
    socket?.snapshot ?? (() => resting),
  );
}
