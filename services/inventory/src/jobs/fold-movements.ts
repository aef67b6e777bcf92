import { ago, type Chore, firstUuidOf } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";

/**
 * Folds a product's movements older than `age` milliseconds into one opening balance, which takes the
 * place of the newest of them. The sum of the ledger does not change, whichever movements one call covers.
 */
export function foldMovements(age: number): Chore {
  return {
    name: "stock_movements",
    async run(database, limit) {
      // Ids are UUIDv7, so the primary key finds old ones.
      const old = sql`
        id < ${firstUuidOf(ago(age))} and created_at < ${ago(age)}`;
      const { rows } = await database.execute<{ removed: number }>(sql`
        with old as materialized (
          select id, sku, quantity from stock_movements
          where ${old} and sku in (
            select sku from stock_movements where ${old} group by sku having count(*) > 1 order by sku limit 100)
          order by sku, id limit ${limit} for update skip locked
        ), folded as (
          select sku, (array_agg(id order by id desc))[1] as id, sum(quantity)::int as quantity
          from old group by sku having count(*) > 1
        ), balances as (
          update stock_movements
          set quantity = folded.quantity, reason = 'opening-balance', note = null, order_id = null
          from folded where stock_movements.id = folded.id and folded.quantity <> 0
        ), removed as (
          delete from stock_movements using old, folded
          where stock_movements.id = old.id and folded.sku = old.sku
            and (old.id <> folded.id or folded.quantity = 0)
          returning 1
        )
        select count(*)::int as removed from removed`);
      return rows[0]?.removed ?? 0;
    },
  };
}
