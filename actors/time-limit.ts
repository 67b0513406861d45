/** Work that may hang, with a limit in real time. Only live wiring waits for real time. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow'
}

/** Settles as the work does, or throws `TooSlow` after `ms`; the work itself goes on. */
export const within = <Value>(work: Promise<Value>, ms: number, what: string): Promise<Value> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TooSlow(`${what} took longer than ${ms} ms`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
