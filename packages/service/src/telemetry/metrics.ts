/** Metrics in Prometheus' format. Only this file uses the library. */

import { finishesWithin } from "@rabbit-contract/messaging";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface MetricDescription<Label extends string> {
  /** By Prometheus' conventions: snake case, the unit at the end, `_total` for counters. */
  readonly name: string;
  readonly help: string;
  /** Each with few values, known in advance: never a user, an id or a path. */
  readonly labels?: readonly Label[];
}

type Labels<Label extends string> = Readonly<Record<Label, string>>;
export type Count<Label extends string> = (labels: Labels<Label>, by?: number) => void;
export type Observe<Label extends string> = (labels: Labels<Label>, value: number) => void;

export interface Reading<Label extends string> {
  readonly labels: Labels<Label>;
  readonly value: number;
}

/** Values that need a query, sampled on scrapes. */
export interface Sample<Name extends string> {
  /** Help of each gauge, by its name. */
  readonly gauges: Readonly<Record<Name, string>>;
  readonly read: () => Promise<Readonly<Record<Name, number>>>;
  /** Milliseconds for which a sample is reused, however many scrapes there are. @default 5000 */
  readonly maxAge?: number;
}

/** Milliseconds that a scrape waits for a query, so that a database that is down does not hide the other metrics. */
const patience = 1_000;

export class Metrics {
  readonly #registry = new Registry();
  readonly #refreshes: (() => Promise<void>)[] = [];
  readonly #sampleFailed = this.counter({
    name: "telemetry_sample_failures_total",
    help: "Queries for metrics that failed; their gauges are missing meanwhile",
  });

  readonly contentType = this.#registry.contentType;

  counter<Label extends string = never>(description: MetricDescription<Label>): Count<Label> {
    const counter = new Counter(this.#settings(description));
    return (labels, by = 1) => counter.inc(labels, by);
  }

  /** @param buckets upper bounds, in the unit of the name */
  histogram<Label extends string = never>(
    description: MetricDescription<Label> & { readonly buckets: readonly number[] },
  ): Observe<Label> {
    const histogram = new Histogram({ ...this.#settings(description), buckets: [...description.buckets] });
    return (labels, value) => histogram.observe(labels, value);
  }

  /** `read` is called at each scrape, and must be quick; label values that it does not return are not shown. */
  gauge<Label extends string = never>(
    description: MetricDescription<Label>,
    read: () => readonly Reading<Label>[],
  ): void {
    const unlabelled = description.labels === undefined;
    new Gauge({
      ...this.#settings(description),
      collect() {
        this.reset();
        if (unlabelled) this.remove(); // otherwise it would be 0 instead of missing
        for (const { labels, value } of read()) this.set(labels, value);
      },
    });
  }

  /** A counter that is kept elsewhere: `read` is called at each scrape. */
  total(name: string, help: string, read: () => number): void {
    new Counter({
      ...this.#settings({ name, help }),
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** Gauges that share one query. They are missing from a scrape that the query has no answer for. */
  sample<Name extends string>({ gauges, read, maxAge = 5_000 }: Sample<Name>): void {
    let answer: Readonly<Record<Name, number>> | undefined;
    let asked = Number.NEGATIVE_INFINITY;
    let asking: Promise<void> | undefined;
    const ask = async () => {
      asked = performance.now();
      answer = undefined;
      try {
        answer = await read();
      } catch {
        // Readiness says why.
        this.#sampleFailed({});
      } finally {
        asking = undefined;
      }
    };
    this.#refreshes.push(() => {
      if (performance.now() - asked >= maxAge) asking ??= ask();
      return asking ?? Promise.resolve();
    });
    for (const name in gauges) {
      this.gauge({ name, help: gauges[name] }, () =>
        answer === undefined ? [] : [{ labels: {}, value: answer[name] }],
      );
    }
  }

  async text(): Promise<string> {
    await finishesWithin(patience, Promise.all(this.#refreshes.map((refresh) => refresh())));
    return this.#registry.metrics();
  }

  #settings<Label extends string>({ name, help, labels = [] }: MetricDescription<Label>) {
    return { name, help, labelNames: labels, registers: [this.#registry] };
  }
}
