/** Checks the manifests against the programs, the contract and the other files of this repository. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root, serviceNames } from "@orders/stack";
import { kubernetesSecrets } from "@orders/stack/kubernetes/secrets";
import { parse } from "yaml";
import {
  environmentOf,
  manifestsOf,
  named,
  ofKind,
  overlays,
  ownWorkloads,
  workloadsOf,
} from "./manifests.ts";
import { presetOf, variablesOf } from "./programs.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Variables of Bun itself, not of our programs. */
const runtimeVariables = ["NODE_EXTRA_CA_CERTS"];

/** The longest time that a process takes to stop, in seconds: packages/service/src/runtime/shutdown.ts. */
const shutdownSeconds = 9;

for (const overlay of overlays) {
  describe(`pods of the overlay ${overlay}`, () => {
    const pods = workloadsOf(overlay);

    it("are at least one Deployment and one Job for each service", () => {
      for (const service of serviceNames) {
        for (const name of [service, `${service}-migrate`])
          assert.ok(
            pods.some((pod) => pod.name === name),
            name,
          );
      }
    });

    it("run as a numeric user id, without any privileges", () => {
      for (const { name, pod, container } of pods) {
        const { runAsNonRoot, runAsUser = 0, seccompProfile } = pod.securityContext ?? {};
        assert.ok(runAsNonRoot && runAsUser > 0, name);
        assert.equal(seccompProfile?.type, "RuntimeDefault", name);
        assert.equal(pod.automountServiceAccountToken, false, name);
        assert.equal(pod.enableServiceLinks, false, `${name}: a Service named order would set ORDER_PORT`);
        const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } =
          container.securityContext ?? {};
        assert.equal(readOnlyRootFilesystem, true, name);
        assert.equal(allowPrivilegeEscalation, false, name);
        assert.deepEqual(capabilities, { drop: ["ALL"] }, name);
      }
    });

    it("have requests and limits, including the operators' pods", () => {
      const settings = (kind: string) =>
        ofKind<{ resources?: object }>(overlay, kind).map(({ spec }) => spec);
      const poolers = ofKind<{ template: { spec: { containers: [{ resources?: object }] } } }>(
        overlay,
        "Pooler",
      );
      for (const { resources } of [
        ...pods.map(({ container }) => container),
        ...settings("RabbitmqCluster"),
        ...settings("Cluster"),
        ...poolers.map(({ spec }) => spec.template.spec.containers[0]),
      ]) {
        const { requests, limits } = (resources ?? {}) as Record<string, Record<string, string> | undefined>;
        for (const amount of ["cpu", "memory"]) assert.ok(requests?.[amount] && limits?.[amount], amount);
      }
    });

    it("run images with a version", () => {
      for (const { name, container } of pods)
        assert.match(container.image ?? "", /:(?!latest)[\w.-]+$/, name);
    });

    it("set only variables that the program has, and all that it requires", () => {
      for (const workload of ownWorkloads(overlay)) {
        const variables = variablesOf(workload);
        const set = Object.keys(environmentOf(overlay, workload)).map((name) => name.replace(/_FILE$/, ""));
        const names = [...runtimeVariables, ...variables.map(({ name }) => name)];
        assert.deepEqual(
          set.filter((name) => !names.includes(name)),
          [],
          workload.name,
        );
        assert.deepEqual(
          [...set].sort(),
          [...new Set(set)].sort(),
          `${workload.name}: X and X_FILE are both set`,
        );
        const missing = variables.filter(({ name, absent }) => absent === undefined && !set.includes(name));
        assert.deepEqual(
          missing.map(({ name }) => name),
          [],
          workload.name,
        );
      }
    });

    it("use every setting in the overlay", () => {
      const read = new Set(
        ownWorkloads(overlay).flatMap((workload) =>
          Object.entries(environmentOf(overlay, workload)).map(String),
        ),
      );
      const maps = ofKind(overlay, "ConfigMap");
      assert.ok(maps.length > 1);
      // ConfigMaps for other programs, such as KEDA's, are not environment variables.
      for (const { metadata, data = {} } of maps)
        for (const entry of Object.entries(data).filter(([name]) => /^[A-Z_]+$/.test(name)))
          assert.ok(read.has(String(entry)), `nothing reads ${entry[0]} of the ConfigMap ${metadata.name}`);
    });

    it("open the ports that the program listens on", () => {
      for (const workload of ownWorkloads(overlay).filter(({ kind }) => kind === "Deployment")) {
        const variables = variablesOf(workload);
        const prefix = workload.name.toUpperCase();
        for (const { name, containerPort } of workload.container.ports ?? []) {
          const variable = name === "admin" ? `${prefix}_ADMIN_PORT` : `${prefix}_PORT`;
          assert.equal(containerPort, presetOf(variables, variable), variable);
        }
      }
    });

    it("have health probes, and enough time to shut down", () => {
      for (const { name, kind, pod, container } of ownWorkloads(overlay)) {
        if (kind === "Job") continue;
        assert.ok((pod.terminationGracePeriodSeconds ?? 0) > shutdownSeconds, name);
        const { startupProbe, livenessProbe, readinessProbe, ports = [] } = container;
        const port = ports.some((one) => one.name === "admin") ? "admin" : "http";
        for (const probe of [startupProbe, livenessProbe]) {
          assert.deepEqual(probe?.httpGet, { path: "/health/live", port }, name);
        }
        const path = port === "admin" ? "/health/ready" : "/health/live";
        assert.deepEqual(readinessProbe?.httpGet, { path, port }, name);
      }
    });
  });

  describe(`secrets of the overlay ${overlay}`, () => {
    const created = new Map(
      kubernetesSecrets("smtp://mail").map(({ metadata, stringData }) => [metadata.name, stringData]),
    );

    it("are referenced and never included", () => {
      assert.deepEqual(ofKind(overlay, "Secret"), []);
      for (const workload of ownWorkloads(overlay)) {
        for (const [name, value] of Object.entries(environmentOf(overlay, workload))) {
          assert.doesNotMatch(value, /:\/\/[^/]*:[^/]*@/, `${name} of ${workload.name} has a password`);
        }
      }
    });

    it("are those that `make kubernetes-secrets` prints, or that an operator creates", () => {
      const used = JSON.stringify(manifestsOf(overlay)).matchAll(
        /"(?:secretName|(?:importCredentialsSecret|passwordSecret|secret)":\{"name)":"([^"]+)"/g,
      );
      const names = new Set([...used].map(([, name = ""]) => name));
      assert.ok(names.size > 10);
      for (const name of names) {
        // CloudNativePG creates the CA of a database; the certificate issuer creates the Ingress's certificate.
        assert.ok(created.has(name) || /-database-ca$|^orders-tls$/.test(name), name);
      }
    });

    it("have the keys that are mounted", () => {
      for (const { name, pod } of workloadsOf(overlay)) {
        for (const { secret } of pod.volumes ?? []) {
          const content = created.get(secret?.secretName ?? "");
          for (const { key } of secret?.items ?? [])
            assert.ok(content === undefined || content[key], `${name}: ${key}`);
        }
      }
    });

    it("point to Services that exist", () => {
      const databases = ofKind<{ certificates: { serverAltDNSNames: string[] } }>(overlay, "Cluster");
      for (const service of serviceNames) {
        const host = (secret: string) => new URL(created.get(secret)?.url ?? "").hostname;
        assert.equal(
          host(`${service}-broker`),
          named(ofKind(overlay, "RabbitmqCluster"), "rabbitmq").metadata.name,
        );
        const pooler = host(`${service}-database`);
        named(ofKind(overlay, "Pooler"), pooler);
        const database = named(databases, `${service}-database`);
        assert.ok(database.spec.certificates.serverAltDNSNames.includes(pooler));
        assert.equal(host(`${service}-database-migration`), `${database.metadata.name}-rw`);
      }
    });
  });

  it(`every object of the overlay ${overlay} belongs to a stage of the guide`, () => {
    for (const { kind, metadata } of manifestsOf(overlay)) {
      const stage = metadata.labels?.["orders.example.com/stage"] ?? "";
      assert.match(
        stage,
        kind === "Job" ? /^migrations$/ : /^(?:servers|migrations|services)$/,
        metadata.name,
      );
    }
  });
}

