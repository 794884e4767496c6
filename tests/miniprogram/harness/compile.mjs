// Compiles the mini program for Chromium: prints one script that hands engine.js the templates, the modules, the styles and
// the configurations. `node compile.mjs FOLDER`
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { TmplGroup } from 'glass-easel-template-compiler'

const folder = process.argv[2]
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
const read = (name) => readFileSync(join(folder, name), 'utf8')
const ending = (suffix) => files.filter((name) => name.endsWith(suffix)).sort()
const bare = (name) => name.replace(/\.\w+$/, '')

function templates() {
  const group = new TmplGroup()
  const complaints = ending('.wxml').flatMap((name) => [...group.addTmpl(bare(name), read(name))].map((said) => `${name}: ${JSON.stringify(said)}`))
  if (complaints.length) throw new Error(complaints.join('\n'))
  return group.getTmplGenObjectGroups()
}

// On a telephone 375 pixels wide 1rpx is half a pixel. `page` is the page's own box.
function style(name) {
  const plain = read(name).replace(/(\d+(?:\.\d+)?)rpx/g, (_, n) => `${n / 2}px`)
  return bare(name) === 'app'
    ? plain.replace(/(^|\n)page \{/g, '$1.screen {')
    : `[data-page="${bare(name)}"] {\n${plain}\n}`
}

const modules = ending('.js').map((name) => `${JSON.stringify(bare(name))}: (require, module, exports, Page, App) => {\n${read(name)}\n}`)
const json = Object.fromEntries(ending('.json').map((name) => [bare(name), JSON.parse(read(name))]))
const css = ending('.wxss').map(style).join('\n')

process.stdout.write(`window.miniprogram = {
  templates: ${templates()},
  modules: {${modules.join(',\n')}},
  json: ${JSON.stringify(json)},
  css: ${JSON.stringify(css)},
}\n`)
