const { page } = require('../../utils/page')
const request = require('../../utils/request')
const show = require('../../utils/show')
const words = require('../../utils/words')

page({
  data: {
    number: '', code: '', isTyped: false, waiting: [], levels: [], level: 0, reasons: [], chosen: {}, note: '',
    isBad: false, wantsCall: false, phone: '', thanks: '',
  },

  onLoad({ number }) {
    this.setData({ number: number || '' })
    this.load()
  },

  load() {
    return this.reading(async () => {
      const { levels, waiting } = await request.mine('/ratings')
      return { levels, waiting: waiting.map(show.unrated) }
    })
  },

  pick(event) {
    this.setData({ number: event.currentTarget.dataset.number, isTyped: false, problem: '' })
  },

  type() {
    this.setData({ number: '', isTyped: true })
  },

  // Nothing is chosen beforehand; another level has other reasons.
  choose(event) {
    const { level } = event.currentTarget.dataset
    const { reasons, is_bad: isBad } = this.data.levels.find((one) => one.level === level)
    this.setData({ level, reasons, chosen: {}, isBad, wantsCall: false, problem: '' })
  },

  reason(event) {
    const { id } = event.currentTarget.dataset
    this.setData({ [`chosen.${id}`]: !this.data.chosen[id] })
  },

  call() {
    this.setData({ wantsCall: !this.data.wantsCall })
  },

  async send() {
    const { number, code, level, chosen, note, isBad, wantsCall, phone } = this.data
    const problem = !number.trim() ? words.needNumber : !level ? words.needLevel : ''
    if (problem) {
      this.setData({ problem })
      return
    }
    const body = { number: number.trim(), level, reasons: Object.keys(chosen).filter((id) => chosen[id]), wants_call: wantsCall }
    if (note.trim()) body.note = note.trim()
    if (code.trim()) body.code = code.trim()
    if (wantsCall && phone.trim()) body.phone = phone.trim()
    await this.doing(async () => {
      await request.wish('rate', '/ratings', body)
      this.setData({ thanks: isBad ? words.sorry : words.thanks })
      wx.pageScrollTo({ scrollTop: 0, duration: 0 })
    })
  },

  back() {
    wx.switchTab({ url: '/pages/mine/mine' })
  },
})
