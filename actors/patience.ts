/** Waits until something is so: looks each time it is woken, and gives up when the limit has passed. */
export class Patience {
  #wake = () => {}

  wake(): void {
    this.#wake()
  }

  /** False: it is late. What `isSo` throws ends the wait. */
  async until(isSo: () => boolean, limitMs: number): Promise<boolean> {
    const wait = { isLate: false }
    const timer = setTimeout(() => {
      wait.isLate = true
      this.#wake()
    }, limitMs)
    try {
      for (;;) {
        if (isSo()) return true
        if (wait.isLate) return false
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
      }
    } finally {
      clearTimeout(timer)
    }
  }
}
