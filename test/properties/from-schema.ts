/** Documents that are valid against a schema of the kind the engine makes: objects, lists, choices, enums, plain types. */
import * as fc from 'fast-check'
import type { JsonSchema } from '../../domain/model/port.ts'

type Bounds = { minimum?: number; maximum?: number }

const number = ({ minimum, maximum }: Bounds): fc.Arbitrary<number> =>
  fc
    .oneof(
      fc.constantFrom(0, 0.5, 1, 50, 90, 100, 101, 120, -1),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    )
    .filter(value => value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity))

/** Mostly as short as it may be: what has to hold for each entry seldom holds for many. */
const listOf = (entry: fc.Arbitrary<unknown>, minLength: number): fc.Arbitrary<unknown[]> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.array(entry, { minLength, maxLength: minLength }) },
    { weight: 1, arbitrary: fc.array(entry, { minLength, maxLength: 4 }) },
  )

const plain = (type: string, schema: JsonSchema): fc.Arbitrary<unknown> => {
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 20 })
    case 'number':
      return number(schema)
    case 'array':
      return listOf(
        documentOf(schema['items'] as JsonSchema),
        (schema['minItems'] as number | undefined) ?? 0,
      )
    case 'object': {
      const required = schema['required'] as string[]
      const properties = schema['properties'] as Record<string, JsonSchema>
      const fields = Object.entries(properties).map(([key, each]) => [key, documentOf(each)] as const)
      return fc.record(Object.fromEntries(fields), { requiredKeys: required })
    }
    default:
      throw new Error(`a type this reader does not know: ${type}`)
  }
}

export const documentOf = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  if (Array.isArray(schema['anyOf'])) return fc.oneof(...(schema['anyOf'] as JsonSchema[]).map(documentOf))
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]))
  const types = [schema['type']].flat() as string[]
  return fc.oneof(...types.map(type => ({ weight: type === 'null' ? 4 : 1, arbitrary: plain(type, schema) })))
}
