import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { root } from "@orders/stack";
import { type FakeBroker, fakeBroker } from "./fake-broker.ts";
import { pacts } from "./testing.ts";
import { branch, version } from "./version.ts";

describe("make pacts-publish, can-i-deploy and record-deployment", () => {
  let broker: FakeBroker;
  before(async () => {
    broker = await fakeBroker();
  });
  after(() => broker.close());

  const cli = (...args: string[]) =>
    run(["tests/contracts/cli.ts", ...args], {
      PACT_BROKER_BASE_URL: broker.url,
      PACT_BROKER_TOKEN: "let-me-in",
    });

  it("publish every pact under the commit and the branch", async () => {
    const { code, output } = await cli("publish");
    assert.equal(code, 0, output);
    const sent = broker.published.filter(({ path }) => path === "/contracts/publish").map(({ body }) => body);
    const pairs = sent.flatMap(({ contracts = [] }) =>
      contracts.map(({ consumerName, providerName }) => `${consumerName}-${providerName}`),
    );
    assert.deepEqual(
      pairs.sort(),
      pacts.map(({ consumer, provider }) => `${consumer.name}-${provider.name}`).sort(),
    );
    for (const one of sent)
      assert.deepEqual([one.pacticipantVersionNumber, one.branch], [version(), branch()]);
    assert.deepEqual([...broker.authorizations], ["Bearer let-me-in"]);
  });

  it("ask the broker about each service, and exit with 1 when it says no", async () => {
    broker.deployable = true;
    const yes = await cli("can-i-deploy", "production");
    assert.equal(yes.code, 0, yes.output);
    for (const service of ["inventory", "order", "notification"]) {
      const asked = `q[][pacticipant]=${service}&q[][version]=${version()}`;
      assert.ok(broker.requests.some((one) => one.includes(asked) && one.includes("environment=production")));
    }
    broker.deployable = false;
    const no = await cli("can-i-deploy", "production", "order");
    assert.equal(no.code, 1, no.output);
  });

  it("record that the commit is deployed", async () => {
    const { code, output } = await cli("record-deployment", "production", "order");
    assert.equal(code, 0, output);
    assert.ok(broker.requests.includes(`GET /pacticipants/order/versions/${version()}`));
    assert.ok(broker.published.some(({ path }) => path === "/deployed/order"));
  });

  it("verify the broker's pacts, and give it the results under the commit and the branch", async () => {
    const { code, output } = await run(
      ["test", "--timeout", "60000", "./services/inventory/contracts/inventory.provider.test.ts"],
      { PACT_BROKER_BASE_URL: broker.url, PACTS_FROM: "broker", PACT_DO_NOT_TRACK: "true" },
    );
    assert.equal(code, 0, output);
    const results = broker.published.filter(({ path }) => path.startsWith("/results/"));
    assert.deepEqual(results.map(({ path }) => path).sort(), [
      "/results/client-inventory",
      "/results/notification-inventory",
      "/results/order-inventory",
    ]);
    for (const { body } of results) {
      assert.deepEqual([body.success, body.providerApplicationVersion], [true, version()]);
    }
    assert.ok(
      broker.requests.some((one) => one.startsWith(`PUT /pacticipants/inventory/branches/${branch()}`)),
    );
  });

  it("say what is missing, and exit with 2, without a broker, an environment or a known service", async () => {
    const without = await run(["tests/contracts/cli.ts", "publish"], { PACT_BROKER_BASE_URL: "" });
    assert.equal(without.code, 2);
    assert.match(without.output, /publish needs a Pact broker, and PACT_BROKER_BASE_URL is not set/);
    const nowhere = await cli("can-i-deploy");
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.output, /needs an environment: make can-i-deploy ENVIRONMENT=production/);
    const nobody = await cli("record-deployment", "production", "orders");
    assert.equal(nobody.code, 2);
    assert.match(nobody.output, /there is no service "orders"; there are inventory, order, notification/);
  });
});

/** Not `spawnSync`, which would keep the broker in this process from answering. */
function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
