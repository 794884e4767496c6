const { page } = require('../../utils/page')
const request = require('../../utils/request')
const show = require('../../utils/show')

page({
  data: { tickets: [], appointments: [], cases: [], waiting: [], isPast: false, isEmpty: false },

  onShow() {
    this.load()
  },

  onPullDownRefresh() {
    this.load().then(() => wx.stopPullDownRefresh())
  },

  load() {
    const past = this.data.isPast ? 1 : ''
    return this.reading(async () => {
      const [booked, taken, handled, rated] = await Promise.all([
        request.mine(`/appointments${request.query({ past })}`),
        request.mine('/tickets'),
        request.mine(`/cases${request.query({ past })}`),
        request.mine('/ratings'),
      ])
      const found = {
        appointments: booked.appointments.map(show.appointment),
        tickets: taken.tickets.map(show.ticket).filter((one) => past || one.isOn),
        cases: handled.cases.map(show.ofCase),
        waiting: rated.waiting.map(show.unrated),
      }
      return { ...found, isEmpty: Object.values(found).every((list) => !list.length) }
    })
  },

  past() {
    this.setData({ isPast: !this.data.isPast })
    this.load()
  },
})
