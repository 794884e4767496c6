const { page } = require('../../utils/page')
const halls = require('../../utils/hall')
const request = require('../../utils/request')
const session = require('../../utils/session')
const show = require('../../utils/show')
const words = require('../../utils/words')

page({
  data: { hall: null, mayChoose: false, doors: null, groups: [], tickets: [], question: '' },

  onShow() {
    this.load()
  },

  onPullDownRefresh() {
    this.load().then(() => wx.stopPullDownRefresh())
  },

  load() {
    return this.reading(async () => {
      const hall = await halls.current()
      this.setData({ hall, mayChoose: (await halls.halls()).length > 1 })
      const waits = await request.open(`/waits${request.query({ hall: hall.id })}`)
      this.setData({ doors: waits.doors, groups: waits.groups.map(line) })
      return { tickets: await own() }
    })
  },

  async choose() {
    if (await halls.chosen()) this.load()
  },

  guide() {
    wx.switchTab({ url: '/pages/guide/guide' })
  },

  ask() {
    const question = this.data.question.trim()
    wx.navigateTo({ url: `/pages/ask/ask${request.query({ q: question })}` })
  },
})

const line = (group) => ({
  letter: group.letter,
  name: group.name,
  waiting: group.waiting,
  wait: group.low_minutes === null || group.waiting === 0 ? '' : words.wait(group.low_minutes, group.high_minutes),
  isManned: group.open_counters > 0,
})

// Today's tickets of somebody who is known; nobody is asked to sign in just to look at the first page.
async function own() {
  if (!session.held()) return []
  const { tickets } = await request.mine('/tickets')
  return tickets.filter((one) => show.LIVE.includes(one.state)).map((one) => ({
    number: one.number,
    hall: one.hall.id,
    said: show.ticket(one).place,
  }))
}
