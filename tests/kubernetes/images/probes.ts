/** Probes a pod like the kubelet. */
import { setTimeout as delay } from "node:timers/promises";
import type { Workload } from "../manifests.ts";
import type { Container } from "./engine.ts";

type Probe = NonNullable<Workload["container"]["startupProbe"]>;

export class Probes {
  /** The reasons why the kubelet would have restarted the container; empty while it is healthy. */
  readonly restarts: string[] = [];
  #ready = false;
  #stopped = false;
  readonly #workload: Workload;
  readonly #container: Container;

  constructor(workload: Workload, container: Container) {
    this.#workload = workload;
    this.#container = container;
  }

  /** Waits for the start-up probe; then liveness and readiness are probed until `stop`. */
  async start(): Promise<void> {
    const { startupProbe, livenessProbe, readinessProbe } = this.#workload.container;
    if (!startupProbe || !livenessProbe || !readinessProbe)
      throw new Error(`${this.#workload.name} lacks a probe`);
    const failures = startupProbe.failureThreshold ?? 3;
    for (let attempt = 1; !(await this.#answers(startupProbe)); attempt++) {
      if (attempt >= failures || !this.#container.isRunning)
        throw new Error(`${this.#workload.name} did not start:\n${this.#container.log}`);
      await delay((startupProbe.periodSeconds ?? 10) * 1_000);
    }
    void this.#repeat(livenessProbe, (failed) => {
      if (failed) this.restarts.push(`${this.#workload.name} was not alive at ${new Date().toISOString()}`);
    });
    void this.#repeat(readinessProbe, (failed) => {
      this.#ready = !failed;
    });
  }

  /** Whether a Service would send requests to it. */
  get isReady(): boolean {
    return this.#ready;
  }

  stop(): void {
    this.#stopped = true;
  }

  async #repeat(probe: Probe, tell: (failed: boolean) => void): Promise<void> {
    for (let failures = 0; !this.#stopped; await delay((probe.periodSeconds ?? 10) * 1_000)) {
      failures = (await this.#answers(probe)) ? 0 : failures + 1;
      if (failures === 0) tell(false);
      else if (failures === (probe.failureThreshold ?? 3) && !this.#stopped) tell(true);
    }
  }

  async #answers({ httpGet, timeoutSeconds = 1 }: Probe): Promise<boolean> {
    const port = this.#workload.container.ports?.find(({ name }) => name === httpGet?.port)?.containerPort;
    try {
      const url = `http://${this.#container.address}:${port}${httpGet?.path}`;
      const response = await fetch(url, { signal: AbortSignal.timeout(timeoutSeconds * 1_000) });
      await response.text();
      return response.ok;
    } catch {
      return false; // like the kubelet: any error counts as a failed probe
    }
  }
}
