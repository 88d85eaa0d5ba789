import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";

export type TableState = ReturnType<typeof useTableState<string>>;

/**
 * Search text, sort order and page of a table that the server searches, sorts and pages. `filters`
 * identifies the page's other filters; when it changes, the table returns to its first page.
 */
export function useTableState<Sort extends string>(firstSort: Sort, filters = "") {
  const [search, setSearch] = useState("");
  const [q] = useDebouncedValue(search.trim(), 250);
  const [sort, setSort] = useState<Sort>(firstSort);
  /** The cursors of the pages up to this one; empty on the first page. */
  const [cursors, setCursors] = useState<string[]>([]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new query starts at its first page
  useEffect(() => setCursors([]), [q, sort, filters]);

  return {
    search,
    setSearch,
    sort,
    /** Sorts by the key, or reverses the order if it is already sorted by it. */
    sortBy: (key: string) => setSort((now) => (now === key ? `-${key}` : key) as Sort),
    page: cursors.length + 1,
    next: (cursor: string) => setCursors((now) => [...now, cursor]),
    previous: () => setCursors((now) => now.slice(0, -1)),
    /** The query parameters for the API. */
    query: { q: q || undefined, sort, cursor: cursors.at(-1), limit: 50 },
  };
}
