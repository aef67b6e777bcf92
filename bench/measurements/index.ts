import type { Measurement } from "../measurement.ts";
import { orderFlow } from "./order-flow.ts";

export const measurements: readonly Measurement[] = [orderFlow];
