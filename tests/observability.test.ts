import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { Management } from "../stack/management.ts";
import { Client } from "./support/client.ts";
import { required } from "./support/environment.ts";
import { metricsIn } from "./support/expressions.ts";
import { eventually, startSystem, type TestSystem } from "./support/index.ts";

const read = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url).href), "utf8");

/** Every expression of the rules and of the dashboard, by where it stands. */
function expressions(): Map<string, string> {
  const found = new Map<string, string>();
  for (const { rules } of parse(read("observability/prometheus/alerts.yaml")).groups) {
    for (const { alert, expr } of rules) found.set(`alert ${alert}`, expr);
  }
  const { panels, annotations } = JSON.parse(read("observability/grafana/dashboards/orders.json"));
  for (const { title, targets = [] } of panels) {
    for (const { refId, expr } of targets) found.set(`panel ${title} ${refId}`, expr);
  }
  for (const { name, expr } of annotations.list) found.set(`annotation ${name}`, expr);
  return found;
}

/** Labels by metric, of those that scrapes show; a metric without a sample yet has undefined. */
class Exposed {
  readonly #labels = new Map<string, Set<string> | undefined>([
    // Prometheus' own: one for each target, and one for each alert.
    ["up", new Set()],
    ["ALERTS", new Set(["alertname", "alertstate"])],
  ]);

  add(text: string): void {
    for (const [, name = "", type] of text.matchAll(/^# TYPE (\S+) (\w+)/gm)) {
      const names =
        type === "histogram" ? ["bucket", "sum", "count"].map((part) => `${name}_${part}`) : [name];
      for (const one of names) if (!this.#labels.has(one)) this.#labels.set(one, undefined);
    }
    for (const [, name = "", labels = ""] of text.matchAll(/^([a-zA-Z_:][\w:]*)(\{.*\})? /gm)) {
      const known = this.#labels.get(name) ?? new Set<string>();
      for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) known.add(label);
      this.#labels.set(name, known);
    }
  }

  /** What is wrong with asking for this. */
  problem(metric: string, labels: readonly string[]): string | undefined {
    if (!this.#labels.has(metric)) return `nobody exposes ${metric}`;
    const known = this.#labels.get(metric);
    // Prometheus adds these two by the target.
    const wrong = labels.find((label) => known && !["job", "instance"].includes(label) && !known.has(label));
    return wrong && `${metric} has no label ${wrong}`;
  }
}

/** RabbitMQ's plugin says in the management API where it listens; a given broker may lack it, or hide its port. */
async function brokerMetrics(): Promise<{ texts: string[] } | { missing: string }> {
  const management = new URL(required("RABBITMQ_MANAGEMENT_URL"));
  const { listeners } = (await new Management(management.href).get("overview")) as {
    listeners: { protocol: string; port: number }[];
  };
  const port = listeners.find(({ protocol }) => protocol === "http/prometheus")?.port;
  if (port === undefined) return { missing: "the broker's plugin rabbitmq_prometheus is not enabled" };
  const paths = ["/metrics", "/metrics/detailed?family=queue_coarse_metrics&family=queue_consumer_count"];
  try {
    const fetched = paths.map((path) => fetch(`http://${management.hostname}:${port}${path}`));
    return { texts: await Promise.all(fetched.map(async (response) => (await response).text())) };
  } catch {
    return { missing: `the broker's metrics on port ${port} cannot be reached from here` };
  }
}

const broker = await brokerMetrics();

describe("rules and dashboard", () => {
  let system: TestSystem;
  const exposed = new Exposed();

  before(async () => {
    system = await startSystem();
    const client = new Client(system);
    await client.product("SEEN", { onHand: 1 });
    const { id } = await client.place("c-1", [{ sku: "SEEN", quantity: 1 }]);
    await client.orderIn(id, "confirmed", 30_000);
    await client.kinds(id, "order-confirmed");
    await system.host.publish({ exchange: "orders", routingKey: "order.created", payload: "{" });
    await eventually(async () => {
      const texts = await Promise.all(
        (["inventory", "order", "notification"] as const).map(async (name) =>
          (await fetch(`${system.service(name).url}/metrics`)).text(),
        ),
      );
      assert.match(texts[0] ?? "", /^messaging_dead_letters_total\{/m);
      for (const text of texts) exposed.add(text);
    });
    const now = await brokerMetrics();
    if ("texts" in now) for (const text of now.texts) exposed.add(text);
  });
  after(() => system.stop());

  const problems = (ofBroker: boolean) =>
    [...expressions()].flatMap(([where, expression]) =>
      metricsIn(expression)
        .filter(({ metric }) => metric.startsWith("rabbitmq_") === ofBroker)
        .flatMap(({ metric, labels }) => exposed.problem(metric, labels) ?? [])
        .map((problem) => `${where}: ${problem}`),
    );

  it("name only metrics and labels that the services expose", () => {
    assert.ok([...expressions().values()].flatMap(metricsIn).length > 40);
    assert.deepEqual(problems(false), []);
  });

  it("name only metrics and labels that RabbitMQ's plugin exposes", {
    skip: "missing" in broker ? broker.missing : false,
  }, () => {
    assert.deepEqual(problems(true), []);
  });
});

describe("metricsIn", () => {
  it("finds what an expression names, and no functions, labels or words", () => {
    const expression =
      'sum by (job, le) (rate(a_bucket{route!~"/x{}.*",status="5xx"}[5m])) / b unless on (job) c offset 5m > 1';
    assert.deepEqual(metricsIn(expression), [
      { metric: "a_bucket", labels: ["route", "status"] },
      { metric: "b", labels: [] },
      { metric: "c", labels: [] },
    ]);
  });
});
