const tooLate = (timeoutMs: number): Error => new Error(`No answer within ${timeoutMs} ms`);

/** What work resolves to; rejects when that takes longer. The work itself goes on. */
export async function inTime<T>(timeoutMs: number, work: Promise<T>, lateness = tooLate): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(lateness(timeoutMs)), timeoutMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
