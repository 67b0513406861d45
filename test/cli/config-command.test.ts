import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../adapters/config/problem.ts'
import { configCommand } from '../../cli/config-command.ts'
import { load } from '../adapters/config/given.ts'

const run = async (args: string[], yaml = 'accounts: [{id: a}]\n') => {
  const [out, notes, codes]: [string[], string[], number[]] = [[], [], []]
  const files: (string | null)[] = []
  const command = configCommand({
    load: file => {
      files.push(file)
      return load({ yaml })
    },
    write: text => out.push(text),
    note: text => notes.push(text),
    setExitCode: code => codes.push(code),
  })
  await command.parseAsync(args, { from: 'user' })
  return { out: out.join(''), notes: notes.join(''), codes, files }
}

describe('latch config', () => {
  test('show prints settings with their sources to stdout and warnings beside', async () => {
    const { out, notes, files } = await run(['show', '--config', 'x.yaml'])
    expect(out).toContain('id: a # file latch.yaml:1')
    expect(notes).toContain('warning: The API listens on every address')
    expect(files).toEqual(['x.yaml'])
  })

  test('show --json carries values, sources and warnings', async () => {
    const shown = JSON.parse((await run(['show', '--json'])).out)
    expect(shown.values.accounts[0].id).toBe('a')
    expect(shown.sources['accounts[0].interval']).toBe('default')
    expect(shown.warnings).toHaveLength(1)
  })

  test('check says good and names the accounts', async () => {
    expect((await run(['check'])).out).toBe('The configuration is good. Accounts: a.\n')
  })

  test('check throws the problems for the caller to print', async () => {
    await expect(run(['check'], 'sped: 1\n')).rejects.toThrow(ConfigError)
  })

  test('check --json prints the problems and sets exit code 3', async () => {
    const { out, codes } = await run(['check', '--json'], 'sped: 1\n')
    expect(JSON.parse(out)).toMatchObject({ ok: false, problems: [{ path: 'sped', line: 1, column: 1 }] })
    expect(codes).toEqual([3])
  })

  test('schema is JSON and needs no file', async () => {
    const { out, files } = await run(['schema'])
    expect(JSON.parse(out)).toMatchObject({ type: 'object', additionalProperties: false })
    expect(files).toEqual([])
  })
})
