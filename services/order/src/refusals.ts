import type { OrderStatus } from "./order.ts";
import type { LineProblem } from "./pricing.ts";

/**
 * Why a command refuses its input; thrown before it changes anything. `http/problems.ts` maps each to a problem
 * document.
 */
export abstract class Refusal extends Error {}

export class UnknownOrder extends Refusal {
  override readonly name = "UnknownOrder";
  readonly orderId: string;

  constructor(orderId: string) {
    super(`There is no order "${orderId}".`);
    this.orderId = orderId;
  }
}

export class WrongStatus extends Refusal {
  override readonly name = "WrongStatus";
  readonly status: OrderStatus;

  constructor(
    order: { readonly id: string; readonly status: OrderStatus },
    wanted: { readonly to: OrderStatus; readonly from: readonly OrderStatus[] },
  ) {
    super(
      `Order "${order.id}" is ${order.status}; only a ${wanted.from.join(" or ")} order can be ${wanted.to}.`,
    );
    this.status = order.status;
  }
}

export class CannotBePriced extends Refusal {
  override readonly name = "CannotBePriced";
  readonly problems: readonly [LineProblem, ...LineProblem[]];

  constructor(problems: readonly [LineProblem, ...LineProblem[]]) {
    super(problems.map(({ detail }) => detail).join("; "));
    this.problems = problems;
  }
}
