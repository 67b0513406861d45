/** What the doctor asks of the machine: the runtime, the disk, the clock. */
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { wall } from '../wall.ts'
import { type Finding, failed, ok, textOf, warning } from './check.ts'

const NODE_MIN = 24
const MEGABYTE = 1_048_576
const FSYNC_MS_MAX = 1_000
/** No engine of this version ran before it. */
const EPOCH = Date.UTC(2026, 0, 1)
const WATCH_MS = 250
const DRIFT_MS_MAX = 50

export const checkRuntime = (version: string = process.versions.node): Finding => {
  const found = `Node ${version} on ${process.platform} ${process.arch}`
  if (Number(version.split('.', 1)[0]) >= NODE_MIN) return ok('runtime', found)
  return failed('runtime', found, `Run it by npm start or npx latch, which bring Node ${NODE_MIN}.`)
}

/** Writes to the data folder as the store does, and looks at the room that is left. */
export const checkDisk = (dataDir: string, freeBytesMin: number | null): Finding => {
  const file = join(dataDir, `.doctor-${process.pid}`)
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const startedAt = performance.now()
    const descriptor = openSync(file, 'wx', 0o600)
    try {
      writeSync(descriptor, 'latch')
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
      rmSync(file)
    }
    const ms = Math.round(performance.now() - startedAt)
    const { bavail, bsize } = statfsSync(dataDir)
    const free = bavail * bsize
    const found = `${Math.round(free / MEGABYTE)} MB free in ${dataDir}, durable write in ${ms} ms`
    if (freeBytesMin !== null && free < freeBytesMin)
      return failed('disk', found, 'Make room, or lower RETENTION_LLM_DAYS and LOG_KEEP.')
    if (ms > FSYNC_MS_MAX)
      return warning('disk', found, 'Use a local disk: each order waits for such a write.')
    return ok('disk', found)
  } catch (error) {
    return failed('disk', textOf(error), 'Set DATA_DIR to a folder this user may write to.')
  }
}

/** Whether the clock tells a possible time, and runs as fast as time passes. */
export const checkClock = async (
  now: () => number = wall.now,
  wait: (ms: number) => Promise<unknown> = sleep,
): Promise<Finding> => {
  const [wallAt, passedAt] = [now(), performance.now()]
  await wait(WATCH_MS)
  const drift = Math.round(now() - wallAt - (performance.now() - passedAt))
  const found = `${new Date(wallAt).toISOString()}, off by ${drift} ms within ${WATCH_MS} ms`
  const remedy = 'Let the machine set its clock from the network (NTP).'
  if (wallAt < EPOCH) return failed('clock', found, remedy)
  return Math.abs(drift) > DRIFT_MS_MAX ? warning('clock', found, remedy) : ok('clock', found)
}
