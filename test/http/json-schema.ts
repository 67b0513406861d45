/** A validator for the part of JSON Schema our description uses. Returns the first fault, or `null`. */
type Schema = {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  pattern?: string
  format?: string
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
}

const KNOWN = new Set(
  '$ref type properties required additionalProperties items enum const anyOf oneOf allOf pattern format minimum exclusiveMinimum maximum minLength maxLength minItems maxItems description example default'.split(
    ' ',
  ),
)

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value

const fits = (type: string, value: unknown): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeOf(value) === type

export const faultOf = (
  schemas: Record<string, Schema>,
  schema: Schema,
  value: unknown,
  where = '$',
): string | null => {
  const stranger = Object.keys(schema).find(key => !KNOWN.has(key))
  if (stranger !== undefined) return `${where}: this validator does not know the keyword ${stranger}`
  return (
    referredFault(schemas, schema, value, where) ??
    alternativeFault(schemas, schema, value, where) ??
    first((schema.allOf ?? []).map(each => faultOf(schemas, each, value, where))) ??
    simpleFault(schema, value, where) ??
    partFault(schemas, schema, value, where)
  )
}

/** Keywords beside each other must all be satisfied, `$ref` and `allOf` with `type` too. */
const referredFault = (
  schemas: Record<string, Schema>,
  { $ref }: Schema,
  value: unknown,
  where: string,
): string | null => {
  if ($ref === undefined) return null
  const target = schemas[$ref.split('/').at(-1) ?? '']
  return target === undefined ? `${where}: no ${$ref}` : faultOf(schemas, target, value, where)
}

const alternativeFault = (
  schemas: Record<string, Schema>,
  { anyOf, oneOf }: Schema,
  value: unknown,
  where: string,
): string | null => {
  const alternatives = anyOf ?? oneOf
  if (alternatives === undefined) return null
  const faults = alternatives.map(each => faultOf(schemas, each, value, where))
  return faults.includes(null) ? null : `${where}: none of the alternatives: ${faults.join('; ')}`
}

const simpleFault = (schema: Schema, value: unknown, where: string): string | null => {
  const types = schema.type === undefined ? [] : [schema.type].flat()
  if (types.length > 0 && !types.some(type => fits(type, value)))
    return `${where}: ${typeOf(value)} is not ${types.join(' or ')}`
  if (schema.const !== undefined && value !== schema.const)
    return `${where}: is not ${JSON.stringify(schema.const)}`
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return `${where}: ${String(value)} is not allowed`
  if (typeof value === 'string') {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
      return `${where}: '${value}' does not match`
    if (schema.format === 'date-time' && !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value))
      return `${where}: '${value}' is no UTC time`
  }
  return sizeFault(schema, value, where)
}

const sizeFault = (schema: Schema, value: unknown, where: string): string | null => {
  const { minLength = 0, maxLength = Infinity, exclusiveMinimum = -Infinity } = schema
  const { minItems = 0, maxItems = Infinity } = schema
  if (typeof value === 'string' && (value.length < minLength || value.length > maxLength))
    return `${where}: '${value}' has the wrong length`
  if (Array.isArray(value) && value.length < minItems) return `${where}: has too few items`
  if (Array.isArray(value) && value.length > maxItems) return `${where}: has too many items`
  if (typeof value === 'number' && (value <= exclusiveMinimum || value > (schema.maximum ?? Infinity)))
    return `${where}: ${value} is out of range`
  if (typeof value === 'number' && schema.minimum !== undefined && value < schema.minimum)
    return `${where}: ${value} is too small`
  return null
}

const partFault = (
  schemas: Record<string, Schema>,
  schema: Schema,
  value: unknown,
  where: string,
): string | null => {
  if (Array.isArray(value)) {
    if (schema.items === undefined) return null
    const { items } = schema
    return first(value.map((each, index) => faultOf(schemas, items, each, `${where}[${index}]`)))
  }
  if (typeof value !== 'object' || value === null) return null
  const missing = (schema.required ?? []).find(name => !Object.hasOwn(value, name))
  if (missing !== undefined) return `${where}: ${missing} is missing`
  return first(
    Object.entries(value).map(([name, each]) => {
      const known = schema.properties?.[name]
      if (known !== undefined) return faultOf(schemas, known, each, `${where}.${name}`)
      if (schema.additionalProperties === false) return `${where}: ${name} is not described`
      return typeof schema.additionalProperties === 'object'
        ? faultOf(schemas, schema.additionalProperties, each, `${where}.${name}`)
        : null
    }),
  )
}

const first = (faults: (string | null)[]): string | null => faults.find(fault => fault !== null) ?? null
