/** Parses templates for tools such as `phial check`, without running them. */
import { placeAt } from './code.ts'
import type { Found } from './loader.ts'
import type { Piece, Tag } from './tags.ts'
import { SourceTemplate } from './template.ts'

/** The parts of a template. */
export interface TemplateParts {
  readonly tags: readonly Tag[]
  /** A single async function in JavaScript with the code of all tags. Parse it, but do not run it. */
  readonly script: string
  /** Converts a line number of the script to one of the template, both counted from 1. */
  readonly lineOf: (line: number) => number
}

/** Parses a template. Throws `TemplateError` if it cannot be parsed or its code is invalid. */
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

/** A tag of another template language, which Eta prints literally. */
export interface ForeignTag {
  readonly line: number
  /** The tag as written: `{{ user.name }}`. */
  readonly text: string
  /** The name at its start: `user`. */
  readonly name: string
  /** A warning that says what to write instead. */
  readonly advice: string
}

/** Matches `{{ name … }}` of Jinja, Nunjucks, Handlebars and others. */
const FOREIGN = /\{\{\s*(?:it\.)?([A-Za-z_$][\w$]*)((?:\.[\w$]+)*)\s*(?:\|[^{}]*)?\}\}/g

/**
 * Finds tags of other template languages in the text of a template. Skips code for the browser: the content of
 * `<script>`, `<style>` and `<template>`, and everything after an element with `v-pre`.
 */
export function foreignTags(pieces: readonly Piece[]): ForeignTag[] {
  return pieces.flatMap((piece) => {
    if (piece.kind !== 'text') return []
    const text = piece.text.replaceAll(BROWSER_CODE, (code) => code.replaceAll(/[^\r\n]/g, ' '))
    return [...text.matchAll(FOREIGN)].map((match) => {
      const { 0: written, 1: name = '', 2: path = '', index } = match
      const breaks = text.slice(0, index).match(/\r\n|\n|\r/g) ?? []
      const advice = `${written} is not an Eta tag, so it is printed literally. Write <%= it.${name}${path} %>`
      return { line: piece.line + breaks.length, text: written, name, advice }
    })
  })
}

const BROWSER_CODE = /<(script|style|template)\b[\s\S]*?<\/\1\s*>|<\w+[^>]*\sv-pre\b[\s\S]*/gi
