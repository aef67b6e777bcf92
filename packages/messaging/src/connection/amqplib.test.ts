import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { corkEachTurn } from "./amqplib.ts";

/** Records the chunks of each call. */
class Recorder extends Writable {
  readonly sent: string[][] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent.push([chunk.toString()]);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.sent.push(chunks.map(({ chunk }) => chunk.toString()));
    done();
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("a corked socket", () => {
  it("sends what was written in one turn with one call, in order, and later writes separately", async () => {
    const socket = new Recorder();
    corkEachTurn(socket);
    for (const text of ["a", "b", "c"]) socket.write(text);
    await nextTurn();
    socket.write("d");
    await nextTurn();
    assert.deepEqual(socket.sent, [["a", "b", "c"], ["d"]]);
  });

  it("reports a full buffer, and when it has drained", async () => {
    const socket = new Recorder({ highWaterMark: 4 });
    corkEachTurn(socket);
    let drained = 0;
    socket.on("drain", () => drained++);
    assert.equal(socket.write("abc"), true);
    assert.equal(socket.write("def"), false);
    await nextTurn();
    assert.equal(drained, 1);
    assert.equal(socket.write("g"), true);
  });

  it("sends what is buffered when the socket is ended in the same turn", async () => {
    const socket = new Recorder();
    corkEachTurn(socket);
    socket.write("a");
    socket.write("b");
    socket.end();
    await new Promise((resolve) => socket.on("finish", resolve));
    assert.deepEqual(socket.sent.flat(), ["a", "b"]);
  });
});
