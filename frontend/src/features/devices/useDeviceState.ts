import { useSummaries } from "@/api/calls/useSummaries";
import { useSummary } from "@/api/calls/useSummary";
import type { Summary } from "@/api/types";
import { useWatch } from "@/realtime/LiveProvider";

/** The live summary of a table row. The list holds the first 200; a meter beyond them is fetched alone. */
export function useDeviceState(id: string): { known: boolean; summary: Summary | undefined } {
  useWatch(id);
  const all = useSummaries();
  const listed = all.data?.items.find(({ device_id }) => device_id === id);
  const beyond = all.data !== undefined && !listed && all.data.next_cursor !== null;
  const own = useSummary(id, beyond);
  const known = beyond ? own.data !== undefined || own.isError : all.data !== undefined;
  return { known, summary: listed ?? own.data };
}
