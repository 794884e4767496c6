const { page } = require('../../utils/page')
const request = require('../../utils/request')
const show = require('../../utils/show')

// Each part is read by itself: one that cannot be read takes none of the others away.
const PARTS = {
  tickets: async (past) => (await request.mine('/tickets')).tickets.map(show.ticket).filter((one) => past || one.isOn),
  appointments: async (past) => (await request.mine(`/appointments${request.query({ past })}`)).appointments.map(show.appointment),
  cases: async (past) => (await request.mine(`/cases${request.query({ past })}`)).cases.map(show.ofCase),
  waiting: async () => (await request.mine('/ratings')).waiting.map(show.unrated),
}

page({
  data: { tickets: [], appointments: [], cases: [], waiting: [], isPast: false, isEmpty: false },

  onShow() {
    this.load()
  },

  onPullDownRefresh() {
    this.load().then(() => wx.stopPullDownRefresh())
  },

  load() {
    return this.reading(async () => {
      const parts = await Promise.all(Object.keys(PARTS).map((name) => this.part(name)))
      const refused = parts.find((problem) => problem)
      if (refused) throw refused
      return { isEmpty: Object.keys(PARTS).every((name) => !this.data[name].length) }
    })
  },

  // The problem, if there was one.
  async part(name) {
    try {
      this.setData({ [name]: await PARTS[name](this.data.isPast ? 1 : '') })
      return null
    } catch (problem) {
      return problem
    }
  },

  past() {
    this.setData({ isPast: !this.data.isPast })
    this.load()
  },
})
