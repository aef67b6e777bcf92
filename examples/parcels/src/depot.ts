import { setTimeout as sleep } from "node:timers/promises";
import { connectBroker, createClient, createOutbox, type OutboxMessage } from "@rabbit-contract/messaging";
import { depotService } from "./contract/depot.ts";

interface Scan {
  readonly parcelId: string;
  readonly place: string;
  readonly region: string;
  readonly carrier: string;
}

/** Sends scans, and asks where a parcel is. */
export async function startDepot(url: string) {
  const broker = await connectBroker({ url, topology: depotService.topology, log: console });
  const outbox = createOutbox(depotService, (rows: OutboxMessage[], row) => rows.push(row));
  const client = createClient(depotService, broker);
  return {
    async scan({ parcelId, place, region, carrier }: Scan) {
      const rows: OutboxMessage[] = []; // a table, written in the transaction that notes the scan
      outbox.parcelScanned(rows, { parcelId, place }, { parameters: { region }, headers: { carrier } });
      // For a table, the relay of @rabbit-contract/postgres does the rest: a message waits for its queues to be there.
      while (!broker.publisher.ready || broker.publisher.pausedRoutes.length > 0) await sleep(100);
      for (const row of rows) await broker.publisher.publish(row);
    },
    whereIs: (parcelId: string) => client.whereIsParcel({ parcelId }, { timeout: 5_000 }),
    close: () => broker.close(),
  };
}
