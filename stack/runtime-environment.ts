/** Environment variables of processes on Bun that serve, and of the tests; the Dockerfile sets the same (docs/decisions/memory.md). */
export const runtimeEnvironment = { MIMALLOC_PURGE_HOLES: "0" } as const;
