/** A list that is read page by page, as far as one scrolls. */
import { type InfiniteData, useInfiniteQuery } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { queries } from "../api/queries.ts";
import { Empty, Failed, Loading } from "./states.tsx";
import { type Column, Table } from "./table.tsx";

interface Page<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

/** Which page to read, to be spread into a query. */
interface PageQuery {
  readonly limit: number;
  readonly after?: string;
}

/** Rows of a page: the most that the services give. */
const limit = 100;
/** Of a list that was scrolled further, nothing is read again unasked: it would be one call for each page. */
const renewed = 10;

interface PagesOptions<Row, Loaded extends Page<Row>> {
  /** Names the list with its filters. */
  readonly key: readonly unknown[];
  read(page: PageQuery): Promise<Loaded>;
  /** Milliseconds between two readings, as long as only the first page is loaded. */
  readonly every?: number;
}

export function usePages<Row, Loaded extends Page<Row>>({ key, read, every }: PagesOptions<Row, Loaded>) {
  const isShort = () => (queries.getQueryData<InfiniteData<Loaded>>(key)?.pages.length ?? 0) <= renewed;
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read({ limit, ...(pageParam !== undefined && { after: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: ({ state }) => (every !== undefined && state.data?.pages.length === 1 ? every : false),
    refetchOnWindowFocus: isShort,
    refetchOnReconnect: isShort,
    // After a change that the person made, a list of any length is read again.
    refetchOnMount: ({ state }) => isShort() || state.isInvalidated,
  });
  const pages = query.data?.pages ?? [];
  return { ...query, pages, rows: pages.flatMap(({ items }) => items) };
}

interface ListProps<Row> {
  /** In the plural: "orders". */
  readonly what: string;
  readonly columns: readonly Column<Row>[];
  readonly list: Pick<
    ReturnType<typeof usePages<Row, Page<Row>>>,
    "rows" | "isPending" | "error" | "refetch" | "hasNextPage" | "isFetchingNextPage" | "fetchNextPage"
  >;
  keyOf(row: Row): string;
  marked?(row: Row): boolean;
  /** Beneath "No orders". */
  readonly none?: string;
}

export function List<Row>({ what, columns, list, keyOf, marked, none }: ListProps<Row>): VNode {
  const { rows, isPending, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  if (isPending) return <Loading what={what} />;
  if (error && rows.length === 0) return <Failed error={error} retry={refetch} />;
  if (rows.length === 0) return <Empty title={`No ${what}`}>{none}</Empty>;
  return (
    <>
      {error && <Failed error={error} retry={refetch} />}
      <Table
        label={what}
        columns={columns}
        rows={rows}
        keyOf={keyOf}
        {...(marked && { marked })}
        hasMore={hasNextPage && !error}
        onMore={() => {
          if (!isFetchingNextPage) void fetchNextPage();
        }}
      />
    </>
  );
}
