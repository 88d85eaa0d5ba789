export type Cell = string | number | null;

/** RFC 4180. Text that a spreadsheet would run as a formula (a leading =, +, - or @) is prefixed with '. */
export function toCsv(header: string[], rows: Cell[][]): string {
  return [header, ...rows].map((row) => row.map(field).join(",")).join("\r\n");
}

/** An energy in kWh to the milliwatt-hour, with a dot in every language. */
export function energyCell(kwh: number | null): Cell {
  return kwh === null ? null : kwh.toFixed(6);
}

function field(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const runs = /^[=+\-@\t\r]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell);
  const safe = runs ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function downloadCsv(name: string, header: string[], rows: Cell[][]): void {
  const blob = new Blob(["\ufeff", toCsv(header, rows)], { type: "text/csv;charset=utf-8" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
