/** Cache of what was read from the services. */
import { QueryClient } from "@tanstack/preact-query";
import { CallError } from "./problem.ts";

/** A refusal would be repeated; a service that is down may come back. */
function worthTrying(failures: number, error: unknown): boolean {
  return !(error instanceof CallError && error.isFinal) && failures < 2;
}

/** Also tries without a network, since the console may be on this machine. */
const networkMode = "always";

export const queries = new QueryClient({
  defaultOptions: {
    queries: { networkMode, retry: worthTrying, staleTime: 2_000 },
    mutations: { networkMode, retry: false },
  },
});
