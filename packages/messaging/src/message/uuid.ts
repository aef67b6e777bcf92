import { randomFillSync } from "node:crypto";

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Random bytes for 512 ids at a time: asking the system for each id costs ten times as much. */
const pool = new Uint8Array(512 * 8);
let used = pool.length;

let lastTime = 0;
/** The 12 bits after the version: counts the ids of one millisecond, so that they sort as they were made. */
let counter = 0;

/**
 * A UUIDv7 (RFC 9562): sorts by the time it was made. Ids of one process strictly increase, also within
 * a millisecond and when the clock is set back.
 */
export function uuidv7(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = (index: number) => pool[used + index] ?? 0;

  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    counter = ((random(6) & 0x07) << 8) | random(7); // the lower half only, to leave room to count up
  } else if (++counter > 0xfff) {
    lastTime += 1;
    counter = 0;
  }

  const high = Math.floor(lastTime / 0x10000);
  const low = lastTime % 0x10000;
  const id =
    `${byte(high >>> 24)}${byte(high >>> 16)}${byte(high >>> 8)}${byte(high)}-` +
    `${byte(low >>> 8)}${byte(low)}-${byte(0x70 | (counter >>> 8))}${byte(counter)}-` +
    `${byte(0x80 | (random(0) & 0x3f))}${byte(random(1))}-` +
    `${byte(random(2))}${byte(random(3))}${byte(random(4))}${byte(random(5))}${byte(random(6))}${byte(random(7))}`;
  used += 8;
  return id;
}

function byte(value: number): string {
  return hex[value & 0xff] ?? "";
}
