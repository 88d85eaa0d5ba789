/** The title of the browser tab: how much waits to be read, and the page. */
let page = "Contor";
let waiting = 0;

function write(): void {
  document.title = waiting > 0 ? `(${waiting > 99 ? "99+" : waiting}) ${page}` : page;
}

export function setPageTitle(title: string): void {
  page = `${title} · Contor`;
  write();
}

export function setTitleBadge(count: number): void {
  waiting = count;
  write();
}
