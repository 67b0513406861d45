/** What is shipped to run it elsewhere: files parse, are safe by default, and ask only for what there is. */
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Watch } from '../../actors/operations/watch.ts'
import { VARIABLE_NAMES } from '../../adapters/config/environment.ts'
import { NO_ALERTS } from '../../domain/alert.ts'
import { PUBLIC_PATHS } from '../../http/guard.ts'
import { createFakeEngine } from '../http/fake-engine.ts'
import { compose, read, ROOT } from './files.ts'

describe('the compose file', () => {
  const services = Object.entries(compose.services)

  test('starts the engine alone by default', () => {
    expect(services.filter(([, each]) => each.profiles === undefined).map(([name]) => name)).toEqual([
      'engine',
    ])
    const named = services.filter(([, each]) => each.profiles !== undefined)
    expect(named.map(([name, { profiles }]) => `${name}: ${profiles?.join()}`)).toEqual([
      'postgres: postgres',
      'prometheus: monitoring',
      'loki: monitoring',
      'alloy: monitoring',
      'grafana: monitoring',
    ])
  })

  test.each(services)('%s publishes to this machine only', (_name, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  test('no port of this machine is taken twice (X-24)', () => {
    const ports = services
      .flatMap(([, each]) => each.ports ?? [])
      .map(each => /:([^:]+|\$\{.*\}):\d+$/.exec(each)?.[1])
    expect(ports).toHaveLength(3)
    expect(new Set(ports.map(port => /\d+/.exec(port ?? '')?.[0])).size).toBe(3)
  })

  test.each(services)(
    '%s does not run as root, gains no rights and keeps its logs bounded',
    (name, service) => {
      // The engine's user is that of its Dockerfile; the database's image begins as root and steps down by itself.
      if (!['engine', 'postgres'].includes(name)) expect(service.user).toMatch(/^[1-9]\d*:\d+$/)
      expect(service.security_opt).toContain('no-new-privileges:true')
      expect(service.logging).toMatchObject({ options: { 'max-size': '10m' } })
      expect(service.restart).toBe('unless-stopped')
    },
  )

  test('what others wait for says whether it is well', () => {
    for (const name of ['postgres', 'prometheus', 'grafana']) {
      expect(compose.services[name]?.healthcheck?.test[0], name).toMatch(/^CMD/)
    }
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
      'examples',
    ]) {
      expect(copied).toContain(room)
    }
  })

  test('its health check is copied, and asks a path that is open to everybody', () => {
    const [check] = all('HEALTHCHECK')
    const command = JSON.parse(check?.slice(check.indexOf('[')) ?? '') as string[]
    expect(command).toEqual(['node', 'cli/probe.ts'])
    const probe = read('cli/probe.ts')
    expect(PUBLIC_PATHS.some(path => probe.includes(`'${path}'`))).toBe(true)
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
    panels: { title: string; datasource: { type: string }; targets: { expr: string }[] }[]
    templating: { list: { query: string }[] }
  }
  const ofType = ({ panels }: Board, type: string): string[] =>
    panels
      .filter(each => each.datasource.type === type)
      .flatMap(panel => panel.targets.map(each => each.expr))
  const boards = globSync('deploy/grafana/dashboards/*.json', { cwd: ROOT })

  test('there are dashboards', () => {
    expect(boards.length).toBeGreaterThanOrEqual(2)
  })

  test('there are panels of predicted against actual returns, and of the quality of signals (D-53)', () => {
    const panels = boards.flatMap(path => (JSON.parse(read(path)) as Board).panels)
    const asked = (title: RegExp) =>
      panels.filter(each => title.test(each.title)).flatMap(each => each.targets.map(target => target.expr))
    expect(asked(/predicted vs actual ROI/i).join()).toContain('latch_prediction_roi_percent')
    expect(asked(/signal quality/i).join()).toContain('latch_signals_judged_total')
  })

  test.each(boards)('each query of %s names a metric there is (D-53)', path => {
    const board = JSON.parse(read(path)) as Board
    const queries = [...ofType(board, 'prometheus'), ...board.templating.list.map(each => each.query)]
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

test('each package it is made with is named in NOTICE with its licence', () => {
  const notice = read('NOTICE')
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
  for (const name of Object.keys(dependencies)) {
    const { license } = JSON.parse(read(`node_modules/${name}/package.json`)) as { license: string }
    const short = name.replace(/^@mikro-orm\/(?!core)/, '')
    const line = notice.split('\n').find(each => each.startsWith('  ') && each.split(/[ ,]+/).includes(short))
    expect(line?.trim().split(/ {2,}/).at(-1), name).toBe(license)
  }
})
