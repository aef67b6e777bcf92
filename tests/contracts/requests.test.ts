/** The pacts of a request and its reply, with the example's contract and its own code. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { buildContract, generate, Source } from "@rabbit-contract/contract";
import type { Broker, Requester, Service } from "@rabbit-contract/messaging";
import { findDisagreements } from "./agreement.ts";
import { consumedBy } from "./consumed-queues.ts";
import { writeInteraction, writeReply } from "./consumer-interaction.ts";
import { findGaps } from "./coverage.ts";
import { type Publication, verifiedMessage } from "./metadata.ts";
import { readPacts, requireNoTracking, root } from "./pact-files.ts";
import { answerTo, requestOf } from "./requests.ts";
import { verify, whatIsWrong } from "./verifier.ts";

interface Depot {
  askThrough(broker: Requester): (parcelId: string) => Promise<string | undefined>;
}
interface Tracking {
  consumeFrom(broker: Broker): Map<string, { readonly place: string; readonly carrier: string }>;
}

const example = join(root, "examples/parcels");
const contract = buildContract(Source.read(join(example, "parcels.yaml")));
const position = { place: "Pier 4", carrier: "Slow Boat" };

describe("the pacts of a request and its reply", () => {
  let folder: string;
  let pacts: string;
  let depot: Depot;
  let tracking: Tracking;
  let depotService: Service;
  let trackingService: Service;

  const ask = (requester: Requester) => depot.askThrough(requester)("p-1");
  /** The handler of the question, which knows where the parcel p-1 is. */
  const answering = () => {
    const questions = consumedBy((broker) => tracking.consumeFrom(broker).set("p-1", position)).get(
      "whereIsParcel",
    );
    assert.ok(questions);
    return questions;
  };
  const writeRequest = (payload: object, directory: string) =>
    writeInteraction({
      topology: trackingService.topology,
      consumed: answering(),
      from: "depot",
      given: "a parcel",
      payload,
      example: undefined,
      directory,
      hasWorked: async () => {},
    });
  const writePosition = (payload: object, directory: string, reader = ask) =>
    writeReply({
      requester: depotService,
      request: "whereIsParcel",
      from: "tracking",
      given: "a scanned parcel",
      payload,
      example: undefined,
      directory,
      ask: reader,
    });
  const verified = async (consumer: string, type: string, send: () => Promise<Publication>) => {
    const [pact] = readPacts(pacts).filter((one) => one.consumer.name === consumer);
    assert.ok(pact);
    const nothing = async () => {};
    const [result, ...others] = await verify({
      provider: pact.provider.name,
      pactUrls: [pact.file],
      stateHandlers: { "a parcel": nothing, "a scanned parcel": nothing },
      messageProviders: { [type]: async () => verifiedMessage(await send()) },
    });
    assert.deepEqual(others, []);
    assert.ok(result);
    return result;
  };

  before(async () => {
    requireNoTracking();
    // Inside this package, where imports resolve.
    const parent = join(import.meta.dirname, ".local");
    mkdirSync(parent, { recursive: true });
    folder = mkdtempSync(join(parent, "tmp-requests-"));
    cpSync(join(example, "src"), folder, {
      recursive: true,
      filter: (path) => !path.endsWith("src/contract"),
    });
    generate(contract, join(folder, "contract"));
    depot = await import(join(folder, "depot.ts"));
    tracking = await import(join(folder, "tracking.ts"));
    ({ depotService } = await import(join(folder, "contract/depot.ts")));
    ({ trackingService } = await import(join(folder, "contract/tracking.ts")));
    pacts = join(folder, "pacts");
    await writeRequest({ parcelId: "p-1" }, pacts);
    await writePosition(position, pacts);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("have the side that reads the message as their consumer, and agree with the contract", () => {
    const written = readPacts(pacts);
    assert.deepEqual(
      written.map(({ name, interactions }) => [name, interactions.map(({ description }) => description)]),
      [
        ["depot-tracking.json", ["parcel.position"]],
        ["tracking-depot.json", ["where.is.parcel"]],
      ],
    );
    assert.deepEqual(findDisagreements(contract, written), []);
  });

  it("are kept by the code that makes the request, and by the code that answers it", async () => {
    const request = await verified("tracking", "where.is.parcel", () => requestOf(ask));
    assert.equal(request.result, "OK", whatIsWrong(request));
    const reply = await verified("depot", "parcel.position", async () =>
      answerTo(await requestOf(ask), answering(), "tracking"),
    );
    assert.equal(reply.result, "OK", whatIsWrong(reply));
  });

  it("are broken by an answer without a field that the requester reads", async () => {
    const unknown = () => requestOf((requester) => depot.askThrough(requester)("p-2"));
    const reply = await verified("depot", "parcel.position", async () =>
      answerTo(await unknown(), answering(), "tracking"),
    );
    assert.match(whatIsWrong(reply), /place/);
  });

  it("are broken by a request that expects no reply", async () => {
    const request = await verified("tracking", "where.is.parcel", async () => {
      const { properties, ...publication } = await requestOf(ask);
      const { replyTo, ...others } = properties;
      return { ...publication, properties: others };
    });
    assert.match(whatIsWrong(request), /replyTo/);
  });

  it("are not written for other fields than the requester reads", async () => {
    const elsewhere = join(folder, "not-written");
    await assert.rejects(
      writePosition({ place: "Pier 4" }, elsewhere),
      /depot's reader of parcel\.position reads carrier, which its pact does not name/,
    );
    await assert.rejects(
      writePosition(position, elsewhere, async () => {}),
      /depot did not request "whereIsParcel"/,
    );
  });

  it("are required of each requester and each service that answers", () => {
    const exists = () => true;
    const about = (name: string) => (gap: string) => gap.includes(`"${name}"`);
    const without = findGaps({ contract, pacts: [], exists });
    assert.deepEqual(without.filter(about("parcel.position")), [
      'depot consumes "parcel.position" from tracking without an interaction: add one to ' +
        "services/depot/contracts/depot.consumer.test.ts, and run make pacts",
      'tracking sends "parcel.position" without a verification: no pact has it; write the interaction of its consumer',
    ]);
    assert.equal(without.filter(about("where.is.parcel")).length, 2);
    const gaps = findGaps({ contract, pacts: readPacts(pacts), exists });
    assert.deepEqual(
      gaps.filter((gap) => !about("parcel.scanned")(gap)),
      [],
    );
  });

  it("disagree with the contract if a reply names a route, or a request no requester", () => {
    const changed = (metadata: object) =>
      readPacts(pacts).map((pact) => ({
        ...pact,
        interactions: pact.interactions.map((one) =>
          one.type === "Asynchronous/Messages" ? { ...one, metadata: { ...one.metadata, ...metadata } } : one,
        ),
      }));
    assert.match(
      findDisagreements(contract, changed({ exchange: "positions", routingKey: "p" })).join("\n"),
      /"parcel\.position".*goes to exchange "positions" with key "p": the contract has no such route/,
    );
    assert.match(
      findDisagreements(contract, changed({ replyTo: "my.queue" })).join("\n"),
      /"where\.is\.parcel".*has the replyTo "my\.queue" instead of "amq\.rabbitmq\.reply-to"/,
    );
  });
});
