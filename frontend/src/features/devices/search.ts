export type DevicesSearch = {
  /** Whose, by a person's id; or nobody's. */
  owner?: string;
  unassigned?: true;
  /** What the drawer shows: a new meter ("new") or one by id, its form or how to connect it. */
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
