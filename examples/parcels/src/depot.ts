import { setTimeout as sleep } from "node:timers/promises";
import {
  connectBroker,
  createClient,
  createOutbox,
  type OutboxMessage,
  type Requester,
} from "@rabbit-contract/messaging";
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
  return {
    async scan({ parcelId, place, region, carrier }: Scan) {
      const rows: OutboxMessage[] = []; // a table, written in the transaction that notes the scan
      outbox.parcelScanned(rows, { parcelId, place }, { parameters: { region }, headers: { carrier } });
      // For a table, the relay of @rabbit-contract/postgres does the rest: a message waits for its queues to be there.
      while (!broker.publisher.ready || broker.publisher.pausedRoutes.length > 0) await sleep(100);
      for (const row of rows) await broker.publisher.publish(row);
    },
    whereIs: askThrough(broker),
    close: () => broker.close(),
  };
}

/** @returns a function that asks where a parcel is; its answer is undefined for one that was never scanned */
export function askThrough(broker: Requester) {
  const client = createClient(depotService, broker);
  return async (parcelId: string) => {
    const { place, carrier } = await client.whereIsParcel({ parcelId }, { timeout: 30_000 });
    return place === undefined ? undefined : `${place}, with ${carrier}`;
  };
}
