/** Runs the production manifests as containers on this machine: images, servers, migrations, services and console. */
import { serviceNames } from "@orders/stack";
import { kubernetesSecrets } from "@orders/stack/kubernetes/secrets";
import { waitForAll } from "@rabbit-contract/messaging/testing";
import { environmentFor, type Issuer } from "@rabbit-contract/service/testing";
import { environmentOf, named, ofKind, ownWorkloads, type Workload } from "../manifests.ts";
import { type Container, docker, Engine } from "./engine.ts";
import { Probes } from "./probes.ts";
import { type Databases, startPostgres, startRabbitmq } from "./servers.ts";

export interface Pod {
  readonly workload: Workload;
  readonly container: Container;
  readonly probes: Probes;
}

export interface System {
  readonly brokers: readonly Container[];
  readonly databases: Databases;
  readonly pods: readonly Pod[];
  podsOf(name: string): readonly Pod[];
  stop(): void;
}

const jobLimitSeconds = 120;

/** @param progress gets a line for each step; together they take minutes */
export async function startSystem(issuer: Issuer, progress: (line: string) => void): Promise<System> {
  const tag = `trial-${process.pid}`;
  progress("building the images");
  const build = (name: string, ...args: string[]) =>
    docker(["build", "--quiet", "--tag", `${name}:${tag}`, ...args, "."]);
  for (const service of serviceNames)
    build(service, "--target", "service", "--build-arg", `SERVICE=${service}`);
  build("console", "--target", "console");

  const secrets = new Map(
    kubernetesSecrets("smtp://mail:1025").map(({ metadata, stringData }) => [metadata.name, stringData]),
  );
  const engine = new Engine(`orders-${tag}`, secrets, `order:${tag}`);
  const pods: Pod[] = [];
  const stop = () => {
    for (const { probes } of pods) probes.stop();
    engine.remove();
    docker(["rmi", ...[...serviceNames, "console"].map((name) => `${name}:${tag}`)]);
  };
  try {
    progress("starting RabbitMQ and PostgreSQL");
    engine.start("maildev/maildev:2.2.1", { names: ["mail"], flags: [] });
    const brokers = await startRabbitmq(engine, secrets);
    const databases = await startPostgres(engine, secrets);

    const withImage = (workload: Workload): Workload => {
      const image = `${workload.labels["app.kubernetes.io/name"]}:${tag}`;
      return { ...workload, container: { ...workload.container, image } };
    };
    const own = ownWorkloads("production").map(withImage);
    progress("running the migrations");
    const jobs = own.filter(({ kind }) => kind === "Job");
    const running = jobs.map((job) => ({
      job,
      pod: engine.startPod(job, environmentOf("production", job), []),
    }));
    for (const { job, pod } of running) {
      const status = await pod.ended(jobLimitSeconds);
      if (status !== 0) throw new Error(`the job ${job.name} ended with ${status}:\n${pod.log}`);
    }

    progress("starting the services and the console");
    for (const deployment of own.filter(({ kind }) => kind === "Deployment")) {
      const { name } = deployment;
      const environment = { ...environmentOf("production", deployment), ...environmentFor(issuer) };
      for (let replica = 0; replica < replicasOf(name); replica++) {
        const container = engine.startPod(deployment, environment, [name, `${name}-admin`]);
        pods.push({ workload: deployment, container, probes: new Probes(deployment, container) });
      }
    }
    await waitForAll(pods.map(({ probes }) => probes.start()));
    return {
      brokers,
      databases,
      pods,
      podsOf: (name) => pods.filter(({ workload }) => workload.name === name),
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** The Deployment's own number, or KEDA's minimum. */
function replicasOf(name: string): number {
  const { replicas } = named(ofKind<{ readonly replicas?: number }>("production", "Deployment"), name).spec;
  if (replicas !== undefined) return replicas;
  return named(ofKind<{ readonly minReplicaCount: number }>("production", "ScaledObject"), name).spec
    .minReplicaCount;
}
