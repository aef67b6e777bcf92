import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { after, before, describe, it } from "node:test";
import { createLogger } from "@rabbit-contract/service";
import { guardFor } from "@rabbit-contract/service/testing";
import { type Forwarder, forwarder } from "./forward.ts";

describe("a forwarded call", () => {
  let service: Server;
  let forward: Forwarder;

  before(async () => {
    // It answers one request on each connection, and closes it at the next, as if it had been idle for too long.
    service = createServer((socket) => {
      let answered = false;
      socket.on("error", () => {});
      socket.on("data", () => {
        if (answered) socket.destroy();
        else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
        answered = true;
      });
    });
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    const address = service.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const log = createLogger({ service: "console", level: "fatal" });
    forward = forwarder({ name: "order", url: `http://127.0.0.1:${port}`, guard: guardFor([]), log });
  });
  after(() => service.close());

  for (const method of ["GET", "POST", "DELETE"])
    it(`of ${method} does not fail because the service closes an idle connection`, async () => {
      for (let call = 1; call <= 3; call++) {
        const response = await forward(
          new Request("http://console/api/order/orders", { method }),
          "/api/order",
        );
        assert.equal(await response.text(), "{}", `call ${call}`);
      }
    });
});
