/** Time from nothing: the command line's help, and a whole engine until its HTTP interface answers. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './engine.ts'
import { rounds, timed } from './measure.ts'

export type StartRow = { what: string; ms: number }

const ENTRY = join(ROOT, 'cli', 'latch.ts')
/** An engine that is not up by then has a fault that a bench should not hide. */
const UP_MS_MAX = 60_000
const POLL_MS = 10

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })

const answers = async (url: string): Promise<boolean> => {
  try {
    const reply = await fetch(url)
    await reply.arrayBuffer()
    return true
  } catch {
    return false
  }
}

/** Milliseconds until the engine answers anything at all over HTTP, on a data folder as it is. */
const startEngine = async (dataDir: string): Promise<number> => {
  const port = await freePort()
  const words = ['run', '--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(port), '--quiet']
  const from = performance.now()
  const child = spawn(process.execPath, [ENTRY, ...words], { cwd: ROOT, stdio: 'ignore' })
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
  })
  try {
    while (!(await answers(`http://127.0.0.1:${port}/health`))) {
      if (child.exitCode !== null)
        throw new Error(`latch run ended with code ${child.exitCode} before it answered`)
      if (performance.now() - from > UP_MS_MAX)
        throw new Error(`latch run does not answer after ${UP_MS_MAX} ms`)
      await new Promise(resolve => setTimeout(resolve, POLL_MS))
    }
    return performance.now() - from
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

/** Empty when there is no command line to start. */
export const measureStart = async (count: number): Promise<StartRow[]> => {
  if (!existsSync(ENTRY)) return []
  const help = await rounds(count, 1, () =>
    timed(() => {
      const { status, stderr } = spawnSync(process.execPath, [ENTRY, '--help'], { encoding: 'utf8' })
      if (status !== 0) throw new Error(`latch --help ended with code ${status}: ${stderr}`)
    }),
  )
  const dataDir = mkdtempSync(join(tmpdir(), 'latch-bench-start-'))
  try {
    const first = await startEngine(dataDir)
    const again = await startEngine(dataDir)
    return [
      { what: 'latch --help', ms: help.median },
      { what: 'latch run, empty data folder, until HTTP answers', ms: first },
      { what: 'latch run, started again', ms: again },
    ]
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}
