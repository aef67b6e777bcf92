import type { VNode } from "preact";
import { Route, Switch } from "wouter-preact";
import { OneOrder } from "./order.tsx";
import { OrderList } from "./order-list.tsx";

export function Orders(): VNode {
  return (
    <Switch>
      <Route path="/orders/:orderId">{({ orderId }) => <OneOrder key={orderId} orderId={orderId} />}</Route>
      <Route component={OrderList} />
    </Switch>
  );
}
