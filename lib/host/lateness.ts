/** How long this process could not run, though it would have: what it measures meanwhile lasts that much longer. */

const TICK_MS = 20;
/** A delay of no more is the timer's own. */
const JITTER_MS = 10;

/**
 * Begins to measure; the function it returns ends that, and gives the milliseconds in which this process's event loop came
 * too late, for want of a processor or by work of its own.
 */
export function measureLateness(now: () => number = () => performance.now()): () => number {
  let last = now();
  let lateMs = 0;
  const look = () => {
    const at = now();
    const late = at - last - TICK_MS;
    if (late > JITTER_MS) lateMs += late;
    last = at;
  };
  const timer = setInterval(look, TICK_MS);
  return () => {
    clearInterval(timer);
    look();
    return lateMs;
  };
}
