/** The site: every page of the workspace, where it stands in the repository. */
import { defineConfig } from 'vitepress'
import { linkNames } from '../site/api-links.ts'
import { nav, sidebar } from '../site/sidebar.ts'
import { PLAYGROUND, targetOf } from '../site/links.ts'
import { search } from '../site/search.ts'

export default defineConfig({
  srcDir: '..',
  outDir: 'dist',
  srcExclude: ['packages/core/spec/template.md'],
  rewrites: { 'README.md': 'index.md', ':path(.*)/README.md': ':path/index.md' },
  title: 'Phial',
  description: 'WSGI, whole, in TypeScript',
  lang: 'en',
  // What all pages share, such as what stands beside them, is in one file.
  metaChunk: true,
  ignoreDeadLinks: [/^https?:\/\/localhost/, `/${PLAYGROUND.replace('.html', '')}`],
  markdown: {
    // Their colours stand out enough to be read by everybody.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    languageAlias: { eta: 'html', conf: 'ini' },
    config(md) {
      // The pages are Markdown alone: what looks like Vue's braces is text.
      const render = md.render.bind(md)
      md.render = (text, env) => render(text, env).replaceAll('{{', '&#123;&#123;')
      md.core.ruler.push('api-links', linkNames)
      md.core.ruler.push('repository-links', ({ tokens, env }) => {
        for (const { children } of tokens)
          for (const token of children ?? []) {
            const href = token.type === 'link_open' ? token.attrGet('href') : null
            if (href === null) continue
            const target = targetOf(env.relativePath, href)
            token.attrSet('href', target)
            // Loaded by the browser: the router of these pages knows only what VitePress made.
            if (target.startsWith(`/${PLAYGROUND}`)) token.attrSet('target', '_self')
          }
      })
    },
  },
  themeConfig: {
    nav: nav(),
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search,
  },
})
