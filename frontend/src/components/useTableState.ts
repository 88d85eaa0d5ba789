import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";

export type TableState = ReturnType<typeof useTableState<string>>;

/**
 * Search, sort and place of a table whose rows the server finds, sorts and pages. `filters` are the
 * page's own ones in words: when they change, the first page is asked for.
 */
export function useTableState<Sort extends string>(firstSort: Sort, filters = "") {
  const [search, setSearch] = useState("");
  const [q] = useDebouncedValue(search.trim(), 250);
  const [sort, setSort] = useState<Sort>(firstSort);
  /** The cursors that led here; empty on the first page. */
  const [trail, setTrail] = useState<string[]>([]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another question, another first page
  useEffect(() => setTrail([]), [q, sort, filters]);

  return {
    search,
    setSearch,
    sort,
    /** The columns name the orders the server knows. */
    sortBy: (key: string) => setSort((now) => (now === key ? `-${key}` : key) as Sort),
    page: trail.length + 1,
    next: (cursor: string) => setTrail((now) => [...now, cursor]),
    previous: () => setTrail((now) => now.slice(0, -1)),
    /** What to ask the server. */
    query: { q: q || undefined, sort, cursor: trail.at(-1), limit: 50 },
  };
}
