import type { VNode } from "preact";
import { Empty } from "../../parts/states.tsx";

export function Notifications(): VNode {
  return <Empty title="This view is being built" />;
}
