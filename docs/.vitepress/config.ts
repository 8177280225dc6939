/** The site: every page of the workspace, at its path in the repository. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { linkNames } from '../site/api-links.ts'
import { nav, sidebar } from '../site/sidebar.ts'
import { isFile, PLAYGROUND, targetOf } from '../site/links.ts'
import { search } from '../site/search.ts'

const path = (from: string): string => fileURLToPath(new URL(from, import.meta.url))

export default defineConfig({
  srcDir: '..',
  outDir: 'dist',
  srcExclude: ['packages/core/spec/template.md'],
  rewrites: {
    'docs/site/home.md': 'index.md',
    'README.md': 'readme.md',
    ':path(.*)/README.md': ':path/index.md',
  },
  title: 'Phial',
  description: 'A complete WSGI for TypeScript',
  lang: 'en',
  head: [['link', { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' }]],
  // Puts the data that all pages share, such as the sidebar, into one file.
  metaChunk: true,
  ignoreDeadLinks: [/^https?:\/\/localhost/, `/${PLAYGROUND.replace('.html', '')}`],
  markdown: {
    // These themes have enough contrast for accessibility.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    languageAlias: { eta: 'html', conf: 'ini' },
    config(md) {
      // The pages are plain Markdown, so Vue's braces are text.
      const render = md.render.bind(md)
      md.render = (text, env) => render(text, env).replaceAll('{{', '&#123;&#123;')
      md.core.ruler.push('api-links', linkNames)
      md.core.ruler.push('repository-links', ({ tokens, env }) => {
        for (const { children } of tokens)
          for (const token of children ?? []) {
            const href = token.type === 'link_open' ? token.attrGet('href') : null
            if (href === null) continue
            const target = targetOf(relative(path('../..'), env.realPath ?? env.path), href)
            token.attrSet('href', target)
            // The browser must load these files, because VitePress's router knows only its own pages.
            if (isFile(target)) token.attrSet('target', '_self')
          }
      })
    },
  },
  vite: {
    publicDir: path('../public'),
    resolve: {
      alias: { './VPSidebarGroup.vue': path('theme/SidebarGroup.vue') },
    },
  },
  themeConfig: {
    logo: '/favicon.svg',
    nav: nav(),
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search,
  },
})
