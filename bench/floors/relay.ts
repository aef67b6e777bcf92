/**
 * An outbox relay with bare amqplib and pg: the publisher's floor, with the table that a relay must read from. It leases
 * 1,000 rows with a statement, publishes them while it leases the next ones, and deletes 500 with a statement. It omits
 * metrics, traces, retries, parking, paused routes and renewing leases, and fails with the first error.
 */
import type { OutboxMessage } from "@rabbit-contract/messaging";
import pg from "pg";
import { connectBare } from "./amqp.ts";
import { bare } from "./publisher.ts";

const leasedTogether = 1_000;
const deletedTogether = 500;

export async function openBareRelay(url: string, databaseUrl: string, window: number) {
  const model = await connectBare(url);
  const channel = await model.createConfirmChannel();
  const [leasing, deleting] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)];
  await Promise.all([leasing.connect(), deleting.connect()]);

  const lease = async (): Promise<OutboxMessage[]> => {
    const { rows } = await leasing.query<OutboxMessage>({
      name: "lease",
      text: `update outbox set leased_until = clock_timestamp() + interval '5 seconds'
             where ctid = any(array(
               select ctid from outbox where leased_until <= now()
               order by leased_until limit $1 for update skip locked))
             returning id, type, exchange, routing_key as "routingKey", service, correlation_id as "correlationId",
                       extract(epoch from created_at)::bigint::float8 as timestamp, headers, content`,
      values: [leasedTogether],
    });
    return rows;
  };
  const remove = (ids: readonly string[]) =>
    deleting.query({ name: "delete", text: "delete from outbox where id = any($1::uuid[])", values: [ids] });

  return {
    /** Publishes and deletes all rows of the table. */
    relayAll: () =>
      new Promise<void>((resolve, reject) => {
        channel.on("return", () => reject(new Error("a message was returned")));
        let rows: readonly OutboxMessage[] = [];
        let sent = 0;
        let inFlight = 0;
        /** Those that follow `rows`; undefined while they are being read. */
        let next: readonly OutboxMessage[] | undefined;
        let confirmed: string[] = [];
        let removing: Promise<unknown> = Promise.resolve();
        const read = () => {
          next = undefined;
          lease().then((leased) => {
            next = leased;
            pump();
          }, reject);
        };
        const removeConfirmed = () => {
          const ids = confirmed;
          confirmed = [];
          removing = removing.then(() => remove(ids));
        };
        const onConfirm = (id: string, error: unknown) => {
          if (error) return reject(error);
          inFlight--;
          confirmed.push(id);
          if (confirmed.length === deletedTogether) removeConfirmed();
          pump();
        };
        const pump = () => {
          while (inFlight < window) {
            const row = rows[sent];
            if (row === undefined) {
              if (next === undefined || next.length === 0) break;
              [rows, sent] = [next, 0];
              read();
              continue;
            }
            sent++;
            inFlight++;
            const { exchange, routingKey, content, options } = bare(row);
            channel.publish(exchange, routingKey, Buffer.from(content), options, (error) =>
              onConfirm(row.id, error),
            );
          }
          if (next?.length !== 0 || inFlight > 0) return;
          channel.removeAllListeners("return");
          removeConfirmed();
          removing.then(() => resolve(), reject);
        };
        read();
      }),
    async close(): Promise<void> {
      await Promise.all([model.close(), leasing.end(), deleting.end()]);
    },
  };
}
