/** A list that is loaded page by page while scrolling. */
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { queries } from "../api/queries.ts";
import { Badge } from "./badge.tsx";
import { Button } from "./button.tsx";
import { Empty, Failed, Loading } from "./states.tsx";
import { type Column, Table } from "./table.tsx";
import { count } from "./values.tsx";

interface Page<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

/** Which page to read, to be spread into a query. */
interface PageQuery {
  readonly limit: number;
  readonly after?: string;
}

/** Rows per page: the maximum that the services return. */
const limit = 100;
/** Pages: a list that was scrolled further is not read again as a whole unasked, one call for each page. */
const renewed = 10;

interface PagesOptions<Row, Loaded extends Page<Row>> {
  /** Names the list with its filters. */
  readonly key: readonly unknown[];
  keyOf(row: Row): string;
  read(page: PageQuery): Promise<Loaded>;
  /**
   * Milliseconds between two readings: of the whole list while it has one page, else of its first page and of those in
   * sight.
   */
  readonly every?: number;
}

export function usePages<Row, Loaded extends Page<Row>>(options: PagesOptions<Row, Loaded>) {
  const { key, keyOf, read, every } = options;
  type Data = InfiniteData<Loaded, string | undefined>;
  const readPage = (after: string | undefined) => read({ limit, ...(after !== undefined && { after }) });
  const isShort = () => (queries.getQueryData<Data>(key)?.pages.length ?? 0) <= renewed;
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => readPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: ({ state }) => (every !== undefined && state.data?.pages.length === 1 ? every : false),
    refetchOnWindowFocus: isShort,
    refetchOnReconnect: isShort,
    // After a change made by the person, a list of any length is refetched.
    refetchOnMount: ({ state }) => isShort() || state.isInvalidated,
  });
  const pages = query.data?.pages ?? [];
  const inSight = useRef({ first: 0, last: 0 });

  /** Reads some pages again. Rows that are listed change where they are, so that nothing moves. @returns all rows read */
  async function readAgain(): Promise<readonly string[]> {
    const { pages, pageParams } = queries.getQueryData<Data>(key) ?? { pages: [], pageParams: [] };
    const wanted = new Set([0, ...pagesWith(inSight.current, pages)]);
    const loaded = await Promise.all([...wanted].map((index) => readPage(pageParams[index])));
    const rows = new Map(loaded.flatMap(({ items }) => items).map((row) => [keyOf(row), row]));
    // After a change made by the person, the whole list is refetched: to write it would make it count as fresh.
    if (queries.getQueryState(key)?.isInvalidated) return [...rows.keys()];
    queries.setQueryData<Data>(key, (data) => data && { ...data, pages: data.pages.map(renew) });
    return [...rows.keys()];

    function renew(page: Loaded): Loaded {
      if (!page.items.some((row) => rows.has(keyOf(row)))) return page;
      return { ...page, items: page.items.map((row) => rows.get(keyOf(row)) ?? row) };
    }
  }
  const again = useQuery({
    queryKey: [...key, "again"],
    queryFn: readAgain,
    enabled: every !== undefined && pages.length > 1,
    refetchInterval: every ?? false,
    retry: false,
  });

  return {
    ...query,
    pages,
    rows: pages.flatMap(({ items }) => items),
    keyOf,
    inSight,
    /** Keys of rows that were read again; those that are not listed are changes to be shown. */
    seen: pages.length > 1 ? (again.data ?? []) : [],
    /** Why they could not be read again. */
    stale: pages.length > 1 ? again.error : null,
    /** Starts again with the first page. */
    restart() {
      queries.setQueryData<Data>(
        key,
        (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
      );
      queries.removeQueries({ queryKey: [...key, "again"] });
      scrollTo(0, 0);
      void query.refetch();
    },
  };
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Which pages have rows from `first` to `last`. */
function pagesWith({ first, last }: Range, pages: readonly Page<unknown>[]): number[] {
  let end = 0;
  return pages.flatMap(({ items }, index) => {
    const start = end;
    end += items.length;
    return start < last && first < end ? [index] : [];
  });
}

interface ListProps<Row> {
  /** In the plural: "orders". */
  readonly what: string;
  readonly columns: readonly Column<Row>[];
  readonly list: Pick<
    ReturnType<typeof usePages<Row, Page<Row>>>,
    | ("rows" | "keyOf" | "inSight" | "seen" | "stale" | "restart" | "isPending" | "error" | "refetch")
    | ("hasNextPage" | "isFetchingNextPage" | "fetchNextPage")
  >;
  marked?(row: Row): boolean;
  /** Shown below "No orders". */
  readonly none?: string;
}

export function List<Row>({ what, columns, list, marked, none }: ListProps<Row>): VNode {
  const { rows, keyOf, inSight, isPending, error, refetch } = list;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  if (isPending) return <Loading what={what} />;
  if (error && rows.length === 0) return <Failed error={error} retry={refetch} />;
  if (rows.length === 0) return <Empty title={`No ${what}`}>{none}</Empty>;
  return (
    <>
      {error && <Failed error={error} retry={refetch} />}
      <Changes list={list} />
      <Table
        label={what}
        columns={columns}
        rows={rows}
        keyOf={keyOf}
        {...(marked && { marked })}
        inSight={inSight}
        hasMore={hasNextPage && !error}
        onMore={() => {
          if (!isFetchingNextPage) void fetchNextPage();
        }}
      />
    </>
  );
}

/** What others changed since the list was read, and would move its rows. */
function Changes<Row>({ list }: Pick<ListProps<Row>, "list">): VNode {
  const { rows, keyOf, seen, stale, restart } = list;
  const listed = new Set(seen.length > 0 ? rows.map(keyOf) : []);
  const changes = seen.filter((key) => !listed.has(key)).length;
  return (
    <div class="changes" role="status">
      {stale && <Badge tone="warn">Not updated: {stale.message}</Badge>}
      {changes > 0 && (
        <Button onClick={restart}>
          {changes < limit ? count(changes, "change") : `${limit}+ changes`}: show
        </Button>
      )}
    </div>
  );
}
