import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { atMostEvery, callSafely } from "./log.ts";
import { RecordingLog } from "./testing/recording-log.ts";

describe("a rate-limited log line", () => {
  it("is written at once, then not before the interval has passed, with the number of suppressed lines", () => {
    let now = 0;
    const counts: number[] = [];
    const write = atMostEvery(100, () => now);
    for (const time of [0, 1, 99, 100, 150, 250, 1000]) {
      now = time;
      write((suppressed) => counts.push(suppressed));
    }
    assert.deepEqual(counts, [0, 2, 1, 0]);
  });

  it("never suppresses another message", () => {
    const lines: string[] = [];
    const write = atMostEvery(100, () => 0);
    for (const message of ["lost", "cannot connect", "lost", "cannot connect"])
      write((suppressed) => lines.push(`${message} ${suppressed}`), message);
    assert.deepEqual(lines, ["lost 0", "cannot connect 0"]);
  });
});

describe("a listener that throws", () => {
  it("is logged and affects nothing else", () => {
    const log = new RecordingLog();
    callSafely(() => {
      throw new Error("oops");
    }, log);
    assert.equal(log.matching(/listener/).length, 1);
  });
});
