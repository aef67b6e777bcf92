/** The commands of operators, on one running system; the last of them find a service that is down. */
import "./operators/reconcile.ts";
import "./operators/dead-letters.ts";
