import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Addresses } from "./addresses.ts";

describe("the addresses of a broker", () => {
  it("are tried one after the other, then from the beginning", () => {
    const { random } = Math;
    Math.random = () => 0;
    const addresses = new Addresses("amqp://a:b@one:1/host, amqps://c:d@two/%2Fother?heartbeat=3");
    Math.random = random;
    assert.deepEqual(addresses.current, {
      protocol: "amqp",
      hostname: "one",
      port: 1,
      username: "a",
      password: "b",
      vhost: "host",
      heartbeat: 5,
      frameMax: 131_072,
      channelMax: 0,
    });
    addresses.next();
    assert.deepEqual(addresses.current, {
      protocol: "amqps",
      hostname: "two",
      port: 5671,
      username: "c",
      password: "d",
      vhost: "%2Fother",
      heartbeat: 3,
      frameMax: 131_072,
      channelMax: 0,
    });
    addresses.next();
    assert.equal(addresses.current.hostname, "one");
  });

  it("are shuffled, so that replicas spread over a broker's nodes, even after one has failed", () => {
    const sequences = Array.from({ length: 300 }, () => {
      const addresses = new Addresses("amqp://one,amqp://two,amqp://three");
      const sequence = [addresses.current.hostname];
      addresses.next();
      sequence.push(addresses.current.hostname);
      addresses.next();
      sequence.push(addresses.current.hostname);
      return sequence.join();
    });
    assert.equal(new Set(sequences).size, 6);
  });

  it("accept percent-encoded users and passwords", () => {
    const { current } = new Addresses("amqp://us%40er:p%2Fw@[::1]:5672/");
    assert.deepEqual([current.username, current.password, current.hostname], ["us@er", "p/w", "::1"]);
  });

  it("are refused at once when one is not a broker's URL", () => {
    assert.throws(() => new Addresses("amqp://one,http://two"), /the broker's URL must be amqp:/);
  });
});
