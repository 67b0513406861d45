/** What is shipped to run it elsewhere: files parse, are safe by default, and ask only for what there is. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Watch } from '../../actors/operations/watch.ts'
import { VARIABLE_NAMES } from '../../adapters/config/environment.ts'
import { NO_ALERTS } from '../../domain/alert.ts'
import { PUBLIC_PATHS } from '../../http/guard.ts'
import { createFakeEngine } from '../http/fake-engine.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

type Service = {
  image?: string
  profiles?: string[]
  ports?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  read_only?: boolean
  entrypoint?: string[]
  secrets?: string[]
}
type Compose = {
  services: Record<string, Service>
  secrets: Record<string, { file: string }>
  volumes: object
}
const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose

describe('the compose file', () => {
  const services = Object.entries(compose.services)

  test('starts the engine alone by default', () => {
    expect(services.filter(([, each]) => each.profiles === undefined).map(([name]) => name)).toEqual([
      'engine',
    ])
    expect(services.flatMap(([, each]) => each.profiles ?? [])).toEqual([
      'postgres',
      'monitoring',
      'monitoring',
    ])
  })

  test.each(services)('%s publishes to this machine only', (_name, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  test.each(services)('%s has an image of one exact version', (_name, { image }) => {
    expect(image).toMatch(/^latch:local$|:v?\d+\.\d+\.\d+(-[\w.]+)?$|@sha256:[0-9a-f]{64}$/)
  })

  test('the database is not published, and needs a password of its own', () => {
    expect(compose.services['postgres']?.ports).toBeUndefined()
    expect(compose.services['postgres']?.environment?.['POSTGRES_PASSWORD']).toBe('${POSTGRES_PASSWORD:-}')
  })

  test('Grafana does not start without a password (D-49)', () => {
    const { environment, entrypoint } = compose.services['grafana'] ?? {}
    expect(environment?.['GF_SECURITY_ADMIN_PASSWORD']).toBe('${GRAFANA_ADMIN_PASSWORD:-}')
    expect(entrypoint?.at(-1)).toMatch(/^test -n "\$\$GF_SECURITY_ADMIN_PASSWORD" \|\| \{ .*exit 1; \}; exec/)
    expect(environment?.['GF_AUTH_ANONYMOUS_ENABLED']).toBe('false')
  })

  test('the engine has a root that nobody writes to', () => {
    expect(compose.services['engine']?.read_only).toBe(true)
  })

  test('each file that is mounted is there, each volume and secret is declared', () => {
    for (const [, { volumes = [], secrets = [] }] of services) {
      for (const volume of volumes) {
        const source = volume.split(':', 1)[0] ?? ''
        if (source.startsWith('./')) expect(existsSync(join(ROOT, source)), source).toBe(true)
        else expect(Object.keys(compose.volumes)).toContain(source)
      }
      for (const secret of secrets) expect(Object.keys(compose.secrets)).toContain(secret)
    }
    expect(read('.gitignore')).toContain('deploy/metrics-token')
  })

  test('each variable it gives to the engine is one the engine reads', () => {
    const names = Object.keys(compose.services['engine']?.environment ?? {})
    expect(names.filter(name => !VARIABLE_NAMES.includes(name))).toEqual([])
  })
})

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').replaceAll('\\\n', ' ').split('\n')
  const all = (word: string): string[] =>
    lines.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length + 1).trim())

  test('has two stages of an exact version, a user who is not root, a volume and the port (B-96, B-70)', () => {
    expect(all('FROM')).toHaveLength(2)
    for (const image of all('FROM')) expect(image).toMatch(/^node:24\.\d+\.\d+-/)
    expect(all('USER')).toEqual(['node'])
    expect(all('VOLUME')).toEqual(['["/data"]'])
    expect(all('EXPOSE')).toEqual(['3000'])
    expect(lines.findIndex(line => line.startsWith('USER'))).toBeLessThan(
      lines.findIndex(line => line.startsWith('ENTRYPOINT')),
    )
  })

  test('copies what is there, all that runs, and nothing that is ignored', () => {
    const copied = all('COPY').flatMap(line =>
      line
        .split(/\s+/)
        .slice(0, -1)
        .filter(part => !part.startsWith('--') && !part.startsWith('/')),
    )
    for (const path of copied) expect(existsSync(join(ROOT, path)), path).toBe(true)
    const ignored = read('.dockerignore').split('\n')
    for (const path of copied) expect(ignored).toContain(`!${path}`)
    for (const room of [
      'domain',
      'machines',
      'actors',
      'adapters',
      'http',
      'cli',
      'migrations',
      'profiles',
      'prompts',
    ]) {
      expect(copied).toContain(room)
    }
  })

  test('its health check asks a path that is open to everybody', () => {
    const [check] = all('HEALTHCHECK')
    const command = JSON.parse(check?.slice(check.indexOf('[')) ?? '') as string[]
    expect(command.slice(0, 2)).toEqual(['node', '-e'])
    expect(() => new Script(command[2] ?? '(')).not.toThrow()
    expect(PUBLIC_PATHS.some(path => command[2]?.includes(`'${path}'`))).toBe(true)
  })

  test('each variable it sets is one the engine reads', () => {
    const names = all('ENV').flatMap(line => [...line.matchAll(/(\w+)=/g)].map(match => match[1] ?? ''))
    expect(names.filter(name => name !== 'NODE_ENV' && !VARIABLE_NAMES.includes(name))).toEqual([])
  })
})

describe('monitoring', () => {
  const watch = new Watch({ engine: createFakeEngine(), thresholds: NO_ALERTS, now: () => 0 })
  const known = new Set(watch.metricNames)

  test('Prometheus asks the engine of the compose file, with the token it is given', () => {
    const { scrape_configs: jobs } = parse(read('deploy/prometheus.yml')) as {
      scrape_configs: {
        metrics_path: string
        authorization: object
        static_configs: { targets: string[] }[]
      }[]
    }
    expect(jobs[0]).toMatchObject({
      metrics_path: '/metrics',
      authorization: { type: 'Bearer', credentials_file: '/run/secrets/metrics_token' },
      static_configs: [{ targets: ['engine:3000'] }],
    })
    expect(compose.services['engine']?.environment?.['API_HOSTS']).toContain('engine')
  })

  type Board = {
    uid: string
    panels: { title: string; targets: { expr: string }[] }[]
    templating: { list: { query: string }[] }
  }
  const boards = globSync('deploy/grafana/dashboards/*.json', { cwd: ROOT })

  test('there are dashboards', () => {
    expect(boards.length).toBeGreaterThanOrEqual(2)
  })

  test.each(boards)('each query of %s names a metric there is (D-53)', path => {
    const board = JSON.parse(read(path)) as Board
    const queries = [
      ...board.panels.flatMap(panel => panel.targets.map(each => each.expr)),
      ...board.templating.list.map(each => each.query),
    ]
    const named = queries.map(query => [...query.matchAll(/\b(?:latch|process)_\w+/g)].map(match => match[0]))
    for (const [index, names] of named.entries()) {
      expect(names.length, queries[index]).toBeGreaterThan(0)
      for (const name of names) {
        const family = name.replace(/_(bucket|sum|count)$/, '')
        expect(known.has(name) || known.has(family), name).toBe(true)
      }
    }
  })

  test.each(globSync('deploy/grafana/provisioning/**/*.yml', { cwd: ROOT }))('%s parses', path => {
    expect(parse(read(path))).toMatchObject({ apiVersion: 1 })
  })
})
