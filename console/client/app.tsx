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
import { Orders } from "./views/orders/orders.tsx";
import { Products } from "./views/products/products.tsx";

export function App({ settings }: { readonly settings: Settings }): VNode {
  if (session.value === undefined) return <SignIn settings={settings} />;
  return (
    <>
      <Layout settings={settings}>
        <Switch>
          <Route path="/">
            {may("console:watch") ? <Flow settings={settings} /> : <Redirect to="/orders" replace />}
          </Route>
          <Route path="/orders/*?" component={Orders} />
          <Route path="/products/*?" component={Products} />
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
