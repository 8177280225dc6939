/** What tools read from a template without running it. */
import { placeAt } from './code.ts'
import type { Found } from './loader.ts'
import type { Piece, Tag } from './tags.ts'
import { SourceTemplate } from './template.ts'

/** A template's parts. */
export interface TemplateParts {
  readonly tags: readonly Tag[]
  /** JavaScript with the code of all tags, to be parsed, not to be run. It is one asynchronous function. */
  readonly script: string
  /** Returns the template's line of a line of the script, both counted from 1. */
  readonly lineOf: (line: number) => number
}

/** Reads a template. Throws `TemplateError` if it cannot be read or its code is invalid. */
export function partsOf({ name, file, source }: Found): TemplateParts {
  const template = new SourceTemplate({ name, file, source, names: [], inspects: false })
  template.prepare(true)
  const { text, places } = template.write('script')
  return {
    tags: template.pieces.filter((piece) => piece.kind !== 'text'),
    script: text.replace(/^'use strict';return async function/, 'async function template'),
    lineOf: (line) => placeAt(places, line, Infinity)?.templateLine ?? 1,
  }
}

/** A tag of another template language, which is printed as it is. */
export interface ForeignTag {
  readonly line: number
  /** As written: `{{ user.name }}`. */
  readonly text: string
  /** The name that it starts with: `user`. */
  readonly name: string
  /** What is wrong and what to write instead. */
  readonly advice: string
}

/** `{{ name … }}` of Jinja, Nunjucks, Handlebars and others. Code for the browser is left out where it is marked as such. */
const FOREIGN = /\{\{\s*(?:it\.)?([A-Za-z_$][\w$]*)((?:\.[\w$]+)*)\s*(?:\|[^{}]*)?\}\}/g

/** Finds tags of other template languages in the text of a template. `<script>`, `<style>`, `<template>` and `v-pre` are left out. */
export function foreignTags(pieces: readonly Piece[]): ForeignTag[] {
  return pieces.flatMap((piece) => {
    if (piece.kind !== 'text') return []
    const text = piece.text.replaceAll(BROWSERS, (code) => code.replaceAll(/[^\r\n]/g, ' '))
    return [...text.matchAll(FOREIGN)].map((match) => {
      const { 0: written, 1: name = '', 2: path = '', index } = match
      const breaks = text.slice(0, index).match(/\r\n|\n|\r/g) ?? []
      const advice = `${written} is not an Eta tag, so it is printed literally. Write <%= it.${name}${path} %>`
      return { line: piece.line + breaks.length, text: written, name, advice }
    })
  })
}

const BROWSERS = /<(script|style|template)\b[\s\S]*?<\/\1\s*>|<\w+[^>]*\sv-pre\b[\s\S]*/gi
