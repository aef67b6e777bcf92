import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { portNames, portsFrom } from "../local/parts.ts";
import { welcome } from "./welcome.ts";

const addresses = {
  ports: portsFrom((name) => 20_000 + portNames.indexOf(name)),
  servers: {
    AMQP_URL: "amqp://admin:secret@127.0.0.1:5672",
    RABBITMQ_MANAGEMENT_URL: "http://admin:secret@127.0.0.1:15672",
    DATABASE_URL: "postgres://admin:secret@127.0.0.1:5432/postgres",
  },
};
const link = `http://127.0.0.1:${addresses.ports.console}/#machine=secret`;

describe("make up", () => {
  it("ends with the console's link, whatever else it has to say", () => {
    for (const notes of [[], ["OBSERVABILITY=1 needs containers."]]) {
      const lines = welcome(addresses, link, ...notes).split("\n");
      assert.equal(lines.at(-1)?.trim(), link);
      for (const note of notes) assert.ok(lines.includes(note));
    }
  });

  it("names the address of each part", () => {
    const text = welcome(addresses, link);
    const { inventory, order, notification, console, maildev } = addresses.ports;
    for (const port of [inventory, order, notification, console, maildev])
      assert.ok(text.includes(`http://127.0.0.1:${port}/`), String(port));
  });
});
