import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { createLogger } from "@rabbit-contract/service";
import { guardFor } from "@rabbit-contract/service/testing";
import { type Forwarder, forwarder } from "./forward.ts";

describe("a forwarded call", () => {
  let service: Server;
  let forward: Forwarder;

  before(async () => {
    // It answers one request on each connection. At the next, it closes all of them, as if they had been idle for too
    // long.
    const answered = new Set<Socket>();
    service = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", () => {
        if (answered.has(socket)) {
          for (const idle of answered) idle.destroy();
          answered.clear();
        } else {
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
          answered.add(socket);
        }
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
    it(`of ${method} does not fail because the service closes its idle connections`, async () => {
      const call = async () => {
        const request = new Request("http://console/api/order/orders", { method });
        return (await forward(request, "/api/order")).text();
      };
      for (let round = 1; round <= 3; round++)
        assert.deepEqual(await Promise.all([call(), call(), call()]), ["{}", "{}", "{}"], `round ${round}`);
    });
});
