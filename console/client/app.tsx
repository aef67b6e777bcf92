/** The page's views by their address. */
import type { VNode } from "preact";
import { Redirect, Route, Switch } from "wouter-preact";
import type { Settings } from "../src/shapes.ts";
import { Layout } from "./layout/layout.tsx";
import { Empty } from "./parts/states.tsx";
import { Toasts } from "./parts/toasts.tsx";
import { may, session } from "./session/session.ts";
import { SignIn } from "./session/sign-in.tsx";
import { BreakIt } from "./views/break-it/break-it.tsx";
import { DeadLetters } from "./views/dead-letters/dead-letters.tsx";
import { Flow } from "./views/flow/flow.tsx";
import { Notifications } from "./views/notifications/notifications.tsx";
import { OneOrder } from "./views/orders/order.tsx";
import { OrderList } from "./views/orders/order-list.tsx";
import { Import } from "./views/products/import/import.tsx";
import { OneProduct } from "./views/products/product.tsx";
import { ProductList } from "./views/products/product-list.tsx";

export function App({ settings }: { readonly settings: Settings }): VNode {
  if (session.value === undefined) return <SignIn settings={settings} />;
  return (
    <>
      <Layout settings={settings}>
        <Switch>
          <Route path="/">
            {may("console:watch") ? <Flow settings={settings} /> : <Redirect to="/orders" replace />}
          </Route>
          <Route path="/orders" component={OrderList} />
          <Route path="/orders/:id">{({ id }) => <OneOrder key={id} orderId={id} />}</Route>
          <Route path="/products" component={ProductList} />
          {/* Not a valid SKU, so it does not conflict with the address of a product. */}
          <Route path="/products/-/import" component={Import} />
          <Route path="/products/:sku">{({ sku }) => <OneProduct key={sku} sku={sku} />}</Route>
          <Route path="/dead-letters/*?" component={DeadLetters} />
          <Route path="/notifications/*?" component={Notifications} />
          {settings.breakIt && <Route path="/break-it" component={BreakIt} />}
          <Route>
            <Empty title="Page not found">Choose one of the views above.</Empty>
          </Route>
        </Switch>
      </Layout>
      <Toasts />
    </>
  );
}
