import { findOrInstall, findProgram } from "./programs.ts";

/** The environment of a process whose clock is off by this many seconds; its timers run as usual. */
export function clockOff(seconds: number, progress: (line: string) => void = console.error) {
  const find = () => findProgram("libfaketime.so.1", "/usr/lib/*/faketime", "/usr/lib64/faketime");
  return {
    LD_PRELOAD: findOrInstall(find, "faketime", progress),
    FAKETIME: `${seconds < 0 ? "" : "+"}${seconds}`,
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
}
