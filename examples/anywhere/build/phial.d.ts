import type { AppBuild } from 'phial'

declare const build: AppBuild
export default build
