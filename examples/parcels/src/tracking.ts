import { allDone, answer, type Broker, connectBroker, requireConsumers } from "@rabbit-contract/messaging";
import { MemoryInbox } from "@rabbit-contract/messaging/testing";
import { trackingQuestionsQueue, trackingScansQueue, trackingService } from "./contract/tracking.ts";

/** Knows where parcels are, and answers. */
export async function startTracking(url: string) {
  const broker = await connectBroker({ url, topology: trackingService.topology, log: console });
  const positions = consumeFrom(broker);
  requireConsumers(trackingService, broker);
  return { positions, close: () => broker.close() };
}

/** @returns the last position of each parcel */
export function consumeFrom(broker: Broker) {
  const positions = new Map<string, { readonly place: string; readonly carrier: string }>();
  const inbox = new MemoryInbox(); // forgets with the process; that of @rabbit-contract/postgres does not
  broker.consume(trackingScansQueue, inbox, {
    async parcelScanned(deliveries) {
      for (const { payload, headers } of deliveries) {
        positions.set(payload.parcelId, { place: payload.place, carrier: headers.carrier });
      }
      return allDone(deliveries);
    },
  });
  broker.consume(trackingQuestionsQueue, inbox, {
    async whereIsParcel(deliveries) {
      return deliveries.map(({ payload }) => answer(positions.get(payload.parcelId) ?? {}));
    },
  });
  return positions;
}
