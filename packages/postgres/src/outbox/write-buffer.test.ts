import assert from "node:assert/strict";
import { it } from "node:test";
import { WriteBuffer, type WriteBufferOptions } from "./write-buffer.ts";

const hour = 3_600_000;

function recording(options: WriteBufferOptions) {
  const { promise: wrote, resolve } = Promise.withResolvers<void>();
  const written: (readonly number[])[] = [];
  const write = async (items: readonly number[]) => {
    written.push(items);
    resolve();
  };
  return { buffer: new WriteBuffer<number>(write, assert.ifError, options), written, wrote };
}

it("writes everything that gathers during the pause with one statement", async () => {
  const { buffer, written, wrote } = recording({ pause: 20 });
  for (const item of [1, 2, 3]) buffer.add(item);
  await Promise.resolve();
  buffer.add(4);
  await wrote;
  assert.deepEqual(written, [[1, 2, 3, 4]]);
});

it("waits no longer once there are enough items", async () => {
  const { buffer, written, wrote } = recording({ pause: hour, enough: 2 });
  buffer.add(1);
  buffer.add(2);
  await wrote;
  assert.deepEqual(written, [[1, 2]]);
});

it("writes at once when it is drained, and from then on", async () => {
  const { buffer, written } = recording({ pause: hour });
  buffer.add(1);
  await buffer.drained();
  buffer.add(2);
  await buffer.drained();
  assert.deepEqual(written, [[1], [2]]);
});
