/**
 * Stops `performance.now()`, at a whole number, until it is disposed of: only the test moves it on.
 * @example using clock = stoppedClock();
 */
export function stoppedClock() {
  const { now } = performance;
  const clock = {
    now: Math.ceil(performance.now()),
    [Symbol.dispose]() {
      performance.now = now;
    },
  };
  performance.now = () => clock.now;
  return clock;
}
