import { describe, expect, test } from 'vitest'
import { siteWith } from '../support/site.ts'

const app = `import { Phial, request, Response } from 'phial'
export const app = new Phial(import.meta.url)
app.get('/hello/:name', ({ name }) => \`Hello \${name}\`)
app.post('/echo', async () => new Response(await request.text(), { headers: { 'Content-Type': request.headers.get('content-type') } }))
export const broken = (environ) => { throw new Error('no tea') }
`

describe('phial xray', () => {
  test('draws a request with its routes, its view and its answer', async () => {
    await using site = await siteWith({ 'app.ts': app })
    const { code, stdout, stderr } = await site.run(['xray', 'app:app', 'GET', '/hello/ada'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^→ GET \/hello\/ada HTTP\/1\.1\n/)
    expect(stdout).toMatch(/✓ \/hello\/:name +GET +hello +takes it/)
    expect(stdout).toMatch(/┌╴view hello/)
    expect(stdout).toMatch(/← 200 OK[^]*chunk of 9 bytes: Hello ada\n$/)
  })

  test('sends headers and a body, which is a form by default', async () => {
    await using site = await siteWith({ 'app.ts': app })
    const post = ['xray', 'app', 'POST', '/echo']
    const form = await site.run([...post, '-d', 'a=1', '-d', 'b=2', '--json'])
    expect(JSON.parse(form.stdout)).toMatchObject({
      request: { body: { text: 'a=1&b=2' } },
      answer: {
        headers: expect.arrayContaining([['Content-Type', 'application/x-www-form-urlencoded']]),
      },
    })
    const json = await site.run([...post, '-H', 'Content-Type: application/json', '-d', '{}'])
    expect(json.stdout).toContain('Content-Type: application/json')
  })

  test('draws an application that fails, and exits with 1', async () => {
    await using site = await siteWith({ 'app.ts': app })
    const { code, stdout, stderr } = await site.run(['xray', 'app:broken', 'GET', '/'])
    expect(stdout).toContain('throws Error: no tea')
    expect(stdout).toContain('← 500 Internal Server Error')
    expect([code, stderr]).toEqual([1, 'No response: Error: no tea\n'])
  })

  test('explains wrong arguments', async () => {
    await using site = await siteWith({ 'app.ts': app })
    const { code, stderr } = await site.run(['xray', 'app', '/', 'GET'])
    expect(code).toBe(2)
    expect(stderr).toContain('GET is not a path. Pass an application, a method and a path')
  })
})
