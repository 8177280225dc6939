/** Reads the JSON Schema of one value of a form. JSON Schema 2020-12 */

/** The parts of a JSON Schema that forms use. */
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
 * Returns a schema with its references resolved: zod moves named schemas into definitions. A recursive reference stays
 * unresolved, because forms do not have nested fields.
 */
export function resolve(
  property: Property,
  root: Property,
  within: readonly string[] = [],
): Property {
  const resolveOne = (one: Property): Property => resolve(one, root, within)
  const { $ref, ...siblings } = property
  if ($ref !== undefined) {
    const [, name] = /^#\/\$defs\/(.*)$/.exec($ref) ?? []
    const target = $ref === '#' ? root : name === undefined ? undefined : root.$defs?.[name]
    if (target === undefined || within.includes($ref)) return siblings
    return { ...resolve(target, root, [...within, $ref]), ...siblings }
  }
  const { anyOf, oneOf, allOf, items, prefixItems, properties, additionalProperties } = property
  return {
    ...property,
    ...(anyOf && { anyOf: anyOf.map(resolveOne) }),
    ...(oneOf && { oneOf: oneOf.map(resolveOne) }),
    ...(allOf && { allOf: allOf.map(resolveOne) }),
    ...(items && { items: resolveOne(items) }),
    ...(prefixItems && { prefixItems: prefixItems.map(resolveOne) }),
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, resolveOne(one)])) }), // prettier-ignore
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: resolveOne(additionalProperties),
    }),
  }
}

/** Returns the alternatives of a value, each of one type. Keywords that apply to all are merged into each. */
export function alternativesOf(property: Property): Property[] {
  const { anyOf, oneOf, allOf, ...common } = property
  const options = anyOf ?? oneOf
  if (options !== undefined) return options.flatMap((one) => alternativesOf({ ...common, ...one }))
  if (allOf !== undefined) return alternativesOf(Object.assign({}, common, ...allOf) as Property)
  const types = typesOf(common)
  return types.length === 0 ? [common] : types.map((type) => ({ ...common, type }))
}

/** Returns the types of a value. If a library only enumerates values, the types are inferred from these. */
function typesOf({ type, enum: listed, const: only }: Property): readonly string[] {
  if (typeof type === 'string') return [type]
  if (type !== undefined) return type
  const values = only === undefined ? (listed ?? []) : [only]
  return [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))]
}

/** Returns the enumerated values; `undefined` if other values are accepted. */
export function listedIn({ const: only, enum: listed }: Property): readonly unknown[] | undefined {
  return only === undefined ? listed : [only]
}

/** Reports whether a field has a value for being empty: an enumerated `''`, or `null`. */
export function mayBeLeftEmpty(property: Property): boolean {
  return alternativesOf(property).some((one) => one.type === 'null' || isEmptyText(one))
}

/** Reports whether the empty string is enumerated. */
export function isEmptyText(property: Property): boolean {
  return listedIn(property)?.includes('') === true
}

/** Reports whether an alternative only represents an empty value: `null`, or the enumerated `''` alone. */
function isEmptyAlternative(property: Property): boolean {
  return property.type === 'null' || (isEmptyText(property) && listedIn(property)?.length === 1)
}

/** Returns the only alternative apart from an empty value; the property itself if there are several. */
export function plainOf(property: Property): Property {
  const [first, ...more] = alternativesOf(property).filter((one) => !isEmptyAlternative(one))
  return first === undefined || more.length > 0 ? property : first
}

/** Returns the type of a value, apart from an empty one; `undefined` if it is unknown or there are several. */
export function typeOf(property: Property): string | undefined {
  const all = alternativesOf(property)
  const some = all.filter((one) => !isEmptyAlternative(one))
  const types = new Set((some.length === 0 ? all : some).map(({ type }) => type))
  const [only] = types
  return types.size === 1 && typeof only === 'string' ? only : undefined
}

/** Returns the schema of the items of an array, or of a single value. */
export function itemOf(property: Property): Property {
  const plain = plainOf(property)
  return typeOf(plain) === 'array' ? (plain.items ?? {}) : plain
}

/** Reports whether the value is a file or an array of files. */
export function isFile(property: Property): boolean {
  return alternativesOf(itemOf(property)).some(({ format }) => format === 'binary')
}

/** Returns the enumerated strings of a value, if there are any. */
export function choicesOf(property: Property): readonly string[] {
  const listed = alternativesOf(itemOf(property)).flatMap((one) => listedIn(one) ?? [])
  return listed.filter((choice) => typeof choice === 'string')
}
