/** Passwords, keys and tokens are not disclosed. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { serviceNames } from "@orders/stack";
import { authorization } from "@orders/stack/testing/access";
import { forgedTokens } from "@orders/stack/testing/forged-tokens";
import { migrate, startService } from "@orders/stack/testing/service";
import { tokenOf } from "@rabbit-contract/service/testing";
import { client, system } from "./system.ts";

describe("secrets", () => {
  before(() => client.product("LAMP", { onHand: 5 }));

  function passwords(): string[] {
    return serviceNames.flatMap((service) =>
      Object.values(system.environment(service)).flatMap((value) =>
        URL.canParse(value) && new URL(value).password !== "" ? [new URL(value).password] : [],
      ),
    );
  }

  it("are different for each broker user and each database role", () => {
    assert.equal(new Set(passwords()).size, 3 * serviceNames.length);
  });

  it("appear in no process's command line", { skip: !globSync("/proc/self/cmdline").length }, () => {
    const lines = globSync("/proc/[0-9]*/cmdline").map((file) => {
      try {
        return readFileSync(file, "utf8");
      } catch {
        return ""; // it has ended
      }
    });
    assert.ok(lines.length > 3);
    assert.ok(passwords().length >= 9);
    for (const password of passwords()) assert.ok(!lines.some((line) => line.includes(password)));
  });

  it("appear in no log and no response, whatever fails", async () => {
    const token = await tokenOf("customer", "c-1");
    await client.place("c-1", [{ sku: "LAMP", quantity: 1 }]);
    const answers: string[] = [];
    for (const bearer of [token, ...Object.values(forgedTokens)]) {
      for (const path of ["/orders", "/orders?limit=x", "/nothing"]) {
        const headers = { authorization: `Bearer ${bearer}` };
        answers.push(await (await fetch(system.service("order").url + path, { headers })).text());
      }
    }
    await system.cutBrokerConnections();
    const { headers } = await fetch(`${system.service("order").url}/orders`, {
      headers: await authorization(),
    });
    answers.push(JSON.stringify([...headers]));
    const said = [...serviceNames.map((service) => system.service(service).log()), ...answers].join("\n");
    assert.match(said, /"level":"debug"/);
    for (const secret of [
      ...passwords(),
      token,
      ...Object.values(forgedTokens).filter((one) => one.length > 50),
    ]) {
      assert.ok(!said.includes(secret), `${secret.slice(0, 8)}… was said`);
    }
  });
});

describe("an invalid configuration", () => {
  const secret = "do-not-print-me";

  // Which configurations are invalid: config.test.ts of the services.
  it("keeps a service from starting, with an error that names the variable but not its value", async () => {
    const wrong = {
      ORDER_AMQP_URL: `amqp://order:${secret}@127.0.0.1:1`,
      ORDER_DATABASE_URL: secret,
    };
    const service = await startService("order", wrong, { ready: false });
    assert.equal(await service.exited, 1);
    assert.match(service.log(), /ORDER_DATABASE_URL must be/);
    assert.doesNotMatch(service.log(), new RegExp(secret));
  });

  it("keeps migrations from starting as well", async () => {
    const wrong = migrate("order", { ORDER_MIGRATION_DATABASE_URL: secret });
    await assert.rejects(wrong, (error: Error) => {
      assert.match(error.message, /ORDER_MIGRATION_DATABASE_URL must be/);
      assert.doesNotMatch(error.message, new RegExp(secret));
      return true;
    });
  });
});
