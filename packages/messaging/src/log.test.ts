import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { atMostEvery, callSafely } from "./log.ts";
import { stoppedClock } from "./testing/clock.ts";
import { RecordingLog } from "./testing/recording-log.ts";

describe("a rate-limited log line", () => {
  it("is written at once, then not before the interval has passed, with the number of suppressed lines", () => {
    using clock = stoppedClock();
    const start = clock.now;
    const counts: number[] = [];
    const write = atMostEvery(100);
    for (const time of [0, 1, 99, 100, 150, 250, 1000]) {
      clock.now = start + time;
      write((suppressed) => counts.push(suppressed));
    }
    assert.deepEqual(counts, [0, 2, 1, 0]);
  });

  it("never suppresses another message", () => {
    using _clock = stoppedClock();
    const lines: string[] = [];
    const write = atMostEvery(100);
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
