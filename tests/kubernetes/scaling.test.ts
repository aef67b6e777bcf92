import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serviceDefinitions } from "@orders/generated/topology";
import { serviceNames } from "@orders/stack";
import { named, ofKind, ownWorkloads } from "./manifests.ts";
import { presetOf, variablesOf } from "./programs.ts";

interface Scaling {
  readonly scaleTargetRef: { readonly name: string };
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly triggers: readonly {
    readonly type: string;
    readonly metadata: Readonly<Record<string, string>>;
  }[];
}

interface Pooler {
  readonly instances: number;
  readonly pgbouncer: { readonly parameters: Readonly<Record<string, string>> };
}

interface Database {
  readonly postgresql: { readonly parameters: Readonly<Record<string, string>> };
}

const scalings = ofKind<Scaling>("production", "ScaledObject");

describe("scaling", () => {
  for (const service of serviceNames) {
    it(`of ${service} counts what waits and what is in hand in each queue that it consumes`, () => {
      const { spec } = named(scalings, service);
      assert.equal(spec.scaleTargetRef.name, service);
      const triggers = spec.triggers
        .filter(({ type }) => type === "rabbitmq")
        .map(({ metadata }) => metadata);
      assert.deepEqual(
        triggers.map(({ queueName = "" }) => queueName).sort(),
        serviceDefinitions[service].queues.map(({ name }) => name).sort(),
      );
      for (const { queueName, protocol, mode, excludeUnacknowledged, value } of triggers) {
        // Over AMQP, KEDA sees only what is ready.
        assert.deepEqual(
          { protocol, mode, excludeUnacknowledged },
          { protocol: "http", mode: "QueueLength", excludeUnacknowledged: "false" },
        );
        // What one replica may have in hand must not ask for another.
        const queue = serviceDefinitions[service].queues.find(({ name }) => name === queueName);
        assert.ok(Number(value) >= (queue?.prefetch ?? Number.POSITIVE_INFINITY), `${queueName}`);
      }
    });

    it(`of ${service} takes no more connections than pooler and database have`, () => {
      const { spec } = named(scalings, service);
      assert.ok(spec.minReplicaCount >= 2 && spec.maxReplicaCount > spec.minReplicaCount);
      const workload = named(ownWorkloads("production"), service);
      const variables = variablesOf(workload);
      const shares = ["REQUEST", "MESSAGING", "OPERATOR"].map((share) =>
        presetOf(variables, `DATABASE_${share}_CONNECTIONS`),
      );
      // Two more for readiness; one replica more while a release is rolled out.
      const perReplica = shares.reduce((sum, share) => sum + share, 2);
      const pooler = named(ofKind<Pooler>("production", "Pooler"), `${service}-pooler`).spec;
      const { max_client_conn = 0, default_pool_size = 0 } = pooler.pgbouncer.parameters;
      assert.ok((spec.maxReplicaCount + 1) * perReplica <= Number(max_client_conn), "clients of one pooler");
      const database = named(ofKind<Database>("production", "Cluster"), `${service}-database`).spec;
      // The rest is for migrations, replication and the operator.
      const most = Number(database.postgresql.parameters.max_connections) - 20;
      assert.ok(pooler.instances * Number(default_pool_size) <= most, "connections to the database");
    });
  }

  it("leaves the number of replicas to KEDA: another apply must not set it back", () => {
    const deployments = ofKind<{ replicas?: number }>("production", "Deployment");
    for (const { spec } of scalings) {
      assert.equal(named(deployments, spec.scaleTargetRef.name).spec.replicas, undefined);
    }
  });
});
