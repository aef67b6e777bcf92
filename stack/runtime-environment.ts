/** Environment variables of every process that serves on Bun; the Dockerfile sets the same (docs/decisions/memory.md). */
export const runtimeEnvironment = { MIMALLOC_PURGE_HOLES: "0" } as const;
