import { describe, it } from "node:test";
import { operationsNameAService } from "./operations-name-a-service.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("every operation belongs to a service", () => {
  it("holds for the fixture", () => {
    assertKept(operationsNameAService);
  });

  it("is broken by an unknown service", () => {
    for (const operation of ["sendBasketPaid", "receiveShopPayments"]) {
      const pointer = `/operations/${operation}/x-rabbitmq/service`;
      assertBroken(
        operationsNameAService,
        { [pointer]: "bank" },
        pointer,
        /belongs to the service "bank", which the system does not have/,
      );
    }
  });
});
