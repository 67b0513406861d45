import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const here = new URL('.', import.meta.url)
const doc = readFileSync(new URL('../../../../docs/fills.md', here), 'utf8')
const rules = Array.from(doc.matchAll(/^- \*\*(F\d+\. [^*]+?)\.?\*\*/gm), match =>
  (match[1] as string).replaceAll(/\s+/g, ' '),
)

test('Every line of docs/fills.md is a test with its number and title', () => {
  const tests = readdirSync(here)
    .filter(name => name.endsWith('.test.ts'))
    .map(name => readFileSync(new URL(name, here), 'utf8'))
    .join('\n')
  expect(
    rules.filter(rule => !tests.includes(`test('${rule}'`) && !tests.includes(`test("${rule}"`)),
  ).toEqual([])
})

test('The lines of docs/fills.md are numbered without gaps', () => {
  expect(rules.map(rule => rule.split('.')[0])).toEqual(rules.map((_, index) => `F${index + 1}`))
  expect(rules.length).toBeGreaterThan(40)
})
