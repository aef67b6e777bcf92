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
    it(`of ${service} counts ready and unacknowledged messages in each queue that it consumes`, () => {
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
        // Over AMQP, KEDA only counts ready messages.
        assert.deepEqual(
          { protocol, mode, excludeUnacknowledged },
          { protocol: "http", mode: "QueueLength", excludeUnacknowledged: "false" },
        );
        // The messages that one replica may prefetch must not cause another one to be started.
        const queue = serviceDefinitions[service].queues.find(({ name }) => name === queueName);
        assert.ok(Number(value) >= (queue?.prefetch ?? Number.POSITIVE_INFINITY), `${queueName}`);
      }
    });

    it(`of ${service} uses no more connections than pooler and database allow`, () => {
      const { spec } = named(scalings, service);
      assert.ok(spec.minReplicaCount >= 2 && spec.maxReplicaCount > spec.minReplicaCount);
      const workload = named(ownWorkloads("production"), service);
      const variables = variablesOf(workload);
      const shares = ["REQUEST", "MESSAGING", "OPERATOR"].map((share) =>
        presetOf(variables, `DATABASE_${share}_CONNECTIONS`),
      );
      // Plus two for readiness, and one more replica while a release is rolled out.
      const perReplica = shares.reduce((sum, share) => sum + share, 2);
      const pooler = named(ofKind<Pooler>("production", "Pooler"), `${service}-pooler`).spec;
      const { max_client_conn = 0, default_pool_size = 0 } = pooler.pgbouncer.parameters;
      assert.ok((spec.maxReplicaCount + 1) * perReplica <= Number(max_client_conn), "clients of one pooler");
      const database = named(ofKind<Database>("production", "Cluster"), `${service}-database`).spec;
      // The remaining 20 are for migrations, replication and the operator.
      const most = Number(database.postgresql.parameters.max_connections) - 20;
      assert.ok(pooler.instances * Number(default_pool_size) <= most, "connections to the database");
    });
  }

  it("leaves the number of replicas to KEDA: applying the manifests again must not reset it", () => {
    const deployments = ofKind<{ replicas?: number }>("production", "Deployment");
    for (const { spec } of scalings) {
      assert.equal(named(deployments, spec.scaleTargetRef.name).spec.replicas, undefined);
    }
  });
});
