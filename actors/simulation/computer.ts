/** The computer the engine runs on: it starts processes, loses them, falls asleep and wakes up. */
import type { AccountEvent } from '../../machines/account/context.ts'
import { EngineProcess, type Surroundings } from './engine-process.ts'
import type { FaultKind } from './fault-kinds.ts'
import { ALL } from './faults.ts'

type Parts = Omit<Surroundings, 'killed' | 'whenAwake'> & {
  /** A process has ended; nothing it did from here on counts. */
  onEnd: (process: EngineProcess) => void
}

/** Time until somebody starts the engine again. */
const DOWN_MS = [50, 1_000, 5_000, 60_000]
/** Within this time a new process may be lost again at once. */
const AGAIN_MS_MAX = 2_000

export class Computer {
  readonly #parts: Parts
  #process: EngineProcess | null = null
  #isAsleep = false
  /** What reaches a sleeping machine waits here. */
  readonly #waiting: (() => void)[] = []
  /** Restarts that are to follow the next one at once. */
  killsToCome = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** `null` while none is running. */
  get process(): EngineProcess | null {
    return this.#process
  }

  get isAsleep(): boolean {
    return this.#isAsleep
  }

  /** Starts a process, unless one is running. */
  start(): void {
    if (this.#process !== null) return
    const { timeline, faults } = this.#parts
    const process = new EngineProcess({
      ...this.#parts,
      killed: (ended, kind) => this.#killed(ended, kind),
      whenAwake: call => this.whenAwake(call),
    })
    this.#process = process
    if (!process.isOpen) return this.#bury(process)
    if (this.killsToCome === 0) return
    this.killsToCome -= 1
    timeline.at(timeline.now() + faults.dice('process').between(0, AGAIN_MS_MAX), () => this.kill())
  }

  /** At once, or when the machine wakes up. */
  whenAwake(call: () => void): void {
    if (this.#isAsleep) this.#waiting.push(call)
    else call()
  }

  sleep(): void {
    this.#isAsleep = true
    this.#parts.timeline.runEngine(null)
  }

  /** The clock jumps to what it has become, then the machine hears of everything at once. */
  wake(): void {
    if (!this.#isAsleep) return
    this.#isAsleep = false
    if (this.#process?.isOpen === true) this.#parts.timeline.runEngine(this.#process.system.clock)
    for (const call of this.#waiting.splice(0)) call()
  }

  /** What a person tells the engine; nobody hears it while there is no process. */
  tell(accountId: string, event: AccountEvent): void {
    this.whenAwake(() => {
      if (this.#process?.isOpen === true) this.#process.tell(accountId, event)
    })
  }

  /** Ends the process from outside; the next one starts some time later. */
  kill(): void {
    if (this.#process === null) return
    this.#process.cut()
    this.#bury(this.#process)
  }

  /** A fault has cut the process from inside one of its own steps: it is taken away when that step is over. */
  #killed(process: EngineProcess, kind: FaultKind): void {
    const { faults, timeline } = this.#parts
    faults.note(kind, ALL, 0)
    timeline.at(timeline.now(), () => this.#bury(process))
  }

  #bury(process: EngineProcess): void {
    if (this.#process !== process) return
    const { faults, timeline, onEnd } = this.#parts
    this.#process = null
    onEnd(process)
    process.end()
    this.wake()
    const ms = faults.dice('process').pick(DOWN_MS)
    faults.feel(ALL, ms)
    timeline.at(timeline.now() + ms, () => this.start())
  }
}