describe("production", () => {
  it("has three brokers, and three database instances, of which a second one has each commit", () => {
    const [broker] = ofKind<{ replicas: number }>("production", "RabbitmqCluster");
    assert.equal(broker?.spec.replicas, 3);
    type Database = {
      instances: number;
      postgresql: { synchronous: { number: number; dataDurability: string } };
    };
    for (const { spec } of ofKind<Database>("production", "Cluster")) {
      assert.equal(spec.instances, 3);
      assert.ok(spec.postgresql.synchronous.number >= 1);
      assert.equal(spec.postgresql.synchronous.dataDurability, "required");
    }
  });

  it("configures the services for poolers in transaction mode", () => {
    type Pooler = { pgbouncer: { poolMode: string } };
    for (const { spec } of ofKind<Pooler>("production", "Pooler")) {
      const services = ownWorkloads("production").filter(
        ({ labels }) => labels["app.kubernetes.io/component"] === "service",
      );
      for (const service of services) {
        assert.equal(environmentOf("production", service).DATABASE_POOLER, spec.pgbouncer.poolMode);
      }
    }
  });

  it("spreads pods over machines, and keeps all but one of them while a machine is drained", () => {
    type Budget = { maxUnavailable: number; selector: { matchLabels: Record<string, string> } };
    const budgets = ofKind<Budget>("production", "PodDisruptionBudget");
    for (const { kind, name, labels, pod } of workloadsOf("production")) {
      if (kind === "Job") continue;
      assert.deepEqual(named(budgets, name).spec, { maxUnavailable: 1, selector: { matchLabels: labels } });
      assert.ok(
        pod.topologySpreadConstraints?.some((one) => one.topologyKey === "kubernetes.io/hostname"),
        name,
      );
    }
  });

  it("serves the public ports over TLS, and no other", () => {
    type Ingress = {
      tls: { hosts: string[] }[];
      rules: {
        host: string;
        http: { paths: { backend: { service: { name: string; port: { name: string } } } }[] };
      }[];
    };
    for (const { spec } of ofKind<Ingress>("production", "Ingress")) {
      assert.deepEqual(
        spec.rules.map(({ host }) => host),
        spec.tls.flatMap(({ hosts }) => hosts),
      );
      const backends = spec.rules.flatMap(({ http }) => http.paths.map(({ backend }) => backend.service));
      assert.deepEqual(backends.map(({ name }) => name).sort(), ["console", ...serviceNames].sort());
      assert.ok(backends.every(({ port }) => port.name === "http"));
    }
  });

  it("has the alerts and scrapes the metrics of observability/", () => {
    const [rules] = ofKind("production", "PrometheusRule");
    // Kustomize re-wraps long lines.
    const onOneLine = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(/(?:\\n|\s)+/g, " "));
    assert.deepEqual(onOneLine(rules?.spec), onOneLine(parse(read("observability/prometheus/alerts.yaml"))));
    const { scrape_configs: jobs } = parse(read("observability/prometheus/prometheus.yaml"));
    const families = jobs.find((job: { job_name: string }) => job.job_name === "rabbitmq-queues").params;
    type Endpoint = { port: string; params?: object; relabelings?: object[] };
    type Monitor = { endpoints: Endpoint[]; selector: { matchLabels: object } };
    const monitors = ofKind<Monitor>("production", "ServiceMonitor");
    assert.deepEqual(
      named(monitors, "rabbitmq").spec.endpoints.find(({ params }) => params)?.params,
      families,
    );
    const { endpoints } = named(monitors, "services").spec;
    assert.deepEqual(endpoints[0]?.relabelings, [{ targetLabel: "component", replacement: "service" }]);
    for (const service of serviceNames) {
      const { spec } = named(
        ofKind<{ ports: { name: string }[] }>("production", "Service"),
        `${service}-admin`,
      );
      assert.deepEqual(
        spec.ports.map(({ name }) => name),
        endpoints.map(({ port }) => port),
      );
    }
  });
});
