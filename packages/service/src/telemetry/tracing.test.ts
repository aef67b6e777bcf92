import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually, freePort } from "@rabbit-contract/messaging/testing";
import { ConfigError, readConfig } from "../config/config.ts";
import { memoryLog } from "../testing/http.ts";
import { otlpReceiver } from "../testing/otlp-receiver.ts";
import { createTelemetry } from "./telemetry.ts";
import { telemetryVariables } from "./variables.ts";

const request = () => new Request("http://127.0.0.1/baskets");

describe("tracing", () => {
  it("tells the collector which service made the spans, and sends the rest of them at the end", async () => {
    const receiver = await otlpReceiver();
    const { log } = memoryLog();
    const telemetry = await createTelemetry({
      ...{ service: "sample", log, traceShare: 1 },
      otlpEndpoint: `${receiver.endpoint}/`,
    });
    telemetry.startRequest(request(), {})?.end("/baskets", 200);
    await telemetry.close();
    await receiver.stop();
    assert.deepEqual(
      receiver.spans.map(({ service, name }) => [service, name]),
      [["sample", "GET /baskets"]],
    );
  });

  it("logs occasionally that spans are lost, and delays nothing, while the collector is down", async () => {
    const { log, lines } = memoryLog();
    const otlpEndpoint = `http://127.0.0.1:${await freePort()}`;
    const telemetry = await createTelemetry({ service: "sample", log, traceShare: 1, otlpEndpoint });
    telemetry.startRequest(request(), {})?.end("/baskets", 200);
    await telemetry.close();
    await eventually(() => assert.ok(lines.some(({ msg }) => msg === "spans are lost")), { timeout: 30_000 });
  });

  it("makes no spans without a collector", async () => {
    const { log } = memoryLog();
    const telemetry = await createTelemetry({ service: "sample", log, traceShare: 1 });
    assert.equal(telemetry.startRequest(request(), {}), undefined);
    await telemetry.close();
  });

  it("is configured by OpenTelemetry's variables", () => {
    const read = (environment: Record<string, string>) => readConfig(telemetryVariables, environment);
    assert.deepEqual({ ...read({}) }, { otlpEndpoint: undefined, traceShare: 0.05 });
    assert.equal(read({ OTEL_TRACES_SAMPLER_ARG: "1" }).traceShare, 1);
    for (const wrong of ["1.5", "-0.1", "5%", "all"]) {
      assert.throws(
        () => read({ OTEL_TRACES_SAMPLER_ARG: wrong }),
        (error) => {
          assert.ok(error instanceof ConfigError);
          assert.match(error.message, /OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1/);
          return true;
        },
      );
    }
  });
});
