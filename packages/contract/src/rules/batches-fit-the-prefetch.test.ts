import { describe, it } from "node:test";
import { batchesFitThePrefetch } from "./batches-fit-the-prefetch.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

const operation = "/operations/receiveTillBaskets/x-rabbitmq";

describe("a batch fits the prefetch", () => {
  it("holds for the fixture, for batches of all that is prefetched, and for either alone", () => {
    assertKept(batchesFitThePrefetch);
    assertKept(batchesFitThePrefetch, { [`${operation}/batchSize`]: 20 });
    assertKept(batchesFitThePrefetch, { [`${operation}/batchSize`]: undefined });
    assertKept(batchesFitThePrefetch, { [`${operation}/prefetch`]: undefined });
  });

  it("is broken by a batch that is never full", () => {
    assertBroken(
      batchesFitThePrefetch,
      { [`${operation}/batchSize`]: 21 },
      `${operation}/batchSize`,
      /"receiveTillBaskets" has batches of 21, and a prefetch of 20/,
    );
  });
});
