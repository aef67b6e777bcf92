import type { Measurement } from "../measurement.ts";
import { backlog } from "./backlog.ts";
import { capacity } from "./capacity.ts";
import { consumer } from "./consumer.ts";
import { fullTables, hotProduct, replicas, tracing } from "./load-shapes.ts";
import { lowRates } from "./low-rates.ts";
import { memory } from "./memory.ts";
import { orderFlow } from "./order-flow.ts";
import { peers } from "./peers.ts";
import { postOrders } from "./post-orders.ts";
import { publisher } from "./publisher.ts";
import { relay } from "./relay.ts";
import { startUp } from "./start-up.ts";
import { tools } from "./tools.ts";
import { validation } from "./validation.ts";

export const measurements: readonly Measurement[] = [
  peers,
  orderFlow,
  lowRates,
  publisher,
  consumer,
  relay,
  postOrders,
  validation,
  backlog,
  fullTables,
  hotProduct,
  replicas,
  tracing,
  startUp,
  memory,
  tools,
  capacity,
];
