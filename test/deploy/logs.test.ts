/** How log lines get to Loki, and are shown: the files fit each other, and what the engine writes. */
import { globSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createLog } from '../../adapters/log/logger.ts'
import { LOG_FILES } from '../../domain/logs.ts'
import { compose, read, ROOT } from './files.ts'

describe('logs for Loki (B-83, D-56)', () => {
  const alloy = read('deploy/config.alloy')

  test('Loki is told in words of its version, keeps 30 days, and writes to its volume only', () => {
    const loki = parse(read('deploy/loki.yml')) as {
      auth_enabled: boolean
      common: { path_prefix: string; storage: { filesystem: Record<string, string> } }
      schema_config: { configs: object[] }
      compactor: Record<string, unknown>
      limits_config: Record<string, unknown>
      analytics: object
    }
    const { image, volumes, command } = compose.services['loki'] ?? {}
    expect(image).toMatch(/^grafana\/loki:3\.5\.\d+$/)
    expect(command).toEqual(['-config.file=/etc/loki/loki.yml'])
    expect(volumes).toContain('./deploy/loki.yml:/etc/loki/loki.yml:ro')
    // What Loki 3 refuses to start with: other sections, shared_store, and retention without a store of requests.
    expect(Object.keys(loki).toSorted()).toEqual(
      'analytics auth_enabled common compactor limits_config schema_config server'.split(' '),
    )
    expect(loki.schema_config.configs).toEqual([
      expect.objectContaining({
        store: 'tsdb',
        object_store: 'filesystem',
        schema: 'v13',
        index: { prefix: 'index_', period: '24h' },
      }),
    ])
    expect(loki.compactor).toEqual({
      working_directory: '/loki/compactor',
      retention_enabled: true,
      delete_request_store: 'filesystem',
    })
    expect(loki.limits_config).toMatchObject({ retention_period: '720h', allow_structured_metadata: true })
    expect(loki.analytics).toEqual({ reporting_enabled: false })
    const folders = [loki.common.path_prefix, ...Object.values(loki.common.storage.filesystem)]
    for (const path of folders) expect(path).toMatch(/^\/loki\b/)
    expect(volumes).toContain('loki-data:/loki')
  })

  test('each part of the shipper hands on to one there is, and every brace is closed', () => {
    const plain = alloy.replaceAll(/\/\/ .*$/gm, '').replaceAll(/"[^"\n]*"/g, '""')
    for (const [open, close] of ['{}', '[]']) {
      expect(plain.split(open as string).length).toBe(plain.split(close as string).length)
    }
    const parts = [...alloy.matchAll(/^([a-z][\w.]*) "(\w+)" \{/gm)].map(
      ([, kind, label]) => `${kind}.${label}`,
    )
    expect(parts).toEqual([
      'local.file_match.latch',
      'loki.source.file.latch',
      'loki.process.latch',
      'loki.write.local',
    ])
    const asked = [...alloy.matchAll(/\b((?:local|loki)\.[\w.]+)\.(?:targets|receiver)\b/g)].map(
      ([, part]) => part,
    )
    expect(asked).toEqual(['local.file_match.latch', 'loki.process.latch', 'loki.write.local'])
    expect(alloy).toContain('http://loki:3100/loki/api/v1/push')
  })

  test('it reads the log files of the engine, and nothing else of its data', () => {
    const { volumes = [], user, command = [] } = compose.services['alloy'] ?? {}
    const files = [...alloy.matchAll(/"__path__" = "\/var\/log\/latch\/(\w+)\.log"/g)].map(match => match[1])
    expect(files).toEqual(LOG_FILES.filter(each => each !== 'errors'))
    expect(volumes).toEqual([
      './deploy/config.alloy:/etc/alloy/config.alloy:ro',
      'engine-logs:/var/log/latch:ro',
    ])
    expect(compose.services['engine']?.volumes).toContain('engine-logs:/data/logs')
    expect(user).toBe('1000:1000')
    expect(command.at(-1)).toBe('/etc/alloy/config.alloy')
    expect(command).toContain('--disable-reporting')
  })

  test('it takes fields out of a line that a line has', () => {
    const lines: string[] = []
    const log = createLog({
      dataDir: null,
      settings: { bytesMax: 1e6, filesKept: 1, console: 'all' },
      level: 'info',
      scrub: text => text,
      console: { write: line => lines.push(line) },
      now: () => Date.UTC(2026, 0, 2),
    })
    log.logger.info({ component: 'orders', account_id: 'main', correlation_id: 'c-1' }, 'sent')
    const fields = JSON.parse(lines[0] ?? '') as Record<string, string>
    const taken = /expressions = \{([^}]*)\}/.exec(alloy)?.[1] ?? ''
    const named = [...taken.matchAll(/= "(\w+)"/g)].map(match => match[1] as string)
    expect(named).toEqual(['time', 'level', 'component', 'account_id', 'correlation_id'])
    for (const name of named) expect(fields, name).toHaveProperty(name)
    expect(fields['time']).toBe('2026-01-02T00:00:00.000Z')
    expect(alloy).toContain('format = "RFC3339"')
  })

  test('Grafana asks Loki by labels that lines have', () => {
    const [source] = (
      parse(read('deploy/grafana/provisioning/datasources/loki.yml')) as { datasources: object[] }
    ).datasources
    expect(source).toMatchObject({ type: 'loki', uid: 'loki', url: 'http://loki:3100' })
    const kept = /label_keep \{\s*values = \[([^\]]*)\]/.exec(alloy)?.[1]?.match(/\w+/g) ?? []
    const queries = globSync('deploy/grafana/dashboards/*.json', { cwd: ROOT }).flatMap(path => {
      const { panels } = JSON.parse(read(path)) as {
        panels: { datasource: { type: string }; targets: { expr: string }[] }[]
      }
      return panels
        .filter(each => each.datasource.type === 'loki')
        .flatMap(each => each.targets.map(({ expr }) => expr))
    })
    expect(queries.length).toBeGreaterThan(2)
    for (const query of queries) {
      const labels = [...(/\{([^}]*)\}/.exec(query)?.[1] ?? '').matchAll(/(\w+)=/g)].map(match => match[1])
      expect(labels.length, query).toBeGreaterThan(0)
      expect(kept, query).toEqual(expect.arrayContaining(labels))
    }
  })
})
