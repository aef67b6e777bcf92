import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { findHarmful } from "./json.ts";
import { invalidInput } from "./problem.ts";

/** To be spread into a list's query schema. */
export const pageParameters = {
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: "Items at most" }),
  after: Type.Optional(
    Type.String({ maxLength: 1024, description: "`next` of the page before; opaque, not to be made up" }),
  ),
};

export interface Page<Item> {
  readonly items: Item[];
  /** To be sent as `after` for the next page; null on the last one. */
  readonly next: string | null;
}

/** The schema of a `Page`; its example is made from the item's. */
export function pageOf<Item extends TSchema>(item: Item) {
  const next = Type.Union([Type.String(), Type.Null()], { description: "`after` of the next page" });
  const examples = [{ items: (item.examples ?? []).slice(0, 1), next: null }];
  return Type.Object({ items: Type.Array(item), next }, { examples });
}

/**
 * Keyset pagination: a cursor is the sort key of the page's last row. Ask the database for `limit + 1`
 * rows after it: the row too many tells that there is a next page.
 * @example
 *   const byId = cursorOf(Type.Tuple([uuid()]));
 *   const [after] = byId.decode(query.after) ?? [];
 *   return byId.page(await listOrders({ after, limit: query.limit + 1 }), query.limit, (order) => [order.id]);
 */
export function cursorOf<Key extends TSchema>(key: Key) {
  const check = TypeCompiler.Compile(key);
  return {
    /** @throws ProblemError 422 when `cursor` was not made by `page` */
    decode(cursor: string | undefined): Static<Key> | undefined {
      if (cursor === undefined) return undefined;
      const value = parse(cursor);
      if (check.Check(value)) return value;
      const detail = "not a cursor of this list; leave it out to start from the first page";
      throw invalidInput([{ in: "query", parameter: "after", detail }]);
    },

    page<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => Static<Key>): Page<Row> {
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
  // Buffer skips what is no base64url, so a cursor that does not come back the same was made up.
  const bytes = Buffer.from(cursor, "base64url");
  if (bytes.toString("base64url") !== cursor) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return findHarmful(value).length > 0 ? undefined : value;
  } catch {
    return undefined;
  }
}
