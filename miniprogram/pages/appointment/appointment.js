const { asked, page, told } = require('../../utils/page')
const request = require('../../utils/request')
const show = require('../../utils/show')
const when = require('../../utils/when')
const words = require('../../utils/words')

page({
  data: { number: '', appointment: null, isToday: false, code: '' },

  onLoad({ number }) {
    this.setData({ number })
  },

  async onShow() {
    await this.load()
    await this.draw()
  },

  load() {
    return this.reading(async () => {
      const held = await request.mine(this.path())
      return { appointment: show.appointment(held), isToday: when.dayOf(held.starts_at) === when.today() }
    })
  },

  // For the guide's scanner. Without it there is still the number to be said.
  async draw() {
    if (this.data.code || !this.data.appointment || !this.data.appointment.isAhead) return
    try {
      this.setData({ code: (await request.mine(`${this.path()}/code`)).image })
    } catch (problem) {
      if (!problem.isLost && problem.status === undefined) throw problem
    }
  },

  path() {
    return `/appointments/${encodeURIComponent(this.data.number)}`
  },

  move() {
    wx.navigateTo({ url: `/pages/book/book${request.query({ number: this.data.number })}` })
  },

  async cancel() {
    if (!(await asked(words.cancelTitle, words.cancelBody, words.cancelYes, words.keep))) return
    await this.doing(async () => {
      this.setData({ appointment: show.appointment(await request.change('DELETE', this.path())) })
      told(words.cancelled)
    })
  },

  // Here now: the appointment becomes a ticket of the queue.
  async arrive() {
    await this.doing(async () => {
      const ticket = await request.wish('arrive', '/tickets', { appointment: this.data.number })
      wx.redirectTo({ url: `/pages/ticket/ticket${request.query({ number: ticket.number, hall: ticket.hall.id })}` })
    })
  },
})
