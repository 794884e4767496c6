// wx.* as far as the pages use it, over the browser: requests go to the real server, the rest is the telephone's.
// A test turns the line off with telephoneLine.isUp = false, and reads what was asked of the telephone in `asked`.
const HALL = 'http://127.0.0.1:8000' // miniprogram/config.js, develop
const citizen = new URLSearchParams(location.search).get('citizen') || 'wang'
window.telephoneLine = { isUp: true, losesAnswers: false }
window.asked = []

const over = () => document.getElementById('over')
let hiding = 0

function cover(className, ...children) {
  clearTimeout(hiding)
  over().className = className
  over().replaceChildren(...children)
}

const uncover = () => cover('')

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

function button(text, tapped) {
  return element('button', { textContent: text, onclick: () => { uncover(); tapped() } })
}

const done = (how, answer = {}) => {
  if (how && how.success) how.success(answer)
  if (how && how.complete) how.complete(answer)
}

async function request({ url, method = 'GET', data, header, timeout = 60000, success, fail }) {
  const line = window.telephoneLine
  try {
    if (!line.isUp) throw new Error('no network')
    const answer = await fetch(url.replace(HALL, ''), {
      method, body: data, headers: header, signal: AbortSignal.timeout(timeout), cache: 'no-store',
    })
    const text = await answer.text()
    if (line.losesAnswers) throw new Error('the answer was lost')
    const isJson = (answer.headers.get('content-type') || '').includes('json')
    success({ statusCode: answer.status, data: isJson ? JSON.parse(text) : text, header: Object.fromEntries(answer.headers) })
  } catch (error) {
    fail({ errMsg: `request:fail ${error.message}` })
  }
}

window.wx = {
  request,
  login: (how) => (window.telephoneLine.isUp ? how.success({ code: `try-${citizen}` }) : how.fail({ errMsg: 'login:fail' })),
  getAccountInfoSync: () => ({ miniProgram: { appId: 'touristappid', envVersion: 'develop' } }),
  getStorageSync: (name) => {
    const held = localStorage.getItem(name)
    return held === null ? '' : JSON.parse(held)
  },
  setStorageSync: (name, value) => localStorage.setItem(name, JSON.stringify(value)),
  removeStorageSync: (name) => localStorage.removeItem(name),
  getStorageInfoSync: () => ({ keys: Object.keys(localStorage) }),
  navigateTo: ({ url }) => window.telephone.to(url),
  redirectTo: ({ url }) => window.telephone.instead(url),
  switchTab: ({ url }) => window.telephone.tab(url),
  setNavigationBarTitle: ({ title }) => window.telephone.rename(title),
  pageScrollTo: () => document.querySelector('.screen:not([hidden])').scrollTo(0, 0),
  stopPullDownRefresh: () => {},
  vibrateLong: () => window.asked.push('vibrateLong'),
  makePhoneCall: (how) => window.asked.push(`call ${how.phoneNumber}`),
  previewImage: (how) => window.asked.push(`picture ${how.urls[0].replace(HALL, '')}`),
  openDocument: (how) => window.asked.push(`document ${how.fileType}`),
  downloadFile: ({ url, success, fail }) => fetch(url.replace(HALL, '')).then(
    (answer) => success({ statusCode: answer.status, tempFilePath: 'tmp' }), () => fail({}),
  ),
  showToast: ({ title, duration = 1500 }) => {
    cover('shown', element('div', { className: 'toast', textContent: title }))
    hiding = setTimeout(uncover, duration)
  },
  showLoading: ({ title }) => cover('shown', element('div', { className: 'toast', textContent: title })),
  hideLoading: uncover,
  showModal: (how) => {
    const { title, content, confirmText = '确定', cancelText = '取消', showCancel = true } = how
    const buttons = element('div', {}, ...(showCancel ? [button(cancelText, () => done(how, { confirm: false, cancel: true }))] : []),
      button(confirmText, () => done(how, { confirm: true, cancel: false })))
    cover('shown dark', element('div', { className: 'box', role: 'dialog', ariaLabel: title },
      element('h2', { textContent: title }), element('p', { textContent: content }), buttons))
  },
  showActionSheet: (how) => {
    const lines = how.itemList.map((text, tapIndex) => button(text, () => done(how, { tapIndex })))
    cover('shown dark', element('div', { className: 'box', role: 'dialog', ariaLabel: '请选择' }, ...lines))
  },
}
