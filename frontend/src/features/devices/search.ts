export type DevicesSearch = {
  /** Filter by owner id, or by having no owner. */
  owner?: string;
  unassigned?: true;
  /** The meter in the drawer: an id or "new"; `connect` shows how to connect it. */
  device?: string;
  connect?: true;
};

export function parseDevices(raw: Record<string, unknown>): DevicesSearch {
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const unassigned = raw.unassigned === true ? true : undefined;
  return {
    owner: unassigned ? undefined : text(raw.owner),
    unassigned,
    device: text(raw.device),
    connect: raw.connect === true ? true : undefined,
  };
}
