/** How long this process was ready to run but could not: what it measures meanwhile lasts that much longer. */

const TICK_MS = 20;
/** A delay up to this is the timer's own. */
const JITTER_MS = 10;

/**
 * Begins to measure. The function it returns ends that, and returns by how many milliseconds this process's event loop
 * was late, for want of a processor or because of work of its own.
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
