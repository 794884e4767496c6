// The pages on WeChat's own component engine: a stack of them, their life as WeChat leads it, taps and typing.
import * as glassEasel from 'glass-easel'
import * as adapter from 'glass-easel-miniprogram-adapter'

const { templates, modules, json, css } = window.miniprogram
const [bar, title, back, stackBox, tabsBox] = ['bar', 'name', 'back', 'stack', 'tabs'].map((id) => document.getElementById(id))
const space = new adapter.MiniProgramEnv()
const code = space.createCodeSpace('', true)
const backend = space.associateBackend(new glassEasel.CurrentWindowBackendContext())
const tabs = json.app.tabBar.list
const stack = []
let tabScreens = {}

document.head.append(Object.assign(document.createElement('style'), { textContent: css }))
glassEasel.globalOptions.throwGlobalError = true

// ------------------------------------------------------------------------------------------------ modules
const loaded = {}

function resolve(from, to) {
  const parts = to.startsWith('/') ? [] : from.split('/').slice(0, -1)
  for (const part of to.replace(/\.js$/, '').split('/')) {
    if (part === '..') parts.pop()
    else if (part && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function load(name, Page) {
  if (loaded[name]) return loaded[name].exports
  if (!modules[name]) throw new Error(`no module ${name}`)
  const module = { exports: {} }
  loaded[name] = module
  const define = (definition) => (window.Page || Page)(definition)
  modules[name]((to) => load(resolve(name, to), Page), module, module.exports, define, (app) => app.onLaunch && app.onLaunch())
  return module.exports
}

function defined(path) {
  if (code.getCompiledTemplate(path)) return
  code.addComponentStaticConfig(path, json[path])
  code.addCompiledTemplate(path, { groupList: templates, content: templates[path] })
  code.globalComponentEnv(window, path, () => load(path))
}

// ------------------------------------------------------------------------------------------------ pages
function parsed(url) {
  const [path, query = ''] = url.replace(/^\//, '').split('?')
  const options = Object.fromEntries(query.split('&').filter(Boolean).map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), pair.slice(at + 1)] // not decoded: WeChat does not either
  }))
  if (!json.app.pages.includes(path)) throw new Error(`${url} is no page`)
  return { path, options }
}

function made(url) {
  const { path, options } = parsed(url)
  defined(path)
  const box = document.createElement('div')
  box.className = 'screen'
  box.dataset.page = path
  const place = document.createElement('div')
  box.append(place)
  stackBox.append(box)
  const root = backend.createRoot('page', code, path)
  root.attach(box, place)
  const page = root.getComponent().getMethodCaller()
  const screen = { path, box, root, page, title: json[path].navigationBarTitleText }
  if (page.onLoad) page.onLoad(options)
  return screen
}

function shown(screen) {
  for (const other of document.querySelectorAll('.screen')) other.hidden = other !== screen.box
  tabsBox.hidden = !window.telephone.isTab(screen.path)
  back.hidden = stack.length < 2
  title.textContent = screen.title
  for (const button of tabsBox.children) button.toggleAttribute('aria-current', button.dataset.path === screen.path)
  if (screen.page.onShow) screen.page.onShow()
}

const top = () => stack[stack.length - 1]
const leave = (screen) => screen && screen.page.onHide && screen.page.onHide()

function closed(screen) {
  if (screen.page.onUnload) screen.page.onUnload()
  screen.root.release()
  screen.box.remove()
}

window.telephone = {
  isTab: (url) => tabs.some((tab) => tab.pagePath === parsed(url).path),
  to(url) {
    if (window.telephone.isTab(url)) throw new Error(`${url} is a tab: switchTab leads there`)
    leave(top())
    stack.push(made(url))
    shown(top())
  },
  instead(url) {
    closed(stack.pop())
    stack.push(made(url))
    shown(top())
  },
  tab(url) {
    const { path } = parsed(url)
    if (top() && top().path !== path) leave(top())
    while (stack.length > 1) closed(stack.pop())
    tabScreens[path] = tabScreens[path] || made(url)
    stack.splice(0, 1, tabScreens[path])
    shown(top())
  },
  back() {
    if (stack.length < 2) return
    closed(stack.pop())
    shown(top())
  },
  rename(name) {
    top().title = name
    title.textContent = name
  },
  page: () => top().page,
  hide: () => leave(top()),
  show: () => shown(top()),
}

// ------------------------------------------------------------------------------------------------ taps and typing
const nodeOf = (element) => {
  for (let at = element; at; at = at.parentNode) if (at.__wxElement) return at.__wxElement
  return null
}

function heard(type, detailOf, options = {}) {
  return (event) => {
    const node = stackBox.contains(event.target) && nodeOf(event.target)
    if (node) glassEasel.triggerEvent(node, type, detailOf(event.target), options)
  }
}

const value = (target) => ({ value: target.value })
const everywhere = { bubbles: true, composed: true }
document.addEventListener('input', heard('input', value))
document.addEventListener('change', heard('change', value))
document.addEventListener('focusin', heard('focus', value))
document.addEventListener('focusout', heard('blur', value))
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target.tagName === 'INPUT') heard('confirm', value)(event)
})
document.addEventListener('click', (event) => {
  const button = event.target.closest && event.target.closest('button[open-type="getPhoneNumber"]')
  if (button) glassEasel.triggerEvent(nodeOf(button), 'getphonenumber', window.telephone.phoneAnswer)
  else heard('tap', () => ({}), everywhere)(event)
})
window.telephone.phoneAnswer = { errMsg: 'getPhoneNumber:ok', code: 'try-13800000001' }

// An attribute that says what a field holds is what it holds; aria-role is how WeChat spells role.
const plain = Element.prototype.setAttribute
Element.prototype.setAttribute = function set(name, given) {
  if (name === 'value' && 'value' in this) this.value = given
  if (name === 'placeholder-class') return
  plain.call(this, name === 'aria-role' ? 'role' : name, given)
  if (given === 'heading') plain.call(this, 'aria-level', '2')
}

back.onclick = () => window.telephone.back()
for (const tab of tabs) {
  const button = document.createElement('button')
  button.textContent = tab.text
  button.dataset.path = tab.pagePath
  button.onclick = () => window.telephone.tab(`/${tab.pagePath}`)
  tabsBox.append(button)
}
bar.hidden = false
load('app')
window.telephone.tab(`/${location.hash.slice(1) || json.app.pages[0]}`)
