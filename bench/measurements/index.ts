import type { Measurement } from "../measurement.ts";
import { consumer } from "./consumer.ts";
import { orderFlow } from "./order-flow.ts";
import { postOrders } from "./post-orders.ts";
import { publisher } from "./publisher.ts";
import { relay } from "./relay.ts";

export const measurements: readonly Measurement[] = [orderFlow, publisher, consumer, relay, postOrders];
