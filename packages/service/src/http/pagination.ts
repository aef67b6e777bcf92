import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { findHarmful } from "./harm.ts";
import { invalidInput } from "./problem.ts";
import { integerParameter } from "./schema.ts";

const defaultLimit = 20;

/** To be spread into a list's query schema. */
export const pageParameters = {
  limit: Type.Optional(
    integerParameter({ minimum: 1, maximum: 100, default: defaultLimit, description: "Items at most" }),
  ),
  after: Type.Optional(Type.String({ maxLength: 1024, description: "`next` of the previous page; opaque" })),
};

export interface PageQuery {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
}

export interface Page<Item> {
  readonly items: Item[];
  /** To be sent as `after` for the next page; null on the last one. */
  readonly next: string | null;
}

/** The schema of a `Page`; its example is made from the item's. */
export function pageOf<Item extends TSchema>(item: Item, description: string) {
  const next = Type.Union([Type.String(), Type.Null()], { description: "`after` of the next page" });
  const examples = [{ items: (item.examples ?? []).slice(0, 1), next: null }];
  return Type.Object({ items: Type.Array(item), next }, { description, examples });
}

/**
 * Keyset pagination: a cursor is the sort key of the page's last row.
 * @example
 *   const byId = cursorOf(Type.Tuple([uuid()]));
 *   return byId.page(query, ([id], limit) => listAccounts({ after: id, limit }), (account) => [account.id]);
 */
export function cursorOf<Key extends TSchema>(key: Key) {
  const check = TypeCompiler.Compile(key);

  function decode(cursor: string | undefined): Static<Key> | undefined {
    if (cursor === undefined) return undefined;
    const value = parse(cursor);
    if (check.Check(value)) return value;
    const detail = "not a cursor of this list; leave it out to start from the first page";
    throw invalidInput([{ in: "query", parameter: "after", detail }]);
  }

  return {
    /**
     * @param find reads up to `limit` rows after the sort key `after`; it is asked for one more than the page holds, to
     * see whether there is a next one
     * @throws ProblemError 422 when `query.after` was not made by `page`
     */
    async page<Row>(
      { after, limit = defaultLimit }: PageQuery,
      find: (after: Static<Key> | undefined, limit: number) => Promise<readonly Row[]>,
      keyOf: (row: Row) => Static<Key>,
    ): Promise<Page<Row>> {
      const rows = await find(decode(after), limit + 1);
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const next = rows.length > limit && last !== undefined ? encode(keyOf(last)) : null;
      return { items, next };
    },
  };
}

function encode(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

function parse(cursor: string): unknown {
  // Buffer skips what is not base64url, so a cursor that does not encode to itself was made up.
  const bytes = Buffer.from(cursor, "base64url");
  if (bytes.toString("base64url") !== cursor) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return findHarmful(value).length > 0 ? undefined : value;
  } catch {
    return undefined;
  }
}
