import { useEffect, useState } from "react";
import { type Typing, useChatState } from "@/realtime/chatStore";

/** No frame announces that a hint has expired. */
const CHECK_INTERVAL_MS = 1_000;

/** The current time, updated every second while `running`. */
function useClock(running: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), CHECK_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

/** Who is typing in the conversation now. */
export function useTyping(id: string): Typing[] {
  const typing = useChatState(id, "typing");
  const now = useClock(typing.length > 0);
  return typing.filter(({ until }) => until > now);
}

/** The assistant's answer while it is being streamed. */
export function useDraft(id: string, episode: number): string | null {
  const draft = useChatState(id, "draft");
  const now = useClock(draft !== null);
  return draft && draft.episode === episode && draft.until > now ? draft.text : null;
}
