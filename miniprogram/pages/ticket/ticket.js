// The place in the queue, as it is now: asked again and again while the page is looked at, less often when the turn is far.
const { asked, page, told } = require('../../utils/page')
const request = require('../../utils/request')
const show = require('../../utils/show')
const words = require('../../utils/words')

const NEAR = 3
const NEAR_MS = 4000
const FAR_MS = 10000

page({
  data: { number: '', hall: '', ticket: null, isOld: '' },

  onLoad({ number, hall }) {
    this.setData({ number, hall })
  },

  onShow() {
    this.load()
  },

  onHide() {
    this.stop()
  },

  onUnload() {
    this.stop()
  },

  load() {
    this.stop()
    this.setData({ isReading: true, trouble: '' })
    this.halt = request.follow(this.path(), (ticket) => this.seen(ticket), (problem) => this.failed(problem))
  },

  stop() {
    if (this.halt) this.halt()
    this.halt = null
  },

  path() {
    return `/tickets/${encodeURIComponent(this.data.number)}${request.query({ hall: this.data.hall })}`
  },

  seen(ticket) {
    this.seenAt = Date.now()
    const before = this.data.ticket
    const now = ticket ? show.ticket(ticket) : before
    this.setData({ ticket: now, isReading: false, isRead: true, trouble: '', isOld: '' })
    if (ticket && ticket.state === 'called' && (!before || before.calls !== ticket.calls)) wx.vibrateLong({ fail: () => {} })
    if (!now.isOn) return 0
    return now.state !== 'waiting' || now.ahead <= NEAR ? NEAR_MS : FAR_MS
  },

  // Whether to ask again.
  failed(problem) {
    if (this.data.ticket && (problem.isLost || problem.status >= 500 || problem.status === 429)) {
      this.setData({ isOld: words.placeLost(Math.round((Date.now() - this.seenAt) / 1000)) })
      return true
    }
    this.setData({ isReading: false, trouble: problem.isLost ? words.unreadable : problem.message })
    return false
  },

  async leave() {
    if (!(await asked(words.leaveTitle, words.leaveBody, words.leaveYes, words.stay))) return
    await this.doing(async () => {
      this.stop()
      this.setData({ ticket: show.ticket(await request.change('DELETE', this.path())) })
      told(words.left)
    })
    if (this.data.problem) this.load()
  },
})
