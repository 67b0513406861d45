/** Lets callers in one after the other, in the order they came. A failure is its caller's alone. */
export class Turn {
  private last: Promise<unknown> = Promise.resolve()

  take<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.last.then(work)
    this.last = mine.catch(() => undefined)
    return mine
  }
}
