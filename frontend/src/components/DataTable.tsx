import {
  ActionIcon,
  Card,
  Group,
  Table,
  Text,
  TextInput,
  UnstyledButton,
  VisuallyHidden,
} from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronLeft,
  IconChevronRight,
  IconSearch,
  IconX,
} from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Page } from "@/api/types";
import classes from "./DataTable.module.css";
import { EmptyState, StateBlock } from "./StateBlock";
import type { TableState } from "./useTableState";

export type Column<Row> = {
  key: string;
  header: string;
  render: (row: Row) => ReactNode;
  /** The API's sort key; a column without one cannot be sorted. */
  sort?: string;
  align?: "right";
  /** Hidden on narrow screens. */
  wide?: boolean;
  /** For short values: dates, amounts, badges. */
  nowrap?: boolean;
  /** SuccessText to screen readers only: a column of buttons needs no heading for the eye. */
  hideHeader?: boolean;
};

type Props<Row> = {
  label: string;
  columns: Column<Row>[];
  query: UseQueryResult<Page<Row>>;
  state: TableState;
  rowKey: (row: Row) => string;
  /** Called for a click or Enter on a row. */
  onOpen?: (row: Row) => void;
  filters?: ReactNode;
  /** Shown when the list is empty and no search text was entered. */
  empty: ReactNode;
};

/** A table that the server searches, sorts and pages. */
export function DataTable<Row>(props: Props<Row>) {
  const { t } = useTranslation();
  const { query, state, filters, empty } = props;
  const noRows = state.query.q ? (
    <EmptyState title={t("table.noResults", { query: state.query.q })} />
  ) : (
    empty
  );
  return (
    <Card p={0}>
      <Group p="sm" gap="sm">
        <TextInput
          flex={1}
          miw={180}
          maw={360}
          type="search"
          aria-label={t("table.search")}
          placeholder={t("table.search")}
          leftSection={<IconSearch size={16} />}
          rightSection={
            state.search && (
              <ActionIcon
                variant="subtle"
                aria-label={t("table.clearSearch")}
                onClick={() => state.setSearch("")}
              >
                <IconX size={16} />
              </ActionIcon>
            )
          }
          value={state.search}
          onChange={(event) => state.setSearch(event.currentTarget.value)}
        />
        {filters}
      </Group>
      <StateBlock
        query={query}
        height={320}
        isEmpty={(page) => page.items.length === 0 && state.page === 1}
        empty={noRows}
      >
        {(page) => (
          <>
            <Rows {...props} rows={page.items} />
            <Pager state={state} next={page.next_cursor ?? null} />
          </>
        )}
      </StateBlock>
    </Card>
  );
}

function Rows<Row>({ label, columns, rows, rowKey, onOpen, state }: Props<Row> & { rows: Row[] }) {
  return (
    <Table.ScrollContainer
      minWidth={0}
      maxHeight="max(20rem, calc(100dvh - 18rem))"
      scrollAreaProps={{
        offsetScrollbars: "present",
        viewportProps: { tabIndex: 0, role: "region", "aria-label": label },
      }}
    >
      <Table aria-label={label} stickyHeader highlightOnHover verticalSpacing="sm" striped={false}>
        <Table.Thead className={classes.head}>
          <Table.Tr>
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} state={state} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr
              key={rowKey(row)}
              className={onOpen && classes.row}
              tabIndex={onOpen ? 0 : undefined}
              onClick={() => onOpen?.(row)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && event.target === event.currentTarget) onOpen?.(row);
              }}
            >
              {columns.map(({ key, render, align, wide, nowrap }) => (
                <Table.Td
                  key={key}
                  ta={align}
                  visibleFrom={wide ? "sm" : undefined}
                  className={nowrap ? classes.nowrap : undefined}
                >
                  {render(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function HeaderCell<Row>({ column, state }: { column: Column<Row>; state: TableState }) {
  const { t } = useTranslation();
  const { header, sort, align, wide, hideHeader } = column;
  const down = state.sort === `-${sort}`;
  const sorted = sort !== undefined && (state.sort === sort || down);
  const direction = sorted ? (down ? "descending" : "ascending") : undefined;
  return (
    <Table.Th
      ta={align}
      visibleFrom={wide ? "sm" : undefined}
      aria-sort={direction}
      className={classes.nowrap}
    >
      {sort === undefined ? (
        hideHeader ? (
          <VisuallyHidden>{header}</VisuallyHidden>
        ) : (
          header
        )
      ) : (
        <UnstyledButton
          className={classes.sort}
          fz="sm"
          onClick={() => state.sortBy(sort)}
          aria-label={t("table.sortBy", { column: header })}
        >
          {header}
          {sorted && (down ? <IconArrowDown size={14} /> : <IconArrowUp size={14} />)}
        </UnstyledButton>
      )}
    </Table.Th>
  );
}

function Pager({ state, next }: { state: TableState; next: string | null }) {
  const { t } = useTranslation();
  if (state.page === 1 && next === null) return null;
  return (
    <Group justify="flex-end" p="sm" gap="xs">
      <Text size="sm" c="dimmed">
        {t("table.page", { page: state.page })}
      </Text>
      <ActionIcon
        variant="default"
        aria-label={t("table.previous")}
        disabled={state.page === 1}
        onClick={state.previous}
      >
        <IconChevronLeft size={16} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label={t("table.next")}
        disabled={next === null}
        onClick={() => next !== null && state.next(next)}
      >
        <IconChevronRight size={16} />
      </ActionIcon>
    </Group>
  );
}
