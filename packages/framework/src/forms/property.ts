/** What a JSON Schema says of one value of a form. JSON Schema 2020-12 */

/** A JSON Schema, as far as a form cares. */
export interface Property {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Property[]
  readonly oneOf?: readonly Property[]
  readonly allOf?: readonly Property[]
  readonly items?: Property
  readonly prefixItems?: readonly Property[]
  readonly minItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly contentMediaType?: string
  readonly title?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Property>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Property | boolean
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Property>>
}

/**
 * A schema with what it refers to put in place: zod puts aside what has a name. What is within itself is
 * left open there, since no form has fields within fields.
 */
export function resolve(
  property: Property,
  root: Property,
  within: readonly string[] = [],
): Property {
  const again = (one: Property): Property => resolve(one, root, within)
  const { $ref, ...beside } = property
  if ($ref !== undefined) {
    const [, name] = /^#\/\$defs\/(.*)$/.exec($ref) ?? []
    const target = $ref === '#' ? root : name === undefined ? undefined : root.$defs?.[name]
    if (target === undefined || within.includes($ref)) return beside
    return { ...resolve(target, root, [...within, $ref]), ...beside }
  }
  const { anyOf, oneOf, allOf, items, prefixItems, properties, additionalProperties } = property
  return {
    ...property,
    ...(anyOf && { anyOf: anyOf.map(again) }),
    ...(oneOf && { oneOf: oneOf.map(again) }),
    ...(allOf && { allOf: allOf.map(again) }),
    ...(items && { items: again(items) }),
    ...(prefixItems && { prefixItems: prefixItems.map(again) }),
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, again(one)])) }), // prettier-ignore
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: again(additionalProperties),
    }),
  }
}

/** Each kind of value that is taken, of one type. What is said of all is said of each. */
export function alternativesOf(property: Property): Property[] {
  const { anyOf, oneOf, allOf, ...common } = property
  const options = anyOf ?? oneOf
  if (options !== undefined) return options.flatMap((one) => alternativesOf({ ...common, ...one }))
  if (allOf !== undefined) return alternativesOf(Object.assign({}, common, ...allOf) as Property)
  const types = typesOf(common)
  return types.length === 0 ? [common] : types.map((type) => ({ ...common, type }))
}

/** The types of a value, also of libraries that list values and say no more. */
function typesOf({ type, enum: listed, const: only }: Property): readonly string[] {
  if (typeof type === 'string') return [type]
  if (type !== undefined) return type
  const values = only === undefined ? (listed ?? []) : [only]
  return [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))]
}

/** The values that are listed, if only listed ones are taken. */
export function listedIn({ const: only, enum: listed }: Property): readonly unknown[] | undefined {
  return only === undefined ? listed : [only]
}

/** Whether a field that was left empty has a value of its own: `''` where that is listed, or `null`. */
export function mayBeLeftEmpty(property: Property): boolean {
  return alternativesOf(property).some((one) => one.type === 'null' || isEmptyText(one))
}

/** Whether the empty text is taken, because it is listed. */
export function isEmptyText(property: Property): boolean {
  return listedIn(property)?.includes('') === true
}

/** What stands for nothing beside something: `null`, and `''` alone. */
function isNothing(property: Property): boolean {
  return property.type === 'null' || (isEmptyText(property) && listedIn(property)?.length === 1)
}

/** What a value is when it is not left empty, if that is one thing. */
export function plainOf(property: Property): Property {
  const [first, ...more] = alternativesOf(property).filter((one) => !isNothing(one))
  return first === undefined || more.length > 0 ? property : first
}

/** The one type that a value has, nothing aside; `undefined` if it may have several, or nothing is said. */
export function typeOf(property: Property): string | undefined {
  const all = alternativesOf(property)
  const some = all.filter((one) => !isNothing(one))
  const types = new Set((some.length === 0 ? all : some).map(({ type }) => type))
  const [only] = types
  return types.size === 1 && typeof only === 'string' ? only : undefined
}

/** What is said of each value of a list, or of a single one. */
export function itemOf(property: Property): Property {
  const plain = plainOf(property)
  return typeOf(plain) === 'array' ? (plain.items ?? {}) : plain
}

/** Whether the value is a file, or a list of them. */
export function isFile(property: Property): boolean {
  return alternativesOf(itemOf(property)).some(({ format }) => format === 'binary')
}

/** The values that a text may have, if they are counted. */
export function choicesOf(property: Property): readonly string[] {
  const listed = alternativesOf(itemOf(property)).flatMap((one) => listedIn(one) ?? [])
  return listed.filter((choice) => typeof choice === 'string')
}
