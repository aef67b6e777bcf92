import type { VNode } from "preact";
import { Route, Switch } from "wouter-preact";
import { Import } from "./import/import.tsx";
import { OneProduct } from "./product.tsx";
import { ProductList } from "./product-list.tsx";

/** Not a valid SKU, so it does not conflict with the address of a product. */
export const importPath = "/products/-/import";

export function Products(): VNode {
  return (
    <Switch>
      <Route path={importPath} component={Import} />
      <Route path="/products/:sku">{({ sku }) => <OneProduct key={sku} sku={sku} />}</Route>
      <Route component={ProductList} />
    </Switch>
  );
}
