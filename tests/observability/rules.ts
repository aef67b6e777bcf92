import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { ServiceName } from "@orders/stack";
import { type Named, namedIn } from "@orders/stack/testing/expressions";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { eventually, serverUrl } from "@rabbit-contract/messaging/testing";
import { createLogger } from "@rabbit-contract/service";
import { createTelemetry } from "@rabbit-contract/service/telemetry";
import { parse } from "yaml";
import { client, system } from "./system.ts";

const read = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url).href), "utf8");

/** Every expression of the rules and the dashboards, by place. */
function expressions(): Map<string, string> {
  const found = new Map<string, string>();
  for (const { rules } of parse(read("observability/prometheus/alerts.yaml")).groups) {
    for (const { alert, expr } of rules) found.set(`alert ${alert}`, expr);
  }
  const dashboards = "observability/grafana/dashboards";
  for (const file of readdirSync(new URL(`../../${dashboards}`, import.meta.url))) {
    const { title: dashboard, panels, annotations } = JSON.parse(read(`${dashboards}/${file}`));
    for (const { title, targets = [] } of panels) {
      for (const { refId, expr } of targets) found.set(`${dashboard}: panel ${title} ${refId}`, expr);
    }
    for (const { name, expr } of annotations.list) found.set(`${dashboard}: annotation ${name}`, expr);
  }
  return found;
}

/** The metrics of a service that asks and answers, which none of the services does. */
async function requestMetrics(): Promise<string> {
  const log = createLogger({ service: "test", level: "silent" });
  const { metrics, messaging } = await createTelemetry({ service: "test", log, traceShare: 0 });
  const message = {
    id: "1",
    type: "stock.asked",
    service: "test",
    exchange: "questions",
    routingKey: "stock.asked",
    correlationId: "1",
    timestamp: 0,
    headers: {},
    content: "{}",
  };
  messaging.request(message).answered();
  messaging.request(message).failed("reply-timeout");
  messaging.batch("questions", []).answered({ messageId: "1", message, started: 0, refused: false });
  return await metrics.text();
}

/** The labels of each metric, from scrapes. Metrics without samples are missing, since their labels are not visible. */
class Exposed {
  readonly #labels = new Map<string, Set<string>>([
    // Prometheus' own metrics: one per target, and one per alert.
    ["up", new Set()],
    ["ALERTS", new Set(["alertname", "alertstate"])],
  ]);

  add(text: string): void {
    for (const [, name = "", labels = ""] of text.matchAll(/^([a-zA-Z_:][\w:]*)(\{.*\})? /gm)) {
      const known = this.#labels.get(name) ?? new Set<string>();
      for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) known.add(label);
      this.#labels.set(name, known);
    }
  }

  /** The problems of an expression. */
  problems({ metrics, grouping }: Named): string[] {
    // Prometheus adds these per target.
    const has = (name: string, label: string) =>
      ["job", "instance", "component"].includes(label) || this.#labels.get(name)?.has(label);
    const missing = metrics.filter(({ name }) => !this.#labels.has(name));
    if (missing.length > 0) return missing.map(({ name }) => `no sample of ${name} was scraped`);
    return [
      ...metrics.flatMap(({ name, labels }) =>
        labels.filter((label) => !has(name, label)).map((label) => `${name} has no label ${label}`),
      ),
      ...grouping
        .filter((label) => !metrics.some(({ name }) => has(name, label)))
        .map((label) => `none of its metrics has the label ${label}`),
    ];
  }
}

/**
 * The management API reports where RabbitMQ's Prometheus plugin listens; an existing broker may lack the plugin, or not
 * expose its port.
 */
async function brokerMetrics(): Promise<{ texts: string[] } | { missing: string }> {
  const management = new URL(serverUrl("RABBITMQ_MANAGEMENT_URL"));
  const { listeners } = (await new ManagementApi(management.href).get("overview")) as {
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

describe("rules and dashboards", () => {
  const exposed = new Exposed();

  before(async () => {
    exposed.add(await requestMetrics());
    await client.product("SEEN", { onHand: 1 });
    const lines = [{ sku: "SEEN", quantity: 1 }];
    const { id } = await client.place("c-1", lines);
    await client.orderIn(id, "confirmed", 30_000);
    await client.kinds(id, "order-confirmed");
    await system.host.publish({ exchange: "orders", routingKey: "order.created", payload: "{" });
    await seen("notification", /^messaging_deliveries_total\{/m);
    await seen("inventory", /^messaging_dead_letters_total\{/m);
    // A missing table would count as a configuration error, and use up no attempt.
    const refuse = "alter table reservations add constraint refused check (false) not valid";
    await system.query("inventory", refuse, "owner of the tables");
    await client.place("c-1", lines);
    await seen("inventory", /^messaging_retries_total\{/m);
    await system.service("inventory").stop();
    await system.host.deleteQueue("inventory.orders");
    await client.place("c-1", lines);
    await seen("order", /^outbox_publish_failures_total\{/m);
  });

  /** Scrapes the service until this metric appears. */
  async function seen(service: ServiceName, sample: RegExp): Promise<void> {
    await eventually(async () => {
      const text = await (await fetch(`${system.service(service).adminUrl}/metrics`)).text();
      assert.match(text, sample);
      exposed.add(text);
    });
  }

  const named = [...expressions()].map(([where, expression]) => ({ where, ...namedIn(expression) }));
  const problems = (ofBroker: boolean) =>
    named
      .filter(({ metrics }) => metrics.some(({ name }) => name.startsWith("rabbitmq_")) === ofBroker)
      .flatMap(({ where, ...one }) => exposed.problems(one).map((problem) => `${where}: ${problem}`));

  it("name only metrics and labels that the services expose", () => {
    assert.ok(named.flatMap(({ metrics }) => metrics).length > 40);
    assert.deepEqual(problems(false), []);
  });

  it("name every metric of requests and replies", async () => {
    const names = new Set(named.flatMap(({ metrics }) => metrics.map(({ name }) => name)));
    const described = (await requestMetrics()).matchAll(/^# TYPE (messaging_(?:request|answers)\w+) (\w+)/gm);
    const missing = [...described].filter(
      ([, name, type]) => !names.has(`${name}${type === "histogram" ? "_bucket" : ""}`),
    );
    assert.deepEqual(missing, []);
  });

  it("name only metrics and labels that RabbitMQ's plugin exposes", {
    skip: "missing" in broker ? broker.missing : false,
  }, async () => {
    // The plugin reports a queue only some seconds after its declaration.
    await eventually(async () => {
      const now = await brokerMetrics();
      assert.ok("texts" in now);
      for (const text of now.texts) exposed.add(text);
      assert.deepEqual(problems(true), []);
    });
  });
});

describe("namedIn", () => {
  it("finds the metrics and labels in an expression, without its functions and keywords", () => {
    const expression =
      'sum by (job, le) (rate(a_bucket{route!~"/x{}.*",status="5xx"}[5m])) / b unless on (job) c offset 5m > 1';
    assert.deepEqual(namedIn(expression), {
      metrics: [
        { name: "a_bucket", labels: ["route", "status"] },
        { name: "b", labels: [] },
        { name: "c", labels: [] },
      ],
      grouping: ["job", "le", "job"],
    });
  });
});
