/** Runs the `latch` command as a user would, in its own process and folder. */
import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ENTRY = fileURLToPath(new URL('../../cli/latch.ts', import.meta.url))
/** Dozens of processes read the same sources: what the first compiles, the others need not. */
const COMPILED = { NODE_COMPILE_CACHE: join(tmpdir(), 'latch-test-code') }

export type Outcome = { code: number | null; stdout: string; stderr: string }

export const folder = (): string => mkdtempSync(join(tmpdir(), 'latch-cli-'))

export const latch = (args: string[], cwd: string, more: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, ...COMPILED, NO_COLOR: '1', NODE_OPTIONS: '', ...more }
    const child = spawn(process.execPath, [ENTRY, ...args], { cwd, env })
    const outcome: Outcome = { code: null, stdout: '', stderr: '' }
    child.stdout.on('data', chunk => {
      outcome.stdout += String(chunk)
    })
    child.stderr.on('data', chunk => {
      outcome.stderr += String(chunk)
    })
    child.on('error', reject)
    child.on('close', code => resolve({ ...outcome, code }))
  })

/** A running engine in its own process: what it says is waited for, and how it ends. */
export const startLatch = (
  cwd: string,
  env: NodeJS.ProcessEnv = {},
  nodeArgs: string[] = [],
  chosen = ['--profile', 'default', '--speed', '600'],
) => {
  const words = ['run', ...chosen, '--host', '127.0.0.1', '--port', '0']
  return follow(cwd, env, [...nodeArgs, ENTRY, ...words])
}

/** Any command that goes on until it is told to stop. */
export const followLatch = (words: string[], cwd: string, env: NodeJS.ProcessEnv = {}) =>
  follow(cwd, env, [ENTRY, ...words])

const follow = (cwd: string, env: NodeJS.ProcessEnv, args: string[]) => {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...COMPILED, NO_COLOR: '1', ...env },
  })
  let output = ''
  const seen = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const streams = [child.stdout, child.stderr]
      const look = () => {
        const match = pattern.exec(output)
        if (match === null) return
        for (const stream of streams) stream.off('data', look)
        child.off('close', gone)
        resolve(match)
      }
      const gone = () => reject(new Error(`ended before ${pattern}: ${output}`))
      for (const stream of streams) stream.on('data', look)
      child.on('close', gone)
      look()
    })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += String(chunk)
    })
  }
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  return { child, seen, ended, said: () => output }
}

/** A candle file of `count` five-minute candles that go up and down; `change` edits its lines. */
export const writeCandles = (
  directory: string,
  name: string,
  count: number,
  change: (lines: string[]) => string[] = lines => lines,
): void => {
  const lines = Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2025, 0, 1) + index * 300_000).toISOString()
    const open = 100 + 10 * Math.sin(index / 20)
    const close = 100 + 10 * Math.sin((index + 1) / 20)
    const row = [open, Math.max(open, close) + 0.2, Math.min(open, close) - 0.2, close, 50]
    return [at, ...row.map(value => value.toFixed(4))].join(',')
  })
  const header = 'timestamp,open,high,low,close,volume'
  writeFileSync(join(directory, name), `${[header, ...change(lines)].join('\n')}\n`)
}
