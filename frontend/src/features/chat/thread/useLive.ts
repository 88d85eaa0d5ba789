import { skipToken, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keys } from "@/api/keys";
import type { Draft, Typing } from "@/realtime/chat";

/** Hints expire by themselves: whoever stopped in the middle says nothing. */
const CHECK_MS = 1_000;

function useTime(running: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), CHECK_MS);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

/** Who writes in the conversation at this moment. */
export function useTyping(id: string): Typing[] {
  const typing = useQuery<Typing[]>({ queryKey: keys.typing(id), queryFn: skipToken }).data ?? [];
  const now = useTime(typing.length > 0);
  return typing.filter(({ until }) => until > now);
}

/** The assistant's answer as it grows. */
export function useDraft(id: string, episode: number): string | null {
  const draft = useQuery<Draft | null>({ queryKey: keys.draft(id), queryFn: skipToken }).data;
  const now = useTime(draft != null);
  return draft && draft.episode === episode && draft.until > now ? draft.text : null;
}
