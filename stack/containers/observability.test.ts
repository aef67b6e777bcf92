import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { findProgram } from "../local/programs.ts";
import { adminPortOf, defaultAdminPorts, serviceNames } from "../names.ts";
import { root } from "../paths.ts";
import { observabilityPorts } from "./observability.ts";

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

interface Container {
  readonly image?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

interface Expectation {
  readonly alertname: string;
  readonly exp_alerts?: readonly object[];
}

const read = (file: string) => readFileSync(join(root, file), "utf8");
const alerts: Alert[] = parse(read("observability/prometheus/alerts.yaml")).groups.flatMap(
  (group: { rules: Alert[] }) => group.rules,
);
const containers: Record<string, Container> = parse(read("compose.observability.yaml")).services;
const guide = read("docs/operations.md");

describe("the alerts", () => {
  it("have a summary, a severity and a runbook", () => {
    assert.ok(alerts.length > 0);
    for (const { alert, labels, annotations } of alerts) {
      assert.match(labels.severity, /^(page|ticket)$/, alert);
      assert.ok(annotations.summary.length > 0, alert);
      assert.equal(annotations.runbook, `docs/operations.md#${alert.toLowerCase()}`);
    }
  });

  it("each have a section of the same severity in docs/operations.md, and every section has an alert", () => {
    const sections = guide.slice(guide.indexOf("\n## Alerts\n")).split(/^### /m).slice(1);
    assert.deepEqual(
      sections.map((section) => section.split("\n", 1)[0]).sort(),
      alerts.map(({ alert }) => alert).sort(),
    );
    for (const { alert, labels } of alerts) {
      const section = sections.find((one) => one.startsWith(`${alert}\n`)) ?? "";
      assert.match(
        section,
        labels.severity === "page" ? /^\w+\n\n\*\*Page\.\*\*/ : /^\w+\n\n\*\*Ticket\.\*\*/,
      );
    }
  });

  it("are each tested with samples that fire it, and with samples that do not", () => {
    const { tests } = parse(read("observability/prometheus/alerts.test.yaml"));
    const tried: Expectation[] = tests.flatMap(
      (test: { alert_rule_test: Expectation[] }) => test.alert_rule_test,
    );
    for (const { alert } of alerts) {
      const own = tried.filter(({ alertname }) => alertname === alert);
      assert.ok(
        own.some(({ exp_alerts = [] }) => exp_alerts.length > 0),
        `${alert} never fires`,
      );
      assert.ok(
        own.some(({ exp_alerts = [] }) => exp_alerts.length === 0),
        `${alert} is never quiet`,
      );
    }
  });

  const promtool = findProgram("promtool");
  it("pass promtool's tests", { skip: promtool ? false : "promtool is not installed" }, () => {
    const file = join(root, "observability/prometheus/alerts.test.yaml");
    const { status, stdout, stderr } = spawnSync(promtool ?? "", ["test", "rules", file], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout + stderr);
  });
});

describe("compose.observability.yaml", () => {
  const added = Object.entries(containers).filter(([, { image }]) => image !== undefined);

  it("pins its images", () => {
    assert.deepEqual(added.map(([name]) => name).sort(), [
      "grafana",
      "jaeger",
      "otel-collector",
      "prometheus",
    ]);
    for (const [name, { image = "" }] of added) assert.match(image, /:v?\d+\.\d+\.\d+$/, name);
  });

  it("publishes ports on this machine only, those that make up chooses", () => {
    const ports = added.flatMap(([, { ports = [] }]) => ports);
    const variables = ports.map((port) => /^127\.0\.0\.1:\$\{(\w+):-(\d+)\}:\2$/.exec(port)?.slice(1));
    assert.deepEqual(
      Object.fromEntries(variables.map((found) => [found?.[0], Number(found?.[1])])),
      observabilityPorts,
    );
  });

  it("mounts existing files read-only", () => {
    const mounts = added.flatMap(([, { volumes = [] }]) => volumes).filter((one) => one.startsWith("."));
    assert.ok(mounts.length >= 4);
    for (const mount of mounts) {
      const [file = "", , mode] = mount.split(":");
      assert.equal(mode, "ro", mount);
      assert.ok(existsSync(join(root, file)), mount);
    }
  });

  it("extends services of compose.yaml", () => {
    const base: Record<string, Container> = parse(read("compose.yaml")).services;
    for (const [name, { image }] of Object.entries(containers)) if (!image) assert.ok(name in base, name);
  });
});

describe("Prometheus and Grafana", () => {
  it("use existing rules and targets", () => {
    const { rule_files, scrape_configs } = parse(read("observability/prometheus/prometheus.yaml"));
    for (const file of rule_files) assert.ok(existsSync(join(root, "observability/prometheus", file)), file);
    const base: Record<string, Container> = parse(read("compose.yaml")).services;
    const targets: string[] = scrape_configs.flatMap(
      ({ dns_sd_configs = [], static_configs = [] }: Record<string, Record<string, string[]>[]>) => [
        ...dns_sd_configs.flatMap(({ names = [], port }) => names.map((name) => `${name}:${port}`)),
        ...static_configs.flatMap(({ targets = [] }) => targets),
      ],
    );
    for (const { job_name: job, relabel_configs: labels } of scrape_configs)
      assert.equal(labels?.[0].replacement, job.startsWith("rabbitmq") ? undefined : "service", job);
    const inside = new Map(serviceNames.map((name) => [String(name), defaultAdminPorts[adminPortOf(name)]]));
    inside.set("rabbitmq", 15692);
    for (const target of targets) {
      const [host = "", port] = target.split(":");
      assert.ok(host in base, target);
      assert.equal(Number(port), inside.get(host), target);
    }
  });

  const dashboards = readdirSync(join(root, "observability/grafana/dashboards"));
  for (const file of dashboards)
    it(`show in ${file} distinct panels, from provisioned data sources`, () => {
      const dashboard = JSON.parse(read(`observability/grafana/dashboards/${file}`));
      const { datasources } = parse(read("observability/grafana/provisioning/datasources/datasources.yaml"));
      const known: string[] = datasources.map(({ uid }: { uid: string }) => uid);
      const panels: {
        id: number;
        type: string;
        title: string;
        targets?: { datasource: { uid: string } }[];
      }[] = dashboard.panels;
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
      assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length);
      for (const { type, title, targets = [] } of panels) {
        assert.ok(type === "row" || targets.length > 0, title);
        for (const { datasource } of targets) assert.ok(known.includes(datasource.uid), title);
      }
    });
});
