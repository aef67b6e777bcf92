import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, describe, it } from "node:test";
import { freePort, freePorts, isPortFree } from "@rabbit-contract/messaging/testing";
import { choosePorts } from "./parts.ts";

describe("ports", () => {
  const otherProgram = createServer();
  let taken = 0;
  before(async () => {
    taken = await freePort();
    await new Promise<void>((resolve) => otherProgram.listen(taken, "0.0.0.0", resolve));
  });
  after(() => otherProgram.close());

  it("are the preferred ones if free, otherwise others, and all different", async () => {
    const wished = await freePort();
    const [first, second, third] = await freePorts(wished, taken, wished);
    assert.equal(first, wished);
    assert.equal(new Set([first, second, third, taken]).size, 4);
    assert.equal(await isPortFree(taken), false);
  });

  it("of the services never move: if one is taken, the error says how to choose others", async () => {
    const [consolePort, inventory, notification] = (await freePorts(0, 0, 0)).map(String);
    const env = { CONSOLE_PORT: consolePort, INVENTORY_PORT: inventory, NOTIFICATION_PORT: notification };
    await assert.rejects(
      choosePorts({ ...env, ORDER_PORT: String(taken) }, {}),
      new RegExp(`port ${taken} \\(order\\).*make up .*ORDER_PORT=`),
    );
    await assert.rejects(choosePorts({ ...env, ORDER_PORT: "eighty" }, {}), /ORDER_PORT is "eighty"/);
  });

  it("of developers' tools move to free ones", async () => {
    const [consolePort, inventory, order, notification] = (await freePorts(0, 0, 0, 0)).map(String);
    const env = {
      CONSOLE_PORT: consolePort,
      INVENTORY_PORT: inventory,
      ORDER_PORT: order,
      NOTIFICATION_PORT: notification,
    };
    const ports = await choosePorts({ ...env, MAILDEV_PORT: String(taken) }, {});
    assert.equal(ports.order, Number(order));
    assert.notEqual(ports.maildev, taken);
  });

  it("remain those of the running system for a part that is about to start again", async () => {
    const [consolePort = 0, inventory = 0, order = 0, notification = 0] = await freePorts(0, 0, 0, 0);
    const before = { console: consolePort, inventory, order, notification };
    assert.equal((await choosePorts({}, {}, before)).order, order);
    const other = await freePort();
    assert.equal((await choosePorts({ ORDER_PORT: String(other) }, {}, before)).order, other);
  });
});
