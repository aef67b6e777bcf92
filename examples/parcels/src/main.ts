import { startDepot } from "./depot.ts";
import { startTracking } from "./tracking.ts";

const url = process.env.AMQP_URL ?? "amqp://guest:guest@localhost:5672";
const tracking = await startTracking(url);
const depot = await startDepot(url);
await depot.scan({ parcelId: "p-1", place: "Pier 4", region: "north", carrier: "Slow Boat" });
let position = await depot.whereIs("p-1");
while (position === undefined) position = await depot.whereIs("p-1"); // the scan is on its way
console.log(`p-1 is at ${position}`);
await depot.close();
await tracking.close();
