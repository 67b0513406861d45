/** Whether a process that was seen before is still the same one. */
import { readFile } from 'node:fs/promises'

/** Field 22 of `/proc/<pid>/stat`, counted from the state that follows the name in parentheses (proc(5)). */
const START_AFTER_NAME = 19

/**
 * When a process started, as the system's own count together with the boot it counts from; `null` where that cannot be
 * known (no such process, or a system without `/proc`). Only good for comparing with an earlier answer.
 */
export const startOf = async (pid: number): Promise<string | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_AFTER_NAME]
    return ticks === undefined ? null : `${boot.trim()}/${ticks}`
  } catch {
    return null
  }
}

/** True when the process runs and, as far as can be known, is the one that started at `startedAt`. */
export const isRunning = async (pid: number, startedAt: string | null): Promise<boolean> => {
  if (!exists(pid)) return false
  const start = await startOf(pid)
  return start === null || startedAt === null || start === startedAt
}

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
