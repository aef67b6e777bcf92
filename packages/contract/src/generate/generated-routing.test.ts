/**
 * The third tier of the generator's tests: what it writes for the golden contract, with every type of exchange and every
 * keyword, works on a real broker where each service has its own permissions only.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  allDone,
  answer,
  type Broker,
  connectBroker,
  createClient,
  createOutbox,
  type Delivery,
  MessagingError,
  type OutboxMessage,
  type ServiceTopology,
} from "@rabbit-contract/messaging";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import {
  changedUrl,
  eventually,
  MemoryInbox,
  RecordingLog,
  type TestVirtualHost,
  testVirtualHost,
} from "@rabbit-contract/messaging/testing";
import { connect } from "amqplib";
import { depotService } from "../../golden/routing/expected/depot.ts";
import {
  type DeskNoticesHandlers,
  deskNoticesQueue,
  deskProofsQueue,
  deskService,
} from "../../golden/routing/expected/desk.ts";
import type { DepotClosed } from "../../golden/routing/expected/messages.ts";
import definitions from "../../golden/routing/expected/rabbitmq/definitions.json" with { type: "json" };
import {
  trackerLabelsQueue,
  trackerQuestionsQueue,
  trackerScansQueue,
  trackerService,
  trackerUnroutedQueue,
} from "../../golden/routing/expected/tracker.ts";
import { applyTopology } from "../topology/apply.ts";
import { diffTopology } from "../topology/diff.ts";

const log = new RecordingLog();
const inbox = new MemoryInbox();
const outbox = createOutbox(depotService, (tx: OutboxMessage[], message) => tx.push(message));
const closing: DepotClosed = {
  reportId: "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
  reason: "flood",
  format: 1,
  left: [{ kind: "boxes", shelf: "A-1", count: 1 }],
  earlier: null,
  audit: { by: "ann", at: "2026-03-14T09:26:53Z", note: "By hand." },
};

describe("generated code with every type of exchange, on a real broker", () => {
  let host: TestVirtualHost;
  const brokers: Broker[] = [];
  const received: string[] = [];
  const services = ["depot", "tracker", "desk"];
  const prefix = () => `${host.name}_`;
  const place = () => ({
    definitions,
    managementUrl: host.managementUrl,
    virtualHost: host.name,
    userPrefix: prefix(),
  });
  const urlOf = (service: string) =>
    changedUrl(host.amqpUrl, { path: host.name, user: prefix() + service, password: "secret" });

  async function started(topology: ServiceTopology): Promise<Broker> {
    const broker = await connectBroker({ url: urlOf(topology.service), topology, log });
    brokers.push(broker);
    await eventually(() => assert.equal(broker.problem, undefined));
    return broker;
  }

  const into = (queue: string) => async (deliveries: readonly Delivery<unknown>[]) => {
    received.push(...deliveries.map(({ type, routingKey }) => `${queue}: ${type} ${routingKey}`));
    return allDone(deliveries);
  };

  before(async () => {
    host = await testVirtualHost();
    await applyTopology({
      ...place(),
      passwords: Object.fromEntries(services.map((service) => [service, "secret"])),
    });
  });

  after(async () => {
    await Promise.all(brokers.map((broker) => broker.close()));
    const management = new ManagementApi(host.managementUrl);
    for (const service of services) await management.delete(`users/${prefix()}${service}`);
    await host.drop();
  });

  it("routes each message to the queues that the contract says, and answers a request", async () => {
    const depot = await started(depotService.topology);
    const tracker = await started(trackerService.topology);
    const desk = await started(deskService.topology);
    tracker.consume(trackerScansQueue, inbox, { parcelScanned: into("scans"), parcelWeighed: into("scans") });
    tracker.consume(trackerUnroutedQueue, inbox, {
      parcelScanned: into("unrouted"),
      parcelWeighed: into("unrouted"),
    });
    const labels: (readonly [tour: unknown, isOwn: boolean])[] = [];
    tracker.consume(trackerLabelsQueue, inbox, {
      labelPrinted: async (deliveries) => {
        labels.push(
          ...deliveries.map(({ headers, correlationId, messageId }) => {
            return [headers["tour-id"], correlationId === (headers["tour-id"] ?? messageId)] as const;
          }),
        );
        return into("labels")(deliveries);
      },
    });
    tracker.consume(trackerQuestionsQueue, inbox, {
      whereIsParcel: async (deliveries) =>
        deliveries.map(({ payload }) => answer({ parcelId: payload.parcelId, place: "on the van" })),
    });
    const closings: unknown[] = [];
    desk.consume(deskNoticesQueue, inbox, {
      depotClosed: async (deliveries) => {
        closings.push(...deliveries.map(({ payload, correlationId }) => ({ payload, correlationId })));
        return into("notices")(deliveries);
      },
      parcelLost: into("notices"),
    });
    desk.consume(deskProofsQueue, inbox, { proofPrinted: into("proofs") });

    const rows: OutboxMessage[] = [];
    const parcel = { parcelId: "p-1" };
    outbox.parcelScanned(rows, parcel, { parameters: { region: "north" } });
    outbox.parcelScanned(rows, parcel, { parameters: { region: "south" } });
    outbox.parcelWeighed(rows, { ...parcel, depot: "quay", grams: 5 });
    outbox.parcelLost(rows, parcel, { parameters: { severity: "high" } });
    outbox.depotClosed(rows, closing);
    outbox.labelPrinted(rows, parcel, { headers: { purpose: "delivery", "tour-id": "t-1" } });
    outbox.labelPrinted(rows, parcel, { headers: { purpose: "delivery" } });
    outbox.proofPrinted(rows, parcel, { headers: { purpose: "proof" } });
    await eventually(() => assert.deepEqual(depot.publisher.pausedRoutes, []));
    for (const row of rows) await eventually(() => depot.publisher.publish(row));
    await eventually(() =>
      assert.deepEqual(received.toSorted(), [
        "labels: label.printed labelPrinted",
        "labels: label.printed labelPrinted",
        "notices: depot.closed depotClosed",
        "notices: parcel.lost parcel.lost.high",
        "proofs: proof.printed labelPrinted",
        "scans: parcel.scanned parcel.north.scanned",
        "scans: parcel.weighed parcel.quay.weighed",
        "unrouted: parcel.scanned parcel.south.scanned",
      ]),
    );
    assert.deepEqual(closings, [{ payload: closing, correlationId: closing.reportId }]);
    assert.deepEqual(labels, [
      ["t-1", true],
      [undefined, true],
    ]);
    const position = await createClient(deskService, desk).whereIsParcel(parcel, { timeout: 20_000 });
    assert.deepEqual(position, { parcelId: "p-1", place: "on the van" });
  });

  it("refuses to send what the contract does not allow", () => {
    assert.throws(
      () => outbox.depotClosed([], { ...closing, left: [] }),
      (error) => error instanceof MessagingError && /cannot send depot.closed.*\/left/.test(error.message),
    );
    const unknownField = { ...closing, colour: "red" };
    assert.throws(() => outbox.depotClosed([], unknownField), /colour/);
  });

  it("does not compile while a handler is missing", () => {
    // @ts-expect-error parcelLost is missing; the type check fails if this ever compiles
    const handlers: DeskNoticesHandlers<null> = { depotClosed: into("notices") };
    assert.deepEqual(Object.keys(handlers), ["depotClosed"]);
  });

  it("declares nothing that differs from the definitions", async () => {
    assert.deepEqual(await diffTopology(place()), []);
  });

  it("lets no service send or bind more of a topic exchange than its own routing keys", async () => {
    const refused = async (
      service: string,
      work: (channel: Channel) => Promise<unknown>,
      expected: RegExp,
    ) => {
      const connection = await connect(urlOf(service));
      const channel = await connection.createConfirmChannel();
      const error = new Promise<Error>((resolve) => channel.once("error", resolve));
      await assert.rejects(work(channel));
      assert.match((await error).message, expected);
      await connection.close();
    };
    type Channel = Awaited<ReturnType<Awaited<ReturnType<typeof connect>>["createConfirmChannel"]>>;
    await refused(
      "tracker",
      (channel) => channel.bindQueue("tracker.scans", "parcels", "#"),
      /ACCESS_REFUSED.*topic/,
    );
    const publish = async (channel: Channel) => {
      channel.publish("parcels", "parcel.north.moved", Buffer.from("{}"));
      await channel.waitForConfirms();
    };
    await refused("depot", publish, /ACCESS_REFUSED.*topic/);
  });

  it("lists a topic permission that was changed on the broker, and sets it", async () => {
    const management = new ManagementApi(host.managementUrl);
    const user = `${prefix()}tracker`;
    const path = `topic-permissions/${host.name}/${user}`;
    await management.put(path, { exchange: "parcels", write: ".*", read: ".*" });
    const [only, ...others] = await diffTopology(place());
    assert.deepEqual(others, []);
    assert.equal(only?.what, `permissions of user "${user}" on the topic exchange "parcels"`);
    await only?.change?.apply();
    await management.delete(path);
    const [missing] = await diffTopology(place());
    assert.equal(missing?.kind, "missing");
    await missing?.change?.apply();
    assert.deepEqual(await diffTopology(place()), []);
  });
});
