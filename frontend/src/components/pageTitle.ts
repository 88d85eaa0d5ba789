/** The title of the browser tab: "(3) Alerts · Contor", with the number of unread messages. */
let page = "Contor";
let unread = 0;

function write(): void {
  document.title = unread > 0 ? `(${unread > 99 ? "99+" : unread}) ${page}` : page;
}

export function setPageTitle(title: string): void {
  page = `${title} · Contor`;
  write();
}

export function setTitleBadge(count: number): void {
  unread = count;
  write();
}
